import type { ModelDirection, ModelResultV2, SeenEdge } from './http-model.ts';
import { CURSOR } from './model-bodies.ts';
import type { ModelTable } from './model-table.ts';
import { type PlainJson, printPlain } from './plain-json.ts';

/** What stands for an edge id or a trace id, which no model knows. */
export const UNKNOWN_ID = '<id>';

/** An edge as a row of a v2 answer; of a scan from IN the vertex that it began at is `src`. */
export type RowV2 = Readonly<Record<string, PlainJson>>;

export function rowV2({ version, source, target, properties }: SeenEdge, direction: ModelDirection = 'OUT'): RowV2 {
  const [src, tgt] = direction === 'OUT' ? [source, target] : [target, source];
  return { dir: direction, ts: version, src, tgt, ...properties };
}

interface FrameParts {
  readonly stats?: readonly (readonly [name: string, value: number])[];
  readonly offset?: boolean;
  readonly hasNext?: boolean;
}

export function frameBodyV2(
  rows: readonly RowV2[],
  { stats = [], offset = false, hasNext = false }: FrameParts = {},
): string {
  return printPlain({ data: rows, rows: BigInt(rows.length), ...frameEnd({ stats, offset, hasNext }) });
}

/** The same with arrays for rows, and a member that says what stands in them. */
export function compactBodyV2(table: ModelTable, rows: readonly RowV2[], parts: FrameParts = {}): string {
  const own = [
    { name: 'dir', type: 'STRING' },
    { name: 'ts', type: 'LONG' },
    { name: 'src', type: 'LONG' },
    { name: 'tgt', type: 'STRING' },
  ];
  const meta = [...own, ...table.properties.map(({ name, type }) => ({ name, type: type.toUpperCase() }))];
  const data = rows.map((row) => Object.values(row));
  return printPlain({ meta, data, rows: BigInt(rows.length), ...frameEnd(parts) });
}

function frameEnd({ stats = [], offset = false, hasNext = false }: FrameParts): Record<string, PlainJson> {
  const numbers = stats.map(([name, value]): PlainJson => ({ name, value: BigInt(value) }));
  return { stats: numbers, offset: offset ? CURSOR : null, hasNext };
}

/** The body of a mutation's answer; an ERROR without its message. */
export function resultsBodyV2(table: ModelTable, results: readonly ModelResultV2[], code: string): string {
  const items = results.map(({ status, state }): PlainJson => {
    const error = status === 'ERROR' ? { code } : {};
    return { status, traceId: UNKNOWN_ID, edge: state === null ? null : shownState(table, state), ...error };
  });
  return printPlain({ result: items });
}

/** What is queued or dropped has no edge yet. */
export function queuedBodyV2(count: number): string {
  const item = { status: 'QUEUED', traceId: UNKNOWN_ID, edge: null };
  return printPlain({ result: Array.from({ length: count }, () => item) });
}

/** The properties that the state has, in the order of the schema. */
function shownState(table: ModelTable, { key, edge }: NonNullable<ModelResultV2['state']>): PlainJson {
  const [src, tgt = null] = key;
  const known = table.properties.flatMap(({ name }) => {
    const cell = edge.properties.get(name);
    return cell === undefined ? [] : [[name, cell.value] as const];
  });
  return { ts: edge.version, src, tgt, props: Object.fromEntries(known), active: edge.active };
}
