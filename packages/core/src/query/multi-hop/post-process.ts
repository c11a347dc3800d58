import { parseJson, printJson } from '../../codec/json-text.ts';
import { JsonDecimal, type JsonObject, type JsonValue } from '../../codec/json-value.ts';
import { Failure, unreachable } from '../../failure.ts';
import { LONG_MAX, LONG_MIN } from '../../model/value.ts';
import { castText } from '../../reduce/cast.ts';
import type { JsonObjectProcessor, PostProcessor, SplitExplodeProcessor } from './query-item.ts';
import { type CellValue, type Column, invalidQuery, placeOf, type RowFrame } from './row-frame.ts';
import { splitText } from './split-pattern.ts';

/** Characters of all texts that one query splits, and of the arrays and objects that it prints as texts. */
export const QUERY_TEXT_LENGTH_MAX = 4_194_304;

/** What the post-processors of one query may still make of texts. */
export class TextBudget {
  #left = QUERY_TEXT_LENGTH_MAX;

  /** Failures: `invalid-query` when nothing is left. */
  spend(length: number, field: string): void {
    this.#left -= length;
    if (this.#left >= 0) return;
    const what = 'the texts that the query splits, and the arrays and objects that it prints as texts';
    throw invalidQuery(`${what}, have more than ${QUERY_TEXT_LENGTH_MAX} characters together, at \`${field}\``, field);
  }
}

export interface PostLimits {
  /** Rows that a post-processor may make. */
  readonly rowsMax: number;
  /** Shared by the post-processors of one query. */
  readonly texts: TextBudget;
}

/** Applies a post-processor. Failures: `invalid-query`. */
export function postProcess(frame: RowFrame, processor: PostProcessor, limits: PostLimits): RowFrame {
  switch (processor.type) {
    case 'JSON_OBJECT':
      return extractMembers(frame, processor, limits);
    case 'SPLIT_EXPLODE':
      return explodePieces(frame, processor, limits);
    default:
      return unreachable(processor);
  }
}

/** The rows stay the same ones, so a cursor stays too. A column of an alias' name is replaced. */
function extractMembers(frame: RowFrame, { field, paths, drop }: JsonObjectProcessor, { texts }: PostLimits): RowFrame {
  const place = placeOf(frame, field);
  const added = new Map(paths.map(({ alias, path }) => [alias, path]));
  const kept = keptPlaces(frame, { drop: drop ? field : undefined, aliases: [...added.keys()] });
  const columns = [...kept.map(({ column }) => column), ...[...added.keys()].map(jsonColumn)];
  const rows = frame.rows.map((row) => {
    const tree = treeOf(row[place] ?? null, field);
    const members = [...added.values()].map((path) => {
      const member = memberAt(tree, path);
      const cell = scalarOf(member);
      // A text is the one that the tree holds already; an array or object is printed anew for every path.
      if (typeof cell === 'string' && typeof member !== 'string') texts.spend(cell.length, field);
      return cell;
    });
    return [...kept.map((each) => row[each.place] ?? null), ...members];
  });
  return { ...frame, columns, rows };
}

function explodePieces(frame: RowFrame, processor: SplitExplodeProcessor, { rowsMax, texts }: PostLimits): RowFrame {
  const { field, pattern, limit, alias, dataType, drop } = processor;
  const place = placeOf(frame, field);
  const kept = keptPlaces(frame, { drop: drop ? field : undefined, aliases: [alias] });
  const columns = [...kept.map(({ column }) => column), { name: alias, type: dataType }];
  const rows: CellValue[][] = [];
  for (const row of frame.rows) {
    const text = row[place] ?? '';
    if (typeof text !== 'string' || text === '') continue;
    texts.spend(text.length, field);
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

function memberAt(tree: JsonValue, path: readonly string[]): JsonValue {
  let value: JsonValue | undefined = tree;
  for (const name of path) value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return value ?? null;
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
