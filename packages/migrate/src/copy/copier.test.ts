import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '@actionbase/core/failure';
import { portFailures } from '@actionbase/ports/failures';
import type { LegacySource } from '@actionbase/ports/legacy';
import { ManualClock } from '@actionbase/ports/memory/manual-clock';
import type { MemoryLegacy } from '@actionbase/ports/memory/memory-legacy';
import { MemoryLegacySource } from '@actionbase/ports/memory/memory-legacy-source';
import type { Migration } from '../declare/migration.ts';
import { MemoryCheckpoint } from '../send/checkpoint.ts';
import { EdgeSender } from '../send/edge-sender.ts';
import { away, MemoryTable } from '../testing/memory-table.ts';
import { aLegacy, aMigration, aWish } from '../testing/wish-migration.ts';
import { Copier, type CopyProgress } from './copier.ts';
import { parseCopyState, printCopyState } from './copy-state.ts';
import { BulkLoader, MutateLoader } from './loader.ts';

const never = new AbortController().signal;

interface Made {
  readonly legacy: MemoryLegacy;
  readonly table: MemoryTable;
  readonly clock: ManualClock;
  readonly checkpoint: MemoryCheckpoint;
  copier(parts?: {
    migration?: Migration;
    source?: LegacySource;
    onProgress?: (progress: CopyProgress) => void;
  }): Copier;
}

function make(rows: number): Made {
  const legacy = aLegacy();
  legacy.transact((writer) => {
    for (let i = 0; i < rows; i++)
      writer.put('wish', aWish({ user_id: BigInt(i % 7), sku: `sku-${i}`, version: BigInt(i) }));
  });
  const table = new MemoryTable();
  const clock = new ManualClock({ sleeps: 'advance' });
  const checkpoint = new MemoryCheckpoint();
  return {
    legacy,
    table,
    clock,
    checkpoint,
    copier: ({ migration = inChunks(10), ...parts } = {}) => {
      const loader = new MutateLoader(new EdgeSender({ table, clock }));
      return new Copier({ migration, source: new MemoryLegacySource(legacy), loader, checkpoint, clock, ...parts });
    },
  };
}

function inChunks(chunkRows: number, rowsPerSMax = 1_000_000): Migration {
  return aMigration({ throttle: { chunkRows, rowsPerSMax } });
}

test('a copy has every row, tells how far it is, and writes down where the follower begins', async () => {
  const { legacy, table, copier, checkpoint } = make(95);
  const before = legacy.end();
  const told: number[] = [];
  const done = await copier({ onProgress: ({ rows }) => told.push(rows) }).run(never);
  assert.deepEqual(told, [10, 20, 30, 40, 50, 60, 70, 80, 90, 95]);
  assert.deepEqual(
    { ...done, rowsPerS: 0 },
    { rows: 95, rowsAbout: 95, from: before, through: before, rowsPerS: 0, isDone: true },
  );
  assert.equal(table.dump().size, 95);
  assert.equal(table.dump().get('3 sku-10')?.version, 20n);
  assert.equal(parseCopyState(checkpoint.text ?? '', 'wish').isDone, true);
  await copier().run(never);
  assert.equal(table.sent, 95, 'a copy that is done sends nothing');
});

test('a copier that dies goes on with the chunk that it was at', async () => {
  const { table, copier } = make(95);
  table.refused.set('sku-50', 'result');
  await assert.rejects(copier().run(never), { code: 'row-unfit' });
  const sent = table.sent;
  table.refused.clear();
  const done = await copier().run(never);
  assert.equal(done.rows, 95);
  assert.equal(table.dump().size, 95);
  assert.ok(table.sent - sent <= 95 - (sent - 10), `${table.sent} edges were sent`);
});

test('rows that change while it is copied do not go back', async () => {
  const { legacy, table, copier } = make(30);
  const onProgress = () => {
    legacy.transact((writer) => writer.update('wish', { user_id: 1n, sku: 'sku-1' }, { note: 'new', version: 500n }));
  };
  await table.mutate([
    { type: 'INSERT', edge: { source: 1, target: 'sku-1', version: 900n, properties: { note: 'newer' } } },
  ]);
  await copier({ onProgress }).run(never);
  assert.equal(table.dump().get('1 sku-1')?.properties?.note, 'newer');
});

test('it goes no faster than it may, and not at all while the old database is busy', async () => {
  const { legacy, clock, copier } = make(100);
  const beganMs = clock.monotonicMs();
  await copier({ migration: inChunks(10, 20) }).run(never);
  assert.equal(clock.monotonicMs() - beganMs, 5_000);

  const busy = make(20);
  busy.legacy.threadsRunning = 30;
  const source = new MemoryLegacySource(busy.legacy);
  const health = source.health.bind(source);
  let asked = 0;
  source.health = async () => {
    if (++asked === 4) busy.legacy.threadsRunning = 2;
    return health();
  };
  await busy.copier({ source }).run(never);
  assert.ok(busy.clock.monotonicMs() >= 600 && asked > 4);
  assert.equal(legacy.rows('wish').length, 100);
});

test('either side may be away for a while', async () => {
  const { legacy, table, copier } = make(50);
  table.failures.push(away(), away());
  const source = new MemoryLegacySource(legacy);
  const readChunk = source.readChunk.bind(source);
  let failures = 3;
  source.readChunk = async (request) => {
    if (failures-- > 0) throw new Failure(portFailures['legacy-unavailable'], 'connection lost');
    return readChunk(request);
  };
  await copier({ source }).run(never);
  assert.equal(table.dump().size, 50);
});

test('a table that does not fit is not copied', async () => {
  const { legacy, copier, checkpoint } = make(5);
  const { columns } = await new MemoryLegacySource(legacy).describe('wish');
  legacy.alterTable(
    'wish',
    columns.filter(({ name }) => name !== 'version'),
  );
  await assert.rejects(copier().run(never), { code: 'migration-unfit', message: /no column version/ });
  assert.equal(checkpoint.text, undefined);
});

test('a copy that is given up says how far it came', async () => {
  const { copier } = make(95);
  const abort = new AbortController();
  const onProgress = ({ rows }: CopyProgress) => {
    if (rows === 40) abort.abort();
  };
  const { rows, isDone } = await copier({ onProgress }).run(abort.signal);
  assert.deepEqual({ rows, isDone }, { rows: 40, isDone: false });
});

test('a bulk loader names the first edge that is refused, and waits for a store that is away', async () => {
  const clock = new ManualClock({ sleeps: 'advance' });
  const answers = [
    away(),
    { refused: 0, refusals: [] },
    { refused: 2, refusals: [{ edge: 1, code: 'cast-failed', message: 'no' }] },
  ];
  const loader = new BulkLoader({
    clock,
    table: {
      async load() {
        const answer = answers.shift();
        if (answer instanceof Error || answer === undefined) throw answer;
        return answer;
      },
    },
  });
  const edges = ['a', 'b'].map((target) => ({ source: 1n, target, version: 2n, properties: {} }));
  await loader.load(edges, never);
  await assert.rejects(loader.load(edges, never), { code: 'row-unfit', message: /1 -> "b": cast-failed: no/ });
});

test('the state of a copy keeps every kind of key', () => {
  const state = {
    table: 'wish',
    from: '0-1-7' as never,
    after: [-9_007_199_254_740_993n, 'é "x"', null, 1.5],
    rows: 3,
    through: '0-1-9' as never,
    isDone: false,
  };
  assert.deepEqual(parseCopyState(printCopyState(state), 'wish'), state);
  assert.throws(() => parseCopyState(printCopyState(state), 'other'), { code: 'migration-unfit' });
});
