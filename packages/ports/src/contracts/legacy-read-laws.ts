import assert from 'node:assert/strict';
import { bucketOfText } from '@actionbase/core/digest/row-digest';
import { Failure } from '@actionbase/core/failure';
import type {
  DigestField,
  LegacyChunk,
  LegacyCountPage,
  LegacyDigest,
  LegacyPosition,
  LegacyRow,
  LegacySource,
  LegacyValue,
} from '../legacy.ts';
import { RowDigests } from '../legacy-digest.ts';
import { followUntil, printRows, replay } from './follow-until.ts';
import type { Law } from './law.ts';
import { type AppChange, aRow, keyOf, LEGACY_COLUMN_NAMES, LEGACY_TABLE, type LegacyHome } from './legacy-home.ts';

const WIDE: readonly LegacyRow[] = [
  aRow({ user_id: -9_223_372_036_854_775_808n, sku: 'a', note: '', price: '-0.50', flag: 0n, big: 0n, raw: '' }),
  aRow({
    user_id: 9_223_372_036_854_775_807n,
    sku: 'é🎁 "quoted" \\',
    note: 'x'.repeat(5_000),
    price: '12345678901234567.89',
  }),
  aRow({ user_id: 9_007_199_254_740_993n, sku: 'b', big: 18_446_744_073_709_551_615n, raw: '00ff10', flag: -1n }),
  aRow({ user_id: 0n, sku: 'a ', at: '2026-01-02 03:04:05.678', version: 4_611_686_018_427_387_903n }),
  aRow({ user_id: 0n, sku: 'A', at: '1969-12-31 23:59:59.999', note: null }),
  aRow({ user_id: 0n, sku: 'a' }),
];

const DIGEST: readonly DigestField[] = [
  { column: 'user_id', form: 'plain' },
  { column: 'sku', form: 'plain' },
  { column: 'at', form: 'milliseconds' },
  { column: 'big', form: 'plain' },
  { column: 'flag', form: 'boolean' },
  { column: 'note', form: 'plain' },
  { column: 'price', form: 'plain' },
  { column: 'raw', form: 'plain' },
];

