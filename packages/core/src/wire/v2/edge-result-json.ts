import { printValue } from '../../codec/json-text.ts';
import { decodeStateValue } from '../../codec/row-value.ts';
import type { EdgeKey, EntryStatus } from '../../model/edge.ts';
import type { Table } from '../../model/table.ts';
import { printStateProperties } from '../cdc-json.ts';

/** What became of one edge of a v2 mutation. */
export interface EdgeResult {
  readonly status: EntryStatus;
  readonly traceId: string;
  /** The edge after the mutation; null when nothing is known of it, when it is queued, and for an ERROR. */
  readonly edge: { readonly key: EdgeKey; readonly cell: Uint8Array } | null;
  /** Why, when status is ERROR. */
  readonly code?: string | undefined;
  readonly message?: string | undefined;
}

/** Prints `{"result":[{"status","traceId","edge"}]}` in the order given. An ERROR has the members `code` and `message`. */
export function printEdgeResults(table: Table, results: readonly EdgeResult[]): string {
  return `{"result":[${results.map((result) => printResult(table, result)).join(',')}]}`;
}

function printResult(table: Table, result: EdgeResult): string {
  const { status, traceId, edge } = result;
  const code = result.code === undefined ? '' : `,"code":${JSON.stringify(result.code)}`;
  const message = result.message === undefined ? '' : `,"message":${JSON.stringify(result.message)}`;
  const shown = edge === null ? 'null' : printEdge(table, edge.key, edge.cell);
  return `{"status":"${status}","traceId":"${traceId}","edge":${shown}${code}${message}}`;
}

function printEdge(table: Table, key: EdgeKey, cell: Uint8Array): string {
  const state = decodeStateValue(table, cell);
  const source = key.kind === 'edge' ? printValue(table.sourceType, key.source) : 'null';
  const target = key.kind === 'edge' ? printValue(table.targetType, key.target) : 'null';
  const props = printStateProperties(table, state);
  return `{"ts":${state.version},"src":${source},"tgt":${target},"props":{${props}},"active":${state.active}}`;
}
