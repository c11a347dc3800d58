import { printJson, printObjectProperty, printValue } from '../../codec/json-text.ts';
import { JsonDecimal, type JsonValue } from '../../codec/json-value.ts';
import { Failure, invariant } from '../../failure.ts';
import { coreFailures } from '../../failures.ts';
import type { PropertyType, Value } from '../../model/value.ts';

/** A value of a frame: typed by its column; in a column of type 'json' it is a scalar of a JSON text. */
export type CellValue = Value | JsonDecimal;

export interface Column {
  readonly name: string;
  readonly type: PropertyType | 'json';
}

/** What an item of a multi-hop query found. Every row has a value for each column. */
export interface RowFrame {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly CellValue[])[];
  readonly offset: string | null;
  readonly hasNext: boolean;
}

/** JSON text of a value. */
export function printCell(type: Column['type'], value: CellValue): string {
  if (type === 'json') return printObjectProperty(value);
  invariant(!(value instanceof JsonDecimal), 'only a column of type json holds JSON decimals');
  return printValue(type, value);
}

/** The distinct values of a column that are set, in the order of the rows; none when there is no such column. */
export function columnValues(frame: RowFrame, name: string): readonly JsonValue[] {
  const place = placeOf(frame, name);
  const type = frame.columns[place]?.type;
  if (type === undefined) return [];
  return distinctValues(frame.rows.flatMap((row) => asJson(type, row[place] ?? null)));
}

/** Without doubles, in order; 1 and "1" are two. */
export function distinctValues(values: readonly JsonValue[]): readonly JsonValue[] {
  return [...new Map(values.map((value) => [printJson(value), value])).values()];
}

/** The place of a column, or -1. */
export function placeOf(frame: RowFrame, name: string): number {
  return frame.columns.findIndex((column) => column.name === name);
}

/** The failure of a step that cannot be done on what the item read. */
export function invalidQuery(message: string, field: string): Failure {
  return new Failure(coreFailures['invalid-query'], message, { field });
}

function asJson(type: Column['type'], value: CellValue): JsonValue[] {
  if (value === null) return [];
  const isFraction = typeof value === 'number' && (type === 'float' || type === 'double');
  if (!isFraction) return [value];
  return [Number.isFinite(value) ? new JsonDecimal(String(value)) : String(value)];
}
