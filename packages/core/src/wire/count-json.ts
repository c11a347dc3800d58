import { printValue } from '../codec/json-text.ts';
import { vertexTypeOf } from '../codec/row-key.ts';
import type { Table } from '../model/table.ts';
import type { Direction, Value } from '../model/value.ts';

/** How many active edges a vertex has in one direction. */
export interface VertexCount {
  /** The vertex, cast to the type of the table's source (OUT) or target (IN). */
  readonly start: Value;
  readonly direction: Direction;
  readonly count: bigint;
}

/** Prints the answer of `edges/count`. */
export function printCount(table: Table, { start, direction, count }: VertexCount): string {
  const type = vertexTypeOf(table, direction);
  return `{"start":${printValue(type, start)},"direction":"${direction}","count":${count},"context":{}}`;
}

/** Prints the answer of `edges/counts`, in the order given. */
export function printCounts(table: Table, counts: readonly VertexCount[]): string {
  const items = counts.map((count) => printCount(table, count)).join(',');
  return `{"counts":[${items}],"count":${counts.length},"context":{}}`;
}

/** The count of a table that holds nothing by definition (NIL). */
export function printEmptyCount(direction: Direction): string {
  return `{"start":"","direction":"${direction}","count":0,"context":{}}`;
}
