import assert from 'node:assert/strict';
import type { BackUpRow, LegacyRow, LegacyStore, LegacyWrite, LegacyWritten } from '../legacy.ts';
import { followUntil, printRows } from './follow-until.ts';
import type { Law } from './law.ts';
import { aRow, keyOf, LEGACY_COLUMN_NAMES, LEGACY_MIGRATION, LEGACY_TABLE, type LegacyHome } from './legacy-home.ts';

/** Laws of `LegacyStore` about writes of the application: M5 to M7. */
const writeLaws: readonly Law<LegacyHome>[] = [
  {
    law: 'M5',
    title: 'a write takes effect only where the legacy side is the truth of the bucket',
    async run(home) {
      const store = await prepared(home);
      assert.deepEqual(await store.truth(LEGACY_MIGRATION), {
        revision: 0,
        newBuckets: 0,
        versionFloor: 0n,
        settings: '',
      });
      await written(store, { bucket: 3, key: key(1n, 'a'), note: 'before' });
      const moved = await settle(store, 4);
      assert.equal(moved.revision, 1);
      assert.equal(moved.newBuckets, 4);
      const rows = await rowsOf(home);
      const answer = await write(store, { bucket: 3, key: key(1n, 'a'), note: 'after' });
      assert.deepEqual(answer, { kind: 'moved', truth: moved });
      assert.deepEqual(await write(store, { bucket: 0, key: key(1n, 'a'), note: undefined }), {
        kind: 'moved',
        truth: moved,
      });
      assert.deepEqual(await rowsOf(home), rows, 'nothing was written');
      const other = await written(store, { bucket: 4, key: key(2n, 'a'), note: 'stays' });
      assert.equal(other.revision, 1);
      await settle(store, 0);
      const back = await written(store, { bucket: 3, key: key(1n, 'a'), note: 'back' });
      assert.equal(back.revision, 2);
    },
  },
  {
    law: 'M5',
    title: 'what is announced changes no truth, and every store sees it',
    async run(home) {
      const store = await prepared(home);
      const other = await home.openStore();
      await store.announce(LEGACY_MIGRATION, '{"stage":"ramp"}');
      const truth = await other.truth(LEGACY_MIGRATION);
      assert.deepEqual(truth, { revision: 0, newBuckets: 0, versionFloor: 0n, settings: '{"stage":"ramp"}' });
      await store.prepare(LEGACY_MIGRATION);
      assert.deepEqual(await other.truth(LEGACY_MIGRATION), truth, 'preparing again changes nothing');
    },
  },
  {
    law: 'M6',
    title: 'versions of a bucket grow in commit order over all stores',
    async run(home) {
      const stores = [await prepared(home), await home.openStore(), await home.openStore()];
      const from = await home.source.position();
      const writers = stores.flatMap((store, s) =>
        [0, 1].map(async (w) => {
          for (let i = 0; i < 8; i++) {
            await written(store, {
              bucket: 7,
              key: key(BigInt(s), `${w}-${i % 3}`),
              note: `${i}`,
              versionMin: BigInt(i % 2) * 50n,
            });
          }
        }),
      );
      await Promise.all(writers);
      const versions = (await followUntil(home.source, from)).flatMap(({ changes }) =>
        changes.map(({ after }) => versionOf(after)),
      );
      assert.equal(versions.length, 48);
      for (const [i, version] of versions.entries()) {
        assert.ok(i === 0 || version > (versions[i - 1] ?? 0n), `versions in commit order: ${versions}`);
      }
    },
  },
  {
    law: 'M6',
    title: 'a version is at least what the writer asks for, and above that of the row which it replaces or deletes',
    async run(home) {
      const store = await prepared(home);
      const high = 4_000_000_000_000_000n;
      await home.transact([{ kind: 'put', row: aRow({ user_id: 1n, sku: 'a', version: high }) }]);
      assert.equal((await written(store, { bucket: 1, key: key(2n, 'x'), note: 'n', versionMin: 77n })).version, 77n);
      const replaced = await written(store, { bucket: 1, key: key(1n, 'a'), note: 'n' });
      assert.ok(replaced.version > high);
      const deleted = await written(store, { bucket: 1, key: key(1n, 'a'), note: undefined });
      assert.ok(deleted.version > replaced.version);
      assert.equal(deleted.existed, true);
      const again = await written(store, { bucket: 1, key: key(1n, 'a'), note: undefined });
      assert.ok(again.version > deleted.version);
      assert.equal(again.existed, false);
      const inserted = await written(store, { bucket: 1, key: key(1n, 'a'), note: 'n' });
      assert.ok(inserted.version > again.version);
    },
  },
  {
    law: 'M6',
    title: 'versions are above those that came back from the new side, of deleted rows too',
    async run(home) {
      const store = await prepared(home);
      await backUp(store, 1n, [{ bucket: 5, version: 9_000n, key: key(1n, 'a'), values: undefined }]);
      const after = await written(store, { bucket: 5, key: key(1n, 'a'), note: 'n' });
      assert.ok(after.version > 9_000n);
      await backUp(store, 2n, [{ bucket: 5, version: 19_000n, key: key(1n, 'b'), values: valuesOf('n') }]);
      assert.ok((await written(store, { bucket: 5, key: key(1n, 'c'), note: 'n' })).version > 19_000n);
      const truth = await settle(store, 0);
      assert.ok(truth.versionFloor >= 19_001n, `the floor ${truth.versionFloor} is below a version that was given`);
    },
  },
  {
    law: 'M7',
    title: 'the row has the version that the write tells',
    async run(home) {
      const store = await prepared(home);
      const one = await written(store, { bucket: 1, key: key(1n, 'é🎁'), note: 'one', versionMin: 10n });
      const other = await written(store, { bucket: 1, key: key(1n, 'b'), note: 'two', versionMin: 5n });
      const expected = [
        aRow({ user_id: 1n, sku: 'é🎁', note: 'one', version: one.version }),
        aRow({ user_id: 1n, sku: 'b', note: 'two', version: other.version }),
      ];
      assert.deepEqual(printRows(await rowsOf(home)), printRows(expected));
    },
  },
  {
    law: 'M7',
    title: 'a write that is refused leaves no trace',
    async run(home) {
      const store = await prepared(home);
      await written(store, { bucket: 1, key: key(1n, 'a'), note: 'one' });
      const from = await home.source.position();
      const rows = await rowsOf(home);
      const wrong = writeOf({ bucket: 1, key: key(1n, 'a'), note: 'two' });
      await assert.rejects(store.write({ ...wrong, values: { ...wrong.values, flag: 'no number' } }), {
        code: 'legacy-refused',
      });
      await assert.rejects(store.write({ ...wrong, values: { nothing: 1n } }), { code: 'legacy-refused' });
      assert.deepEqual(await rowsOf(home), rows);
      assert.deepEqual(await followUntil(home.source, from), []);
      await written(store, { bucket: 1, key: key(1n, 'a'), note: 'two' });
    },
  },
];