/** Laws of `LegacySource` about rows: M1. */
const chunkLaws: readonly Law<LegacyHome>[] = [
  {
    law: 'M1',
    title: 'a chunk has the rows of its range as of its position, while others write',
    async run(home) {
      const from = await home.source.position();
      await home.transact(puts(40));
      const writing = writeAtRandom(home, 60);
      const chunks: ReadChunk[] = [];
      for (let round = 0; round < 3; round++) chunks.push(...(await readChunks(home.source, { rowsMax: 7 })));
      await writing;
      const transactions = await followUntil(home.source, from);
      for (const [i, chunk] of chunks.entries()) {
        const rank = home.source.rank(chunk.position);
        const rows = replay(transactions.filter(({ position }) => home.source.rank(position) <= rank));
        const after = chunk.after;
        const inRange = [...rows.values()].filter((row) => isBehind(row, after)).sort(compareKeys);
        const expected = chunk.more ? inRange.slice(0, chunk.rows.length) : inRange;
        assert.deepEqual(printRows(chunk.rows), printRows(expected), `chunk ${i}`);
      }
    },
  },
  {
    law: 'M1',
    title: 'chunks of any size, joined, are the range, and say when it ends',
    async run({ source, transact }) {
      await transact([...puts(23), ...WIDE.map((row) => ({ kind: 'put', row }) as const)]);
      const all = (await readChunks(source, { rowsMax: 1_000 })).flatMap(({ rows }) => rows);
      assert.equal(all.length, 23 + WIDE.length);
      assert.deepEqual([...all].sort(compareKeys), all, 'in the order of the key');
      for (const rowsMax of [1, 2, 5, 29]) {
        const chunks = await readChunks(source, { rowsMax });
        assert.deepEqual(
          chunks.flatMap(({ rows }) => rows),
          all,
          `chunks of ${rowsMax}`,
        );
        assert.ok(chunks.every(({ rows }) => rows.length <= rowsMax));
        assert.equal(
          chunks.length,
          Math.max(1, Math.ceil(all.length / rowsMax)),
          'the last chunk knows that it is the last',
        );
      }
      const [first, last] = [all[4], all[9]];
      assert.ok(first !== undefined && last !== undefined);
      const bounded = await readChunks(source, { rowsMax: 3, after: valuesOf(first), through: valuesOf(last) });
      assert.deepEqual(
        bounded.flatMap(({ rows }) => rows),
        all.slice(5, 10),
      );
      const prefix = await readChunks(source, { rowsMax: 2, after: [0n], through: [3n] });
      const ofUsers = all.filter(({ user_id }) => typeof user_id === 'bigint' && user_id > 0n && user_id <= 3n);
      assert.deepEqual(
        prefix.flatMap(({ rows }) => rows),
        ofUsers,
      );
    },
  },
  {
    law: 'M1',
    title: 'every kind of value comes exactly, from the table as from the log',
    async run({ source, transact }) {
      const from = await source.position();
      await transact(WIDE.map((row) => ({ kind: 'put', row }) as const));
      const [chunk] = await readChunks(source, { rowsMax: 100 });
      assert.deepEqual(printRows(chunk?.rows ?? []), printRows(WIDE));
      assert.deepEqual(printRows(replay(await followUntil(source, from)).values()), printRows(WIDE));
      for (const row of chunk?.rows ?? []) {
        const same = WIDE.find((wide) => String(wide.user_id) === String(row.user_id) && wide.sku === row.sku);
        assert.deepEqual(row, same);
      }
    },
  },
  {
    law: 'M1',
    title: 'a digest is that of the rows as of its position',
    async run(home) {
      const from = await home.source.position();
      await home.transact([...puts(40), ...WIDE.map((row) => ({ kind: 'put', row }) as const)]);
      const writing = writeAtRandom(home, 30);
      const digests: LegacyDigest[] = [];
      for (let i = 0; i < 3; i++) digests.push(await home.source.digest({ table: LEGACY_TABLE, fields: DIGEST }));
      await writing;
      for (const { position, sums } of digests) {
        const rows = new RowDigests(DIGEST);
        for (const row of replay(await followUntil(home.source, from, position)).values()) rows.add(row);
        assert.deepEqual(sums, rows.sums());
      }
    },
  },
  {
    law: 'M1',
    title: 'rows below a version are neither in a digest nor in a bucket that is asked for from that version on',
    async run({ source, transact }) {
      const rows = [1n, 4n, 5n, 6n, 9_000_000_000_000_000_000n].map((version) =>
        aRow({ user_id: 3n, sku: `of ${version}`, note: 'n', version }),
      );
      await transact(rows.map((row) => ({ kind: 'put', row })));
      await transact([{ kind: 'update', key: keyOf(rows[0] ?? {}), values: { version: 5n, big: 7n } }]);
      const versionMin = { column: 'version', value: 5n };
      const counted = [{ ...rows[0], version: 5n, big: 7n }, ...rows.slice(2)];
      const expected = new RowDigests(DIGEST);
      for (const row of counted) expected.add(row);
      const found = await source.digest({ table: LEGACY_TABLE, fields: DIGEST, versionMin });
      assert.deepEqual(found.sums, expected.sums());
      const bucket = {
        table: LEGACY_TABLE,
        columns: LEGACY_COLUMN_NAMES,
        source: { column: 'user_id', form: 'plain' },
        bucket: bucketOfText('3'),
      } as const;
      assert.deepEqual(printRows((await source.readBucket({ ...bucket, versionMin })).rows), printRows(counted));
      const byNull = { column: 'big', value: 0n };
      const ofBig = (await source.readBucket({ ...bucket, versionMin: byNull })).rows;
      assert.deepEqual(printRows(ofBig), printRows(counted.slice(0, 1)), 'null is below every version');
    },
  },
  {
    law: 'M1',
    title: 'one row, the rows of a bucket, and the counts of a field are those of their positions',
    async run(home) {
      const { source } = home;
      const from = await source.position();
      await home.transact([...puts(40), ...WIDE.map((row) => ({ kind: 'put', row }) as const)]);
      const writing = writeAtRandom(home, 30);
      const request = { table: LEGACY_TABLE, columns: LEGACY_COLUMN_NAMES };
      const asked = [...WIDE, aRow({ user_id: 3n, sku: 'sku-2' }), aRow({ user_id: 3n, sku: 'never' })];
      const found: LegacyChunk[] = [];
      for (const row of asked) {
        found.push(await source.readRow({ ...request, key: keyOf(row) }));
        found.push(await source.readRow({ ...request, key: { ...keyOf(row), user_id: String(row.user_id) } }));
      }
      const bySku: DigestField = { column: 'sku', form: 'plain' };
      const bucket = bucketOfText('sku-2');
      const ofBucket = await source.readBucket({ ...request, source: bySku, bucket });
      const pages: LegacyCountPage[] = [];
      for await (const page of source.countBy({ table: LEGACY_TABLE, field: bySku })) pages.push(page);
      await writing;

      const rowsAt = async (position: LegacyPosition) => [
        ...replay(await followUntil(source, from, position)).values(),
      ];
      for (const [i, { rows, position }] of found.entries()) {
        const key = keyOf(asked[i >> 1] ?? {});
        assert.deepEqual(
          rows,
          (await rowsAt(position)).filter((row) => compareKeys(row, key) === 0),
        );
      }
      const expected = (await rowsAt(ofBucket.position)).filter(({ sku }) => bucketOfText(String(sku)) === bucket);
      assert.deepEqual(printRows(ofBucket.rows), printRows(expected));
      const counts = new Map<string, bigint>();
      for (const { sku } of await rowsAt(pages[0]?.position ?? from)) {
        counts.set(String(sku), (counts.get(String(sku)) ?? 0n) + 1n);
      }
      const counted = pages.flatMap((page) => [...page.counts]);
      assert.deepEqual(counted.sort(), [...counts].sort(), 'each value once');
      assert.ok(pages.every(({ position }) => position === pages[0]?.position));
    },
  },
];

