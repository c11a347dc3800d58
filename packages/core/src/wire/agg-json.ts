import { printValue } from '../codec/json-text.ts';
import { vertexTypeOf } from '../codec/row-key.ts';
import { invariant } from '../failure.ts';
import type { Table, TableGroup } from '../model/table.ts';
import type { Direction, Value } from '../model/value.ts';

/** What a group has for one vertex: the sum over all cells that were asked for, and the cells, the greatest values first. */
export interface GroupSum {
  readonly start: Value;
  readonly value: bigint;
  readonly cells: readonly GroupSumCell[];
}

export interface GroupSumCell {
  readonly groupValues: readonly Value[];
  readonly value: bigint;
}

export interface AggAnswer {
  readonly direction: Direction;
  readonly sums: readonly GroupSum[];
  readonly withAccumulators: boolean;
  /** Asks for the number of rows that came from a cache of results. There is no such cache, so it is 0. */
  readonly withCachedRecords: boolean;
}

/** Prints the answer of `edges/agg`; without a group there are no sums. */
export function printAgg(table: Table, group: TableGroup | null, answer: AggAnswer): string {
  const { direction, sums, withAccumulators, withCachedRecords } = answer;
  const type = vertexTypeOf(table, direction);
  const items = sums.map(({ start, value, cells }) => {
    const context = withAccumulators ? `"accumulators":[${cells.map((cell) => printCell(group, cell)).join(',')}]` : '';
    return `{"start":${printValue(type, start)},"direction":"${direction}","value":${value},"context":{${context}}}`;
  });
  const context = withCachedRecords ? '"cachedRecords":0' : '';
  return `{"groups":[${items.join(',')}],"count":${items.length},"context":{${context}}}`;
}

function printCell(group: TableGroup | null, { groupValues, value }: GroupSumCell): string {
  invariant(group !== null, 'a sum is the sum of a group');
  const values = group.fields.map((field, place) => printValue(field.type, groupValues[place] ?? null)).join(',');
  return `{"groupValues":[${values}],"value":${value}}`;
}