/** Laws of `LegacyStore` about the way back and about moves: M8 and M9. */
const moveLaws: readonly Law<LegacyHome>[] = [
  {
    law: 'M8',
    title: 'a batch is applied once: at or below the stored position it changes nothing',
    async run(home) {
      const store = await prepared(home);
      assert.equal(await store.backedUp(LEGACY_MIGRATION), undefined);
      await home.transact([{ kind: 'put', row: aRow({ user_id: 1n, sku: 'old', note: 'old', version: 3n }) }]);
      const batch: readonly BackUpRow[] = [
        { bucket: 1, version: 5n, key: key(1n, 'old'), values: undefined },
        ...Array.from({ length: 100 }, (_, i): BackUpRow => {
          return { bucket: i, version: 10n + BigInt(i), key: key(2n, `sku ${i}`), values: valuesOf(`note ${i}`) };
        }),
        { bucket: 1, version: 500n, key: key(2n, 'sku 7'), values: valuesOf('twice') },
      ];
      await backUp(store, 10n, batch);
      assert.equal(await store.backedUp(LEGACY_MIGRATION), 'at 10');
      const rows = await rowsOf(home);
      assert.equal(rows.length, 100);
      assert.equal(rows.find(({ sku }) => sku === 'sku 7')?.note, 'twice', 'the last row of a key counts');
      const other: readonly BackUpRow[] = [{ bucket: 1, version: 900n, key: key(2n, 'sku 7'), values: undefined }];
      await backUp(store, 10n, other);
      await backUp(store, 9n, other);
      assert.deepEqual(await rowsOf(home), rows);
      assert.equal(await store.backedUp(LEGACY_MIGRATION), 'at 10');
      await backUp(store, 11n, other);
      assert.equal((await rowsOf(home)).length, 99);
    },
  },
  {
    law: 'M8',
    title: 'a batch that is refused changes neither rows nor position',
    async run(home) {
      const store = await prepared(home);
      await backUp(store, 1n, [{ bucket: 1, version: 5n, key: key(1n, 'a'), values: valuesOf('one') }]);
      const rows = await rowsOf(home);
      const refused = backUp(store, 2n, [
        { bucket: 1, version: 6n, key: key(1n, 'a'), values: valuesOf('two') },
        { bucket: 1, version: 7n, key: key(1n, 'b'), values: { note: 'n', flag: 'no number' } },
      ]);
      await assert.rejects(refused, { code: 'legacy-refused' });
      assert.deepEqual(await rowsOf(home), rows);
      assert.equal(await store.backedUp(LEGACY_MIGRATION), 'at 1');
    },
  },
  {
    law: 'M9',
    title: 'no write commits while it is held; released, they go on, and those of moved buckets say so',
    async run(home) {
      const store = await prepared(home);
      const other = await home.openStore();
      const before = [0, 1, 2, 3].map((i) => write(store, { bucket: i, key: key(BigInt(i), 'before'), note: 'n' }));
      const hold = await other.hold(LEGACY_MIGRATION);
      const held = await rowsOf(home);
      const later = [0, 300, 999].map((bucket) => write(store, { bucket, key: key(9n, `${bucket}`), note: 'n' }));
      await backUp(other, 1n, [{ bucket: 0, version: 7_000n, key: key(8n, 'back'), values: valuesOf('n') }]);
      for (let i = 0; i < 5; i++) await home.source.position();
      assert.equal((await rowsOf(home)).length, held.length + 1, 'the way back goes on, and nothing else');
      const early = (await followUntil(home.source, hold.position)).flatMap(({ changes }) => changes);
      assert.deepEqual(
        early.map(({ after }) => after?.sku),
        ['back'],
        'all that was written before the hold is at or below its position',
      );
      await hold.prepare(500);
      assert.equal((await store.truth(LEGACY_MIGRATION)).revision, 0, 'what is prepared has not happened');
      const truth = await hold.settle(1);
      assert.deepEqual(await store.truth(LEGACY_MIGRATION), truth);
      for (const answer of await Promise.all(before))
        assert.ok(answer.kind === 'written' || answer.truth.revision === 1);
      const [moved, ...stayed] = await Promise.all(later);
      assert.deepEqual(moved, { kind: 'moved', truth });
      assert.deepEqual(
        stayed.map((answer) => answer.kind === 'written' && answer.revision),
        [1, 1],
        'it is settled with this number, whatever was prepared',
      );
      await hold[Symbol.asyncDispose]();
      assert.deepEqual(await store.truth(LEGACY_MIGRATION), truth, 'what was settled stays');
    },
  },
  {
    law: 'M9',
    title: 'a hold that is given up, or whose process dies, is released, and nothing of it happened',
    async run(home) {
      const store = await prepared(home);
      for (const end of ['given up', 'dead'] as const) {
        const holder = await home.openStore();
        const hold = await holder.hold(LEGACY_MIGRATION);
        await hold.prepare(500);
        const waiting = write(store, { bucket: 1, key: key(1n, end), note: 'n' });
        if (end === 'dead') await home.crash(holder);
        else await hold[Symbol.asyncDispose]();
        assert.equal((await waiting).kind, 'written');
        await assert.rejects(hold.settle(500));
        assert.equal((await store.truth(LEGACY_MIGRATION)).revision, 0);
      }
      await settle(store, 10);
    },
  },
];

