import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { MemoryLegacy, memoryColumns } from '@actionbase/ports/memory/memory-legacy';
import { MemoryLegacyCounts } from '@actionbase/ports/memory/memory-legacy-counts';
import { MemoryLegacySource } from '@actionbase/ports/memory/memory-legacy-source';
import { column, defineMigration } from '../declare/define-migration.ts';
import { ChainedFile } from '../evidence/chained-file.ts';
import { checkEvidence } from '../evidence/check-evidence.ts';
import { MemoryNewTable } from '../testing/memory-new-table.ts';
import type { Mismatch } from './mismatch.ts';
import { CARRY_WINDOWS_MAX, Prover } from './prover.ts';

const WISH = defineMigration({
  name: 'wish',
  from: 'wishes',
  to: 'gift.wish',
  edge: {
    source: 'user_id',
    target: 'product_id',
    version: 'version',
    properties: { at: column('created_at', 'milliseconds'), note: 'note' },
  },
  counts: [{ name: 'wishers', of: 'target', prefix: 'wishers:' }],
});

/** Both sides, kept equal by hand, and a prover of them. */
class Sides {
  readonly legacy = new MemoryLegacy();
  readonly newTable = new MemoryNewTable(['at', 'note']);
  readonly counts = new MemoryLegacyCounts();
  readonly path: string;
  nowMs = 0;
  /** Called at each pause of the prover. */
  onSleep: () => void = () => undefined;

  constructor(path: string) {
    this.path = path;
    this.legacy.createTable('wishes', {
      columns: memoryColumns({
        user_id: 'integer',
        product_id: 'text',
        created_at: 'time',
        note: 'text?',
        version: 'integer',
      }),
      primaryKey: ['user_id', 'product_id'],
    });
  }

  async open(versionMin?: bigint): Promise<{ prover: Prover; evidence: ChainedFile }> {
    const evidence = await ChainedFile.open(this.path, () => undefined);
    const prover = new Prover({
      migration: WISH,
      legacy: new MemoryLegacySource(this.legacy),
      newTable: this.newTable,
      counts: new Map([['wishers', this.counts]]),
      evidence,
      versionMin: () => versionMin,
      monotonicMs: () => performance.now(),
      nowMs: () => this.nowMs,
      sleep: async () => this.onSleep(),
    });
    await prover.start();
    return { prover, evidence };
  }

  putLegacy(user: number, product: string, note: string | null, version = 1n): void {
    const row = {
      user_id: BigInt(user),
      product_id: product,
      created_at: '2026-01-02 03:04:05.678',
      note,
      version,
    };
    this.legacy.transact((writer) => writer.put('wishes', row));
  }

  deleteLegacy(user: number, product: string): void {
    this.legacy.transact((writer) => writer.delete('wishes', { user_id: BigInt(user), product_id: product }));
  }

  putNew(user: number, product: string, note: string | null): void {
    this.newTable.write(user, product, { at: Date.UTC(2026, 0, 2, 3, 4, 5, 678), note });
  }

  put(user: number, product: string, note: string | null): void {
    this.putLegacy(user, product, note);
    this.putNew(user, product, note);
  }
}

async function open(t: TestContext, versionMin?: bigint) {
  const directory = await mkdtemp(join(tmpdir(), 'actionbase-prove-'));
  const sides = new Sides(join(directory, 'evidence'));
  for (let user = 0; user < 40; user += 1)
    for (const product of ['lamp', 'vase']) {
      if (versionMin === undefined) sides.put(user, product, `of ${user}`);
      else sides.putLegacy(user, product, `of ${user}`, versionMin - 1n);
    }
  sides.newTable.write(0, 'gone', { at: 0, note: null });
  sides.newTable.write(0, 'gone', undefined);
  const { prover, evidence } = await sides.open(versionMin);
  t.after(async () => {
    await prover[Symbol.asyncDispose]();
    await evidence[Symbol.asyncDispose]();
    await rm(directory, { recursive: true });
  });
  return { sides, prover };
}

function textsOf(mismatches: readonly Mismatch[]): string {
  return mismatches.map(({ text }) => text).join('\n');
}

async function verdictOf(sides: Sides) {
  return checkEvidence(await readFile(sides.path, 'utf8'));
}

test('WISH-11 WISH-12 both sides are proven equal at named positions, by the logs, by what is stored and by the folded feed', async (t) => {
  const { sides, prover } = await open(t);
  sides.put(3, 'lamp', 'changed');
  sides.deleteLegacy(4, 'vase');
  sides.newTable.write(4, 'vase', undefined);
  sides.put(99, 'desk', null);
  const window = await prover.closeWindow();
  assert.deepEqual({ equal: window.equal, carried: window.carried }, { equal: 1_000, carried: [] });
  assert.deepEqual(await prover.fullPass(), { rows: 80, mismatches: [] });
  assert.deepEqual((await prover.secondPath()).mismatches, []);
  const facts = prover.facts;
  assert.deepEqual(
    { ...facts, cleanSinceMs: 0 },
    { cleanWindows: 1, openMismatches: 0, isFullPassClean: true, cleanSinceMs: 0 },
  );
  const verdict = await verdictOf(sides);
  assert.deepEqual(verdict.problems, []);
  assert.equal(verdict.rows, 80);
});