/** Laws of `LegacySource` about the log: M2 to M4. */
const logLaws: readonly Law<LegacyHome>[] = [
  {
    law: 'M2',
    title: 'every transaction comes once, whole and in order, with its images before and after',
    async run({ source, transact, rollBack, touchOther }) {
      const from = await source.position();
      const row = aRow({ user_id: 1n, sku: 'a', note: 'one' });
      await transact([
        { kind: 'put', row },
        { kind: 'put', row: aRow({ user_id: 2n, sku: 'a' }) },
      ]);
      await rollBack([{ kind: 'put', row: aRow({ user_id: 9n, sku: 'never' }) }]);
      await touchOther();
      await transact([{ kind: 'put', row: { ...row, note: 'two', version: 2n } }]);
      await transact([
        { kind: 'update', key: keyOf(row), values: { sku: 'b', version: 3n } },
        { kind: 'delete', key: { user_id: 2n, sku: 'a' } },
      ]);
      const transactions = await followUntil(source, from);
      const changes = transactions.map(({ changes }) => changes.map(({ before, after }) => ({ before, after })));
      assert.deepEqual(changes, [
        [
          { before: undefined, after: row },
          { before: undefined, after: aRow({ user_id: 2n, sku: 'a' }) },
        ],
        [{ before: row, after: { ...row, note: 'two', version: 2n } }],
        [
          { before: { ...row, note: 'two', version: 2n }, after: { ...row, sku: 'b', note: 'two', version: 3n } },
          { before: aRow({ user_id: 2n, sku: 'a' }), after: undefined },
        ],
      ]);
    },
  },
  {
    law: 'M2',
    title: 'following that is resumed at any transaction gives the rest, the same again',
    async run(home) {
      const from = await home.source.position();
      await home.transact(puts(5));
      await writeAtRandom(home, 12);
      const all = await followUntil(home.source, from);
      assert.ok(all.length >= 5);
      for (const [i, { position }] of all.entries()) {
        assert.deepEqual(await followUntil(home.source, position), all.slice(i + 1), `resumed at ${position}`);
      }
    },
  },
  {
    law: 'M2',
    title: 'a log that was purged behind the position is said to be gone',
    async run(home) {
      const from = await home.source.position();
      await home.transact(puts(3));
      await home.purge();
      await home.transact(puts(4));
      await assert.rejects(followUntil(home.source, from), { code: 'legacy-log-gone' });
    },
  },
  {
    law: 'M3',
    title: 'positions rise with every transaction, wherever they come from',
    async run(home) {
      const { source } = home;
      const from = await source.position();
      const asked = [source.rank(from)];
      for (let i = 0; i < 12; i++) {
        await home.transact(puts(i + 1));
        asked.push(source.rank(await source.position()));
        const [chunk] = await readChunks(source, { rowsMax: 2 });
        assert.ok(chunk !== undefined && source.rank(chunk.position) >= (asked.at(-1) ?? 0n));
      }
      assert.ok(rises(asked), `asked positions have the ranks ${asked}`);
      const followed = (await followUntil(source, from)).map(({ position }) => source.rank(position));
      assert.equal(followed.length, 12);
      assert.deepEqual(followed, asked.slice(1));
    },
  },
  {
    law: 'M4',
    title: 'a change of the columns ends the following before any row of it, and says where to go on',
    async run(home) {
      const { source } = home;
      const from = await source.position();
      const before = aRow({ user_id: 1n, sku: 'a' });
      await home.transact([{ kind: 'put', row: before }]);
      await home.alter();
      await home.transact([{ kind: 'put', row: aRow({ user_id: 2n, sku: 'a' }) }]);
      const rows: LegacyRow[] = [];
      const abort = new AbortController();
      const end = source.rank(await source.position());
      let failure: unknown;
      try {
        for await (const { position, changes } of source.follow({
          tables: [LEGACY_TABLE],
          from,
          signal: abort.signal,
        })) {
          for (const { after } of changes) if (after !== undefined) rows.push(after);
          if (source.rank(position) >= end) abort.abort();
        }
      } catch (error) {
        failure = error;
      }
      assert.deepEqual(rows, [before]);
      assert.ok(failure instanceof Failure && failure.code === 'legacy-schema-changed', String(failure));
      const next = failure.details.position;
      assert.ok(typeof next === 'string', 'the failure says where to go on');
      const [rest] = await followUntil(source, next as LegacyPosition);
      assert.deepEqual(
        rest?.changes.map(({ after }) => after?.user_id),
        [2n],
      );
    },
  },
];

