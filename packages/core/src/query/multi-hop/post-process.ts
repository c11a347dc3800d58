import { parseJson, printJson } from '../../codec/json-text.ts';
import { JsonDecimal, type JsonObject, type JsonValue } from '../../codec/json-value.ts';
import { Failure, unreachable } from '../../failure.ts';
import { LONG_MAX, LONG_MIN } from '../../model/value.ts';
import { castText } from '../../reduce/cast.ts';
import type { JsonObjectProcessor, PostProcessor, SplitExplodeProcessor } from './query-item.ts';
import { type CellValue, type Column, invalidQuery, placeOf, type RowFrame } from './row-frame.ts';
import { splitText } from './split-pattern.ts';

/** Characters of all texts that one item of a query splits. */
export const SPLIT_TEXT_LENGTH_MAX = 4_194_304;

/** Applies a post-processor. `rowsMax` bounds the rows that it makes. Failures: `invalid-query`. */
export function postProcess(frame: RowFrame, processor: PostProcessor, rowsMax: number): RowFrame {
  switch (processor.type) {
    case 'JSON_OBJECT':
      return extractMembers(frame, processor);
    case 'SPLIT_EXPLODE':
      return explodePieces(frame, processor, rowsMax);
    default:
      return unreachable(processor);
  }
}

/** The rows stay the same ones, so a cursor stays too. A column of an alias' name is replaced. */
function extractMembers(frame: RowFrame, { field, paths, drop }: JsonObjectProcessor): RowFrame {
  const place = placeOf(frame, field);
  const added = new Map(paths.map(({ alias, path }) => [alias, path]));
  const kept = keptPlaces(frame, { drop: drop ? field : undefined, aliases: [...added.keys()] });
  const columns = [...kept.map(({ column }) => column), ...[...added.keys()].map(jsonColumn)];
  const rows = frame.rows.map((row) => {
    const tree = treeOf(row[place] ?? null, field);
    return [...kept.map((each) => row[each.place] ?? null), ...[...added.values()].map((path) => memberAt(tree, path))];
  });
  return { ...frame, columns, rows };
}

function explodePieces(frame: RowFrame, processor: SplitExplodeProcessor, rowsMax: number): RowFrame {
  const { field, pattern, limit, alias, dataType, drop } = processor;
  const place = placeOf(frame, field);
  const kept = keptPlaces(frame, { drop: drop ? field : undefined, aliases: [alias] });
  const columns = [...kept.map(({ column }) => column), { name: alias, type: dataType }];
  const rows: CellValue[][] = [];
  let length = 0;
  for (const row of frame.rows) {
    const text = row[place] ?? '';
    if (typeof text !== 'string' || text === '') continue;
    length += text.length;
    if (length > SPLIT_TEXT_LENGTH_MAX) {
      const message = `SPLIT_EXPLODE: the texts of \`${field}\` have more than ${SPLIT_TEXT_LENGTH_MAX} characters together`;
      throw invalidQuery(message, field);
    }
    const base = kept.map((each) => row[each.place] ?? null);
    for (const piece of splitText(pattern, text, limit)) {
      if (piece !== '') rows.push([...base, castText(dataType, piece) ?? null]);
    }
    if (rows.length > rowsMax)
      throw invalidQuery(`SPLIT_EXPLODE of \`${field}\` makes more than ${rowsMax} rows`, field);
  }
  return { columns, rows, offset: null, hasNext: false };
}

interface Kept {
  readonly column: Column;
  readonly place: number;
}

function keptPlaces(
  frame: RowFrame,
  { drop, aliases }: { readonly drop: string | undefined; readonly aliases: readonly string[] },
): readonly Kept[] {
  return frame.columns
    .map((column, place) => ({ column, place }))
    .filter(({ column }) => column.name !== drop && !aliases.includes(column.name));
}

function jsonColumn(name: string): Column {
  return { name, type: 'json' };
}

function treeOf(value: CellValue, field: string): JsonValue {
  if (typeof value !== 'string') return null;
  try {
    return parseJson(value);
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    throw invalidQuery(`JSON_OBJECT: a text of \`${field}\` is not JSON: ${cause.message}`, field);
  }
}

function memberAt(tree: JsonValue, path: readonly string[]): CellValue {
  let value: JsonValue | undefined = tree;
  for (const name of path) value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return scalarOf(value ?? null);
}

/** Arrays and objects become their text, and integers beyond 64 bits doubles. */
function scalarOf(value: JsonValue): CellValue {
  if (typeof value === 'bigint') {
    return value > LONG_MAX || value < LONG_MIN ? new JsonDecimal(String(Number(value))) : value;
  }
  if (value === null || typeof value !== 'object' || value instanceof JsonDecimal) return value;
  return printJson(value);
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonDecimal);
}
