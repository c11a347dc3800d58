import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { assertFailure } from '@actionbase/ports/contracts/log-frames';
import fc from 'fast-check';
import type { ParquetColumn, ParquetType, ParquetValue } from './parquet-column.ts';
import { ParquetFile, type ParquetRow } from './parquet-file.ts';
import { ParquetWriter } from './parquet-writer.ts';

let root: string;
let files = 0;

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'actionbase-parquet-'));
});

after(() => rm(root, { recursive: true }));

const LONG_MIN = -(2n ** 63n);

const VALUES: Readonly<Record<ParquetType, fc.Arbitrary<ParquetValue>>> = {
  boolean: fc.boolean(),
  int32: fc.integer(),
  int64: fc.oneof(fc.bigInt(LONG_MIN, -LONG_MIN - 1n), fc.constantFrom(LONG_MIN, -1n, 0n, 2n ** 53n + 1n)),
  float: fc.oneof(fc.float(), fc.constantFrom(-0, Number.NaN, Number.POSITIVE_INFINITY)),
  double: fc.oneof(fc.double(), fc.constantFrom(-0, 0, Number.NaN, Number.NEGATIVE_INFINITY, 5e-324)),
  string: fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('', '\uFEFFmark', '{"a":12345678901234567890}')),
};

const TYPES: readonly ParquetType[] = ['boolean', 'int32', 'int64', 'float', 'double', 'string'];

const column = fc.record({ type: fc.constantFrom(...TYPES), nullable: fc.boolean() });
const table = fc.array(column, { minLength: 1, maxLength: 8 }).chain((parts) =>
  fc.record({
    columns: fc.constant(parts.map((part, place): ParquetColumn => ({ ...part, name: `c${place}@é` }))),
    rows: fc.array(
      fc.tuple(...parts.map(({ type, nullable }) => (nullable ? fc.option(VALUES[type]) : VALUES[type]))),
      { maxLength: 40 },
    ),
    groupRows: fc.integer({ min: 1, max: 50 }),
  }),
);

test('every value of every type comes back as it was written, from any row on', async () => {
  await fc.assert(
    fc.asyncProperty(table, fc.nat({ max: 45 }), async ({ columns, rows, groupRows }, start) => {
      const path = join(root, `${files++}.parquet`);
      await write(path, { columns, metadata: { about: 'a "test"' }, groupRows }, rows);
      const file = await ParquetFile.open(path);
      assert.deepEqual([...file.metadata], [['about', 'a "test"']]);
      assert.equal(file.rowCount, rows.length);
      const expected = rows.map((row) => Object.fromEntries(columns.map(({ name }, place) => [name, row[place]])));
      assert.deepEqual(await readAll(file, 0), expected);
      assert.deepEqual(await readAll(file, start), expected.slice(start));
      await rm(path);
    }),
    { numRuns: 150 },
  );
});

test('a file that was cut off, or is none, is refused with its name', async () => {
  const path = join(root, 'cut.parquet');
  const columns = [{ name: 'a', type: 'string', nullable: false }] as const;
  await write(path, { columns, metadata: {} }, [['x']]);
  const bytes = await readFile(path);
  for (const kept of [0, 5, bytes.length - 1]) {
    await writeFile(path, bytes.subarray(0, kept));
    const failure = await assertFailure(ParquetFile.open(path), 'parquet-unreadable');
    assert.ok(failure.message.startsWith(path));
  }
  await assert.rejects(ParquetFile.open(join(root, 'missing')), { code: 'ENOENT' });
});

test('a file that is there is not overwritten', async () => {
  const path = join(root, 'there.parquet');
  await writeFile(path, 'mine');
  await assert.rejects(ParquetWriter.create(path, { columns: [], metadata: {} }), { code: 'EEXIST' });
});

async function write(
  path: string,
  options: Parameters<typeof ParquetWriter.create>[1],
  rows: readonly (readonly ParquetValue[])[],
): Promise<void> {
  await using writer = await ParquetWriter.create(path, options);
  for (const row of rows) await writer.write(row);
  await writer.finish();
}

async function readAll(file: ParquetFile, start: number): Promise<ParquetRow[]> {
  const rows: ParquetRow[] = [];
  for await (const page of file.pages(start)) rows.push(...page);
  return rows;
}
