import type { EdgeKey } from '@actionbase/core/model/edge';
import type { Table, TableGroup, TableOrderedField } from '@actionbase/core/model/table';
import { type Direction, directionsOf, type Value } from '@actionbase/core/model/value';
import type { EdgeRow } from '@actionbase/core/query/edge-row';
import type { Engine } from '../engine.ts';
import { PRODUCTS, SKUS, USERS } from './programs.ts';

/** What an index, cache or group answers for one vertex as texts, and what its edges say that it should. */
export interface ComparedAnswer {
  readonly what: string;
  readonly answer: readonly string[];
  readonly expected: readonly string[];
}

type Named = { readonly name: string };

/**
 * Asks the indexes, caches and groups of a table of the shop that `asks` names for every vertex of the programs, and works
 * out the same answers from the edges that a get of all keys finds: slowly, without any derived row. Groups of a bucket
 * are left to the recount.
 */
export async function compareAnswers(
  engine: Engine,
  table: Table,
  asks: (one: Named) => boolean,
): Promise<ComparedAnswer[]> {
  const edges = (await engine.get(table, allKeys(table), [])).rows;
  const compared: ComparedAnswer[] = [];
  for (const direction of directionsOf(table.direction)) {
    for (const start of verticesOf(table, direction)) {
      const side = { table, direction, start, edges: edges.filter((edge) => vertexOf(edge, direction) === start) };
      for (const index of table.indexes.filter(asks)) compared.push(await compareScan(engine, side, index));
      for (const cache of table.caches.filter(asks)) compared.push(await compareSeek(engine, side, cache));
    }
  }
  for (const group of table.groups.filter(asks)) {
    if (group.fields.some((field) => field.bucket !== null)) continue;
    for (const direction of directionsOf(group.directionType)) {
      for (const start of verticesOf(table, direction)) {
        const side = { table, direction, start, edges: edges.filter((edge) => vertexOf(edge, direction) === start) };
        compared.push(await compareAgg(engine, side, group));
      }
    }
  }
  return compared;
}

/** Reads anything from the index, cache or group of this name. */
export async function readFromName(engine: Engine, table: Table, one: Named): Promise<void> {
  const [start = null] = verticesOf(table, 'OUT');
  const side = { table, direction: 'OUT', start, edges: [] } as const;
  for (const index of table.indexes) if (index === one) await compareScan(engine, side, index);
  for (const cache of table.caches) if (cache === one) await compareSeek(engine, side, cache);
  for (const group of table.groups) {
    if (group !== one) continue;
    const [field] = group.fields;
    const range = { field: field?.bucket?.name ?? field?.name ?? '', op: 'eq', values: ['0'] } as const;
    const asked = { group: group.name, direction: 'OUT', starts: [start], ranges: [range], nowMs: NOW_MS } as const;
    await engine.agg(table, asked);
  }
}

/** The edges of one vertex in one direction. */
interface Side {
  readonly table: Table;
  readonly direction: Direction;
  readonly start: Value;
  readonly edges: readonly EdgeRow[];
}

const NOW_MS = 1_750_000_000_000;
const PAGE = { limit: 1_000, offset: undefined } as const;

interface Ordered extends Named {
  readonly fields: readonly TableOrderedField[];
}

async function compareScan(engine: Engine, side: Side, index: Ordered): Promise<ComparedAnswer> {
  const { table, direction, start } = side;
  const query = { index: index.name, direction, start, ...PAGE, ranges: [], filters: [], withTotal: false };
  const { rows } = await engine.scan(table, query);
  return {
    what: `index ${index.name} ${direction} ${start}`,
    answer: rows.map(printEdge),
    expected: sorted(side, index),
  };
}

async function compareSeek(engine: Engine, side: Side, cache: Ordered): Promise<ComparedAnswer> {
  const { table, direction, start } = side;
  const { rows } = await engine.seek(table, { cache: cache.name, direction, start, ...PAGE });
  return {
    what: `cache ${cache.name} ${direction} ${start}`,
    answer: rows.map(printEdge),
    expected: sorted(side, cache),
  };
}

function sorted({ table, direction, edges }: Side, { fields }: Ordered): string[] {
  const far = (edge: EdgeRow): Value => edge.id ?? (direction === 'OUT' ? edge.target : edge.source);
  const compare = (a: EdgeRow, b: EdgeRow): number => {
    for (const { name, order } of fields) {
      const difference = compareValues(fieldValue(table, a, name), fieldValue(table, b, name));
      if (difference !== 0) return order === 'ASC' ? difference : -difference;
    }
    return compareValues(far(a), far(b));
  };
  return edges.toSorted(compare).map(printEdge);
}

/** A range cannot name a null, so cells of nulls are left to the recount. */
async function compareAgg(engine: Engine, side: Side, group: TableGroup): Promise<ComparedAnswer> {
  const { table, direction, start, edges } = side;
  const field = group.fields[0]?.name ?? '';
  const answer: string[] = [];
  const expected: string[] = [];
  for (const value of new Set(edges.map((edge) => fieldValue(table, edge, field)))) {
    if (value === null) continue;
    const ranges = [{ field, op: 'eq' as const, values: [String(value)] }];
    const query = { group: group.name, direction, starts: [start], ranges, nowMs: NOW_MS };
    const { sums } = await engine.agg(table, query);
    answer.push(`${value}: ${sums[0]?.value ?? 0n}`);
    const members = edges.filter((edge) => fieldValue(table, edge, field) === value);
    const sum = members.reduce((total, edge) => total + amountOf(table, group, edge), 0n);
    expected.push(`${value}: ${sum}`);
  }
  return { what: `group ${group.name} ${direction} ${start}`, answer, expected };
}

function amountOf(table: Table, group: TableGroup, edge: EdgeRow): bigint {
  return group.type === 'COUNT' ? 1n : BigInt(String(fieldValue(table, edge, group.valueName)));
}

function allKeys(table: Table): EdgeKey[] {
  if (table.kind === 'multiEdge') return [100n, 101n, 102n].map((id) => ({ kind: 'multiEdge', id }));
  return USERS.flatMap((source) => SKUS.map((target): EdgeKey => ({ kind: 'edge', source, target })));
}

function verticesOf(table: Table, direction: Direction): readonly Value[] {
  if (direction === 'OUT') return USERS;
  return table.kind === 'edge' ? SKUS : PRODUCTS;
}

function vertexOf(edge: EdgeRow, direction: Direction): Value {
  return direction === 'OUT' ? edge.source : edge.target;
}

function fieldValue(table: Table, edge: EdgeRow, name: string): Value {
  if (name === 'version') return edge.version;
  const place = table.fieldIndexByName.get(name);
  return (place === undefined ? null : edge.values[place]) ?? null;
}

function printEdge({ version, source, target, id, values }: EdgeRow): string {
  return [version, source, target, id, ...values.map((value) => value ?? null)].map(String).join(' ');
}

function compareValues(a: Value, b: Value): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  return a < b ? -1 : a > b ? 1 : 0;
}
