/**
 * Goal: an export of states, imported into an empty table, makes the same states, in both formats; an export of edges makes
 * edges that read the same. Method: generated programs on an engine in memory, and what the commands do without their files.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ParquetFile } from '@actionbase/adapter-parquet/parquet-file';
import { ParquetWriter } from '@actionbase/adapter-parquet/parquet-writer';
import type { EdgeInput, MultiEdgeInput, Mutation } from '@actionbase/client';
import { recordTypeOf } from '@actionbase/core/codec/record-type';
import { decodeStateKey } from '@actionbase/core/codec/row-key';
import { decodeStateValue } from '@actionbase/core/codec/row-value';
import type { EdgeState } from '@actionbase/core/model/edge';
import type { MutationItem } from '@actionbase/core/wire/mutation-json';
import { rowsOfSpace } from '@actionbase/engine/space-rows';
import { mixedRequest, programRequest } from '@actionbase/engine/testing/programs';
import { TestInstance } from '@actionbase/engine/testing/test-instance';
import { orderSchema, wishSchema } from '@actionbase/engine/testing/wish-tables';
import fc from 'fast-check';
import { mapJsonRow } from '../load/map-row.ts';
import { lineOfRow, parseColumns, planColumns, printColumns } from './export-columns.ts';
import type { ExportKind } from './export-head.ts';
import { type ExportedEdge, printEdgeLine, printStateLine } from './export-line.ts';
import { mapStateRow } from './map-state-row.ts';

const SCHEMAS = { wish: wishSchema, orders: orderSchema } as const;
type TableName = keyof typeof SCHEMAS;

let root: string;
let files = 0;

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'actionbase-transfer-'));
});

after(() => rm(root, { recursive: true }));

const program = fc.array(programRequest, { minLength: 1, maxLength: 12 });

for (const format of ['jsonl', 'parquet'] as const) {
  test(`states that are exported as ${format} and imported are the same states`, async () => {
    await fc.assert(
      fc.asyncProperty(program, async (requests) => {
        await using from = await aShop();
        await using to = await aShop();
        for (const { table, items } of requests) await from.mutate(table, items).catch(() => undefined);
        for (const name of ['wish', 'orders'] as const) {
          const edges = await statesOf(from, name);
          for (const line of await linesOf(from, { name, kind: 'states', format, edges })) {
            await send(to, name, mapStateRow(line, SCHEMAS[name]));
          }
          assert.deepEqual(
            await statesOf(to, name),
            edges.map(({ key, state }) => ({ key, state: reachable(state) })),
          );
        }
      }),
      { numRuns: format === 'jsonl' ? 200 : 60 },
    );
  });

  test(`edges that are exported as ${format} and imported read the same`, async () => {
    await fc.assert(
      fc.asyncProperty(program, async (requests) => {
        await using from = await aShop();
        await using to = await aShop();
        for (const { table, items } of requests) await from.mutate(table, items).catch(() => undefined);
        for (const name of ['wish', 'orders'] as const) {
          const edges = (await statesOf(from, name)).filter(({ state }) => state.active);
          const mapping = { schema: SCHEMAS[name], map: null, type: 'INSERT', version: { kind: 'row' } } as const;
          for (const line of await linesOf(from, { name, kind: 'edges', format, edges })) {
            await send(to, name, mapJsonRow(line, 1, mapping));
          }
          assert.deepEqual((await statesOf(to, name)).map(readable), edges.map(readable));
        }
      }),
      { numRuns: format === 'jsonl' ? 100 : 40 },
    );
  });
}

test('states that requests of v2 have made are imported with what a get shows of them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(mixedRequest, { minLength: 1, maxLength: 12 }), async (requests) => {
      await using from = await aShop();
      await using to = await aShop();
      for (const instance of [from, to]) await instance.createLayouts();
      for (const { table, items, rules } of requests) await from.mutate(table, items, { rules }).catch(() => undefined);
      for (const name of ['wish', 'orders'] as const) {
        const edges = await statesOf(from, name);
        for (const line of await linesOf(from, { name, kind: 'states', format: 'jsonl', edges })) {
          await send(to, name, mapStateRow(line, SCHEMAS[name]));
        }
        const isActive = ({ state }: ExportedEdge): boolean => state.active;
        assert.deepEqual(
          (await statesOf(to, name)).filter(isActive).map(readable),
          edges.filter(isActive).map(readable),
        );
      }
    }),
    { numRuns: 150 },
  );
});

async function aShop(): Promise<TestInstance> {
  const instance = await TestInstance.open();
  await instance.createShop();
  return instance;
}

async function statesOf(instance: TestInstance, name: TableName): Promise<ExportedEdge[]> {
  const table = instance.table(name);
  const edges: ExportedEdge[] = [];
  for await (const { key, value } of rowsOfSpace(instance.store, table.id)) {
    if (recordTypeOf(key, 0) !== 'state') continue;
    edges.push({ key: decodeStateKey(table, key), state: decodeStateValue(table, value) });
  }
  return edges;
}

interface ToPrint {
  readonly name: TableName;
  readonly kind: ExportKind;
  readonly format: 'jsonl' | 'parquet';
  readonly edges: readonly ExportedEdge[];
}

async function linesOf(instance: TestInstance, { name, kind, format, edges }: ToPrint): Promise<string[]> {
  const table = instance.table(name);
  if (format === 'jsonl') {
    return edges.map((edge) => (kind === 'edges' ? printEdgeLine : printStateLine)(table, edge));
  }
  const path = join(root, `${files++}.parquet`);
  const columns = planColumns(table, kind);
  {
    await using writer = await ParquetWriter.create(path, {
      columns: columns.map(({ column }) => column),
      metadata: {},
    });
    for (const edge of edges) await writer.write(columns.map(({ readValue }) => readValue(edge)));
    await writer.finish();
  }
  const known = parseColumns(printColumns(columns)) ?? [];
  const lines: string[] = [];
  for await (const page of (await ParquetFile.open(path)).pages()) {
    for (const row of page) lines.push(lineOfRow(known, kind, row));
  }
  await rm(path);
  return lines;
}

async function send(instance: TestInstance, name: TableName, row: ReturnType<typeof mapStateRow>): Promise<void> {
  assert.ok(row.kind === 'mutation', row.kind === 'problem' ? row.message : '');
  const { results } = await instance.mutate(name, [row, ...(row.further ?? [])].map(itemOf));
  assert.equal(results.length, 1);
  assert.notEqual(results[0]?.status, 'ERROR', results[0]?.message);
}

function itemOf({ type, edge }: Mutation<EdgeInput | MultiEdgeInput>): MutationItem {
  const { version, source, target, properties = {} } = edge;
  return { type, version: BigInt(version), source, target, id: 'id' in edge ? edge.id : undefined, properties };
}

/** A creation and a deletion of one version, behind which a third event came, cannot be said in one request. */
function reachable(state: EdgeState): EdgeState {
  return state.createdAt !== null && state.createdAt === state.deletedAt ? { ...state, createdAt: null } : state;
}

/** What a get shows. */
function readable({ key, state }: ExportedEdge): unknown {
  return { key, version: state.version, values: state.properties.map((cell) => cell?.value ?? null) };
}