export const legacyReadLaws: readonly Law<LegacyHome>[] = [...chunkLaws, ...logLaws];

type ReadChunk = LegacyChunk & { readonly after: readonly LegacyValue[] | undefined };

interface ReadOptions {
  readonly rowsMax: number;
  readonly after?: readonly LegacyValue[];
  readonly through?: readonly LegacyValue[];
}

async function readChunks(source: LegacySource, { rowsMax, through, ...options }: ReadOptions): Promise<ReadChunk[]> {
  const chunks: ReadChunk[] = [];
  let after = options.after;
  for (;;) {
    const chunk = await source.readChunk({
      table: LEGACY_TABLE,
      columns: LEGACY_COLUMN_NAMES,
      rowsMax,
      after,
      through,
    });
    chunks.push({ ...chunk, after });
    const last = chunk.rows.at(-1);
    if (!chunk.more || last === undefined) return chunks;
    after = valuesOf(last);
  }
}

/** Rows of three users, 10 to `count` of them, one transaction. */
function puts(count: number): AppChange[] {
  return Array.from({ length: count }, (_, i) => {
    const row = aRow({
      user_id: BigInt(1 + (i % 5)),
      sku: `sku-${i}`,
      note: `note ${i}`,
      price: `${i}.00`,
      version: BigInt(i),
    });
    return { kind: 'put', row };
  });
}

/** Transactions of one to three changes on few keys, in an order that only looks random. */
async function writeAtRandom(home: LegacyHome, transactions: number): Promise<void> {
  let seed = 7;
  const next = (below: number) => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed % below;
  };
  for (let i = 0; i < transactions; i++) {
    const changes = Array.from({ length: 1 + next(3) }, (): AppChange => {
      const row = aRow({
        user_id: BigInt(1 + next(5)),
        sku: `sku-${next(40)}`,
        note: `round ${i}`,
        version: BigInt(1_000 + i),
      });
      if (next(4) === 0) return { kind: 'delete', key: keyOf(row) };
      return { kind: 'put', row };
    });
    await home.transact(changes);
  }
}

function valuesOf(row: LegacyRow): readonly LegacyValue[] {
  return [row.user_id ?? null, row.sku ?? null];
}

function isBehind(row: LegacyRow, after: readonly LegacyValue[] | undefined): boolean {
  if (after === undefined) return true;
  const [user_id = null, sku = null] = after;
  return compareKeys(row, { user_id, sku }) > 0;
}

/** The texts of these keys have no characters outside the first plane at the same place, so JavaScript's order will do. */
function compareKeys(a: LegacyRow, b: LegacyRow): number {
  const [left, right] = [a.user_id ?? 0n, b.user_id ?? 0n];
  if (left !== right) return left < right ? -1 : 1;
  return String(a.sku) < String(b.sku) ? -1 : String(a.sku) > String(b.sku) ? 1 : 0;
}

function rises(numbers: readonly bigint[]): boolean {
  return numbers.every((number, i) => i === 0 || number > (numbers[i - 1] ?? 0n));
}