test('WISH-14 a wrong value on the new side is found by the next looks, named to key and field with both values and positions', async (t) => {
  const { sides, prover } = await open(t);
  sides.putNew(7, 'lamp', 'wrong');
  for (let window = 0; window < CARRY_WINDOWS_MAX; window += 1)
    assert.deepEqual((await prover.closeWindow()).mismatches, []);
  const { mismatches } = await prover.closeWindow();
  assert.equal(textsOf(mismatches), '7 → lamp: note is "of 7" on the old side and "wrong" on the new one');
  assert.deepEqual(mismatches[0]?.fields, [{ field: 'note', legacy: 'of 7', new: 'wrong' }]);
  assert.deepEqual(mismatches[0]?.touchedBy.new, ['e1-p0-83-0']);
  assert.equal(prover.facts.openMismatches, 1);
  assert.equal(prover.facts.cleanWindows, 0);
  sides.putNew(7, 'lamp', 'of 7');
  await prover.closeWindow();
  assert.equal(prover.facts.openMismatches, 0);
});

test('WISH-14 a row that one side lacks is found on either side', async (t) => {
  const { sides, prover } = await open(t);
  sides.putLegacy(8, 'only-old', null);
  sides.putNew(9, 'only-new', null);
  let found = '';
  for (let window = 0; window <= CARRY_WINDOWS_MAX; window += 1)
    found = textsOf((await prover.closeWindow()).mismatches);
  assert.match(found, /8 → only-old is missing on the new side/);
  assert.match(found, /9 → only-new is missing on the old side/);
});

test('WISH-13 rows that change at the edge of every window are neither false alarms nor skipped for ever', async (t) => {
  const { sides, prover } = await open(t);
  const carried = new Set<number>();
  for (let round = 0; round < 30; round += 1) {
    // The old side is written just before the window ends, the new one just after.
    sides.putLegacy(5, 'lamp', `round ${round}`);
    const window = await prover.closeWindow();
    assert.deepEqual(window.mismatches, []);
    for (const bucket of window.carried) carried.add(bucket);
    sides.putNew(5, 'lamp', `round ${round}`);
    await prover.tick();
  }
  assert.equal(carried.size, 1);
  assert.equal(prover.facts.cleanWindows, 30);
  assert.deepEqual((await verdictOf(sides)).problems, []);
});

test('WISH-13 a bucket in motion through all windows is looked at row by row, and what is wrong beside the moving row is found', async (t) => {
  const { sides, prover } = await open(t);
  sides.newTable.write(5, 'vase', undefined);
  let found = '';
  sides.onSleep = () => sides.putNew(5, 'lamp', 'in motion');
  for (let round = 0; round <= CARRY_WINDOWS_MAX; round += 1) {
    sides.putLegacy(5, 'lamp', `round ${round}`);
    found = textsOf((await prover.closeWindow()).mismatches);
    sides.putNew(5, 'lamp', `round ${round}`);
  }
  assert.match(found, /5 → vase is missing on the new side/);
});

test('damage below the log is found by a full pass, named to key and field, and is gone once it is mended', async (t) => {
  const { sides, prover } = await open(t);
  const damaged = sides.newTable.stored.get('11:lamp');
  assert.ok(damaged !== undefined);
  sides.newTable.stored.set('11:lamp', { ...damaged, properties: { ...damaged.properties, note: 'rotten' } });
  assert.deepEqual((await prover.closeWindow()).mismatches, [], 'the logs know nothing of it');
  const { mismatches } = await prover.fullPass();
  assert.match(
    textsOf(mismatches),
    /new side .* is not what its log says: 11 → lamp: note is "of 11" on the old side and "rotten"/,
  );
  assert.equal(prover.facts.isFullPassClean, false);
  sides.put(11, 'lamp', 'of 11');
  // The feed says what was there before, which the log had never written: the next pass mends the digest.
  await prover.fullPass();
  assert.deepEqual((await prover.fullPass()).mismatches, []);
  assert.equal(prover.facts.openMismatches, 0);
  assert.equal(prover.facts.isFullPassClean, true);
  assert.deepEqual((await prover.closeWindow()).carried, []);
});