export const legacyWriteLaws: readonly Law<LegacyHome>[] = [...writeLaws, ...moveLaws];

interface ShortWrite {
  readonly bucket: number;
  readonly key: LegacyRow;
  /** Undefined deletes the row. */
  readonly note: string | undefined;
  readonly versionMin?: bigint;
}

async function prepared(home: LegacyHome): Promise<LegacyStore> {
  const store = await home.openStore();
  await store.prepare(LEGACY_MIGRATION);
  return store;
}

function writeOf({ bucket, key, note, versionMin = 1n }: ShortWrite): LegacyWrite {
  const values = note === undefined ? undefined : valuesOf(note);
  return {
    migration: LEGACY_MIGRATION,
    table: LEGACY_TABLE,
    versionColumn: 'version',
    bucket,
    key,
    values,
    versionMin,
  };
}

async function write(store: LegacyStore, short: ShortWrite): Promise<LegacyWritten> {
  return store.write(writeOf(short));
}

async function written(store: LegacyStore, short: ShortWrite): Promise<Extract<LegacyWritten, { kind: 'written' }>> {
  const answer = await write(store, short);
  assert.ok(answer.kind === 'written', 'the write takes effect');
  return answer;
}

async function settle(store: LegacyStore, newBuckets: number) {
  await using hold = await store.hold(LEGACY_MIGRATION);
  return await hold.settle(newBuckets);
}

async function backUp(store: LegacyStore, order: bigint, rows: readonly BackUpRow[]): Promise<void> {
  const position = `at ${order}`;
  await store.backUp({
    migration: LEGACY_MIGRATION,
    table: LEGACY_TABLE,
    versionColumn: 'version',
    position,
    order,
    rows,
  });
}

async function rowsOf({ source }: LegacyHome): Promise<readonly LegacyRow[]> {
  const request = { table: LEGACY_TABLE, columns: LEGACY_COLUMN_NAMES, rowsMax: 1_000 };
  return (await source.readChunk(request)).rows;
}

function key(user_id: bigint, sku: string): LegacyRow {
  return keyOf({ user_id, sku });
}

function valuesOf(note: string): LegacyRow {
  return { note };
}

function versionOf(row: LegacyRow | undefined): bigint {
  const version = row?.version;
  assert.ok(typeof version === 'bigint', 'a row has a version');
  return version;
}
