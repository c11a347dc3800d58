import assert from 'node:assert/strict';
import test from 'node:test';
import { MemoryDisk } from '@actionbase/ports/memory/memory-disk';
import { SeededRandom } from '@actionbase/ports/memory/seeded-random';
import fc from 'fast-check';
import { DebtFile } from './debt-file.ts';
import { type DebtLine, parseDebtLine, printDebtLine } from './debt-line.ts';
import { applyDebtLine, emptyDebt, linesOf, nextToPay } from './debt-state.ts';

const LINES: readonly DebtLine[] = [
  {
    kind: 'owed',
    edge: { source: 7n, target: 'sku-ä', version: 3_500_000_000_000_000n, properties: { note: 'a\nb' } },
  },
  { kind: 'owed', edge: { source: 7n, target: 'sku-b', version: 3_500_000_000_000_002n, properties: null } },
  { kind: 'paid', edge: { source: 7n, target: 'sku-ä', version: 3_500_000_000_000_000n } },
  { kind: 'meant', id: 1, edge: { source: 'u', target: 9n } },
  { kind: 'settled', id: 1 },
];

test('a line stays what it was, and leads back; a damaged one is none', () => {
  const [, , paid] = LINES;
  assert.ok(paid !== undefined);
  assert.match(printDebtLine(paid), /^[0-9a-f]{8} \{"k":"paid","s":7,"t":"sku-ä","v":3500000000000000\}\n$/);
  for (const line of LINES) {
    const text = printDebtLine(line).trimEnd();
    assert.deepEqual(
      parseDebtLine(text),
      line.kind === 'meant' ? { ...line, edge: { source: 'u', target: 9n } } : line,
    );
    assert.equal(parseDebtLine(text.slice(0, -1)), undefined);
    assert.equal(parseDebtLine(text.replace(/.$/, '!')), undefined);
  }
});

test('of a key only the newest edge is owed, and a payment of an older one leaves it', () => {
  const state = emptyDebt();
  const edge = { source: 7n, target: 'a', version: 10n, properties: { note: 'x' } };
  applyDebtLine(state, { kind: 'owed', edge: { ...edge, version: 12n } });
  applyDebtLine(state, { kind: 'owed', edge });
  applyDebtLine(state, { kind: 'paid', edge });
  assert.deepEqual(nextToPay(state, new Map(), 9), [{ ...edge, version: 12n }]);
  assert.ok(state.sources.has('7'));
  applyDebtLine(state, { kind: 'paid', edge: { ...edge, version: 12n } });
  assert.deepEqual(linesOf(state), []);
  assert.ok(!state.sources.has('7'));
});

test('what was appended survives a power cut; a torn last line is cut off', async () => {
  const append = async (seed: number): Promise<void> => {
    let disk = new MemoryDisk();
    const random = new SeededRandom(seed);
    const durable: DebtLine[] = [];
    for (let life = 0; life < 4; life += 1) {
      const { file, lines } = await DebtFile.open(disk, 'debt');
      assert.deepEqual(lines.slice(0, durable.length), durable);
      durable.splice(0, durable.length, ...lines);
      for (let count = random.below(4); count > 0; count -= 1) {
        const line = LINES[random.below(LINES.length)];
        assert.ok(line !== undefined);
        await file.append(line);
        durable.push(line);
      }
      if (random.below(3) === 0) await file.rewrite(() => [...durable]);
      // This one is under way when the power goes.
      void file.append({ kind: 'settled', id: 9 });
      for (let steps = random.below(4); steps > 0; steps -= 1) await Promise.resolve();
      disk = disk.crash(random);
    }
  };
  await fc.assert(fc.asyncProperty(fc.integer(), append), { numRuns: 200 });
});

test('a folder belongs to one process', async () => {
  const disk = new MemoryDisk();
  const { file } = await DebtFile.open(disk, 'debt');
  await assert.rejects(DebtFile.open(disk, 'debt'), { code: 'locked' });
  await file[Symbol.asyncDispose]();
  await (await DebtFile.open(disk, 'debt')).file[Symbol.asyncDispose]();
});