test('WISH-12 a record that is missing in the change feed alone is found by the second path, named to the key', async (t) => {
  const { sides, prover } = await open(t);
  const faulty = new MemoryNewTable(['at', 'note']);
  faulty.lines.push(...sides.newTable.lines);
  const dropped = faulty.lines.findIndex(({ key }) => key === '13:vase');
  const whole = faulty.changes.bind(faulty);
  faulty.changes = async function* (from) {
    const lines = whole(from);
    for (;;) {
      const { done, value } = await lines.next();
      if (done === true) return value;
      if (value.key !== '13:vase') yield value;
    }
  };
  assert.ok(dropped >= 0);
  const { mismatches } = await prover.secondPath(faulty);
  assert.match(textsOf(mismatches), /13 → vase: the change feed folded from its first record lacks a change/);
  assert.equal(prover.facts.openMismatches, 1);
  assert.deepEqual((await prover.secondPath()).mismatches, []);
  assert.equal(prover.facts.openMismatches, 0);
});

test('WISH-12 a missing record is found also when a later one of the same key came through', async (t) => {
  const { sides, prover } = await open(t);
  sides.put(13, 'vase', 'later');
  const faulty = new MemoryNewTable(['at', 'note']);
  faulty.lines.push(...sides.newTable.lines);
  const first = faulty.lines.findIndex(({ key }) => key === '13:vase');
  faulty.lines.splice(first, 1);
  const { mismatches } = await prover.secondPath(faulty);
  assert.match(textsOf(mismatches), /13 → vase: the change feed folded from its first record lacks a change/);
});

test('derived rows of the new side and counts that the old side serves are checked, too', async (t) => {
  const { sides, prover } = await open(t);
  await sides.counts.set(
    new Map([
      ['wishers:lamp', 40n],
      ['wishers:vase', 39n],
      ['other:lamp', 3n],
      ['wishers:ghost', 1n],
    ]),
  );
  sides.newTable.derived.push({ id: 'index 7', text: 'a row of index newest is missing', touchedBy: ['e1-p0-3'] });
  const { mismatches } = await prover.checkDerived(true);
  const texts = textsOf(mismatches);
  assert.match(texts, /a row of index newest is missing/);
  assert.match(texts, /wishers:vase: the old side serves 39, and its table has 40 rows of this target/);
  assert.match(texts, /wishers:ghost: the old side serves 1, and its table has 0 rows/);
  assert.equal(mismatches.length, 3);
  assert.equal((await prover.checkDerived(false)).mismatches.length, 1, 'counts of a batch are not compared');
});

test('rows below a version are not there: neither when they lie nor when they come, change or go', async (t) => {
  const { sides, prover } = await open(t, 100n);
  sides.putLegacy(1, 'lamp', 'raised', 100n);
  sides.putNew(1, 'lamp', 'raised');
  sides.deleteLegacy(2, 'lamp');
  sides.putLegacy(41, 'lamp', 'of a clock that is behind', 99n);
  sides.putLegacy(42, 'lamp', 'new', 101n);
  sides.putNew(42, 'lamp', 'new');
  const { equal, mismatches } = await prover.closeWindow();
  assert.deepEqual([equal, mismatches], [1_000, []]);
  assert.deepEqual(await prover.fullPass(), { rows: 2, mismatches: [] });
  sides.putNew(3, 'vase', 'of 3');
  sides.newTable.write(42, 'lamp', undefined);
  let found = '';
  for (let window = 0; window <= CARRY_WINDOWS_MAX; window += 1)
    found = textsOf((await prover.closeWindow('asked')).mismatches);
  assert.match(found, /3 → vase is missing on the old side/);
  assert.match(found, /42 → lamp is missing on the new side/);
  assert.deepEqual((await verdictOf(sides)).problems, []);
});

test('windows that somebody asks for open no gate', async (t) => {
  const { prover } = await open(t);
  await prover.closeWindow('asked');
  assert.equal(prover.facts.cleanWindows, 0);
  await prover.closeWindow();
  assert.equal(prover.facts.cleanWindows, 1);
});

test('windows are closed while a pass reads for long, and it is compared as of the position that it has read', async (t) => {
  const { sides, prover } = await open(t);
  for (const pass of ['fullPass', 'secondPath'] as const) {
    const { promise: isRead, resolve: endReading } = Promise.withResolvers<void>();
    const { digest, changes } = sides.newTable;
    sides.newTable.digest = async () => {
      const found = await digest.call(sides.newTable);
      await isRead;
      return found;
    };
    let isFold = pass === 'secondPath';
    sides.newTable.changes = async function* (from) {
      const end = yield* changes.call(sides.newTable, from);
      if (isFold) {
        isFold = false;
        await isRead;
      }
      return end;
    };
    const passing = prover[pass]();
    for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
    for (let user = 0; user < 5; user += 1) sides.put(user, 'later', `while the ${pass} reads`);
    const window = await prover.closeWindow();
    assert.deepEqual({ equal: window.equal, carried: window.carried }, { equal: 1_000, carried: [] }, pass);
    endReading();
    assert.deepEqual((await passing).mismatches, [], pass);
    Object.assign(sides.newTable, { digest, changes });
    assert.equal((await prover.closeWindow()).equal, 1_000, pass);
  }
  assert.deepEqual((await verdictOf(sides)).problems, []);
});
