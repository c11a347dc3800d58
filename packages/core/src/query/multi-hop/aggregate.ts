import { JsonDecimal } from '../../codec/json-value.ts';
import { unreachable } from '../../failure.ts';
import type { SortOrder } from '../../model/value.ts';
import type { Aggregator } from './query-item.ts';
import { type CellValue, type Column, invalidQuery, placeOf, printCell, type RowFrame } from './row-frame.ts';

/** Applies an aggregator. A field that the frame does not have is `invalid-query`, and so is a sum of texts. */
export function aggregate(frame: RowFrame, aggregator: Aggregator): RowFrame {
  switch (aggregator.type) {
    case 'FLATTEN':
      return frame;
    case 'COUNT': {
      const groups = groupRows(frame, [requirePlace(frame, aggregator.field)], () => 1);
      const sorted = sortGroups(groups, aggregator).map(({ keys, total }) => [...keys, BigInt(total)]);
      return made(frame, { keyFields: [aggregator.field], value: { name: 'count', type: 'long' } }, sorted);
    }
    case 'SUM': {
      const { valueField, keyFields } = aggregator;
      const place = requirePlace(frame, valueField);
      const keyPlaces = keyFields.map((field) => requirePlace(frame, field));
      const groups = groupRows(frame, keyPlaces, (row) => numberOf(row[place] ?? null, valueField));
      const sorted = sortGroups(groups, aggregator).map(({ keys, total }) => [...keys, total]);
      return made(frame, { keyFields, value: { name: valueField, type: 'double' } }, sorted);
    }
    default:
      return unreachable(aggregator);
  }
}

interface RowGroup {
  readonly keys: readonly CellValue[];
  total: number;
}

/** Groups in the order in which they are first seen. */
function groupRows(
  frame: RowFrame,
  places: readonly number[],
  amountOf: (row: readonly CellValue[]) => number,
): readonly RowGroup[] {
  const groups = new Map<string, RowGroup>();
  for (const row of frame.rows) {
    const keys = places.map((place) => row[place] ?? null);
    const name = keys.map((key, i) => printCell(frame.columns[places[i] ?? 0]?.type ?? 'json', key)).join(',');
    const group = groups.get(name) ?? { keys, total: 0 };
    group.total += amountOf(row);
    groups.set(name, group);
  }
  return [...groups.values()];
}

/** By the value; groups of one value keep their order. */
function sortGroups(
  groups: readonly RowGroup[],
  { order, limit }: { readonly order: SortOrder; readonly limit: number },
): readonly RowGroup[] {
  const sorted = groups.toSorted((a, b) =>
    order === 'ASC' ? compareTotals(a.total, b.total) : compareTotals(b.total, a.total),
  );
  return sorted.slice(0, limit);
}

/** Ascending; what is no number is the greatest. */
function compareTotals(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a === b ? 0 : a - b;
}

function made(
  frame: RowFrame,
  { keyFields, value }: { readonly keyFields: readonly string[]; readonly value: Column },
  rows: readonly (readonly CellValue[])[],
): RowFrame {
  const keys = keyFields.flatMap((field) => frame.columns[placeOf(frame, field)] ?? []);
  return { columns: [...keys, value], rows, offset: null, hasNext: false };
}

function requirePlace(frame: RowFrame, field: string): number {
  const place = placeOf(frame, field);
  if (place >= 0) return place;
  const known = frame.columns.map((column) => column.name).join(', ');
  throw invalidQuery(`an aggregator names the field \`${field}\`; the item has ${known}`, field);
}

/** An unset value adds nothing. */
function numberOf(value: CellValue, field: string): number {
  if (value === null) return 0;
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  if (value instanceof JsonDecimal) return value.value;
  throw invalidQuery(`SUM: a value of \`${field}\` is no number`, field);
}
