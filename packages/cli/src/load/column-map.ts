import { UsageError } from '../arguments/usage-error.ts';

/** Which column of a row is which part of an edge; null where none is. */
export interface ColumnMap {
  readonly source: string | null;
  readonly target: string | null;
  readonly id: string | null;
  readonly type: string | null;
  readonly version: string | null;
  /** Property names with their columns; null takes every column that is nothing else. */
  readonly properties: readonly (readonly [name: string, column: string])[] | null;
}

/** Names that mean a part of the edge, and no property. */
const PARTS = ['source', 'target', 'id', 'type', 'version'] as const;

/** The map of rows whose columns are named after the parts of an edge. */
export const PLAIN_COLUMNS: ColumnMap = {
  source: 'source',
  target: 'target',
  id: 'id',
  type: 'type',
  version: 'version',
  properties: null,
};

/** Parses the values of `--map`: `source=user,target=item,at=time`. Parts that are not named are looked up by their own name. */
export function parseColumnMap(texts: readonly string[]): ColumnMap {
  const pairs = texts.flatMap((text) => text.split(',')).map(parsePair);
  const names = pairs.map(([name]) => name);
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice !== undefined) throw new UsageError(`--map names ${twice} twice.`);
  const columns = new Map(pairs);
  const properties = pairs.filter(([name]) => !PARTS.some((part) => part === name));
  const columnOf = (part: string): string => columns.get(part) ?? part;
  return {
    source: columnOf('source'),
    target: columnOf('target'),
    id: columnOf('id'),
    type: columnOf('type'),
    version: columnOf('version'),
    properties: properties.length === 0 ? null : properties,
  };
}

/** Every column that the map names as a part of the edge. */
export function partColumns(map: ColumnMap): ReadonlySet<string> {
  return new Set(PARTS.flatMap((part) => map[part] ?? []));
}

function parsePair(text: string): readonly [string, string] {
  const equals = text.indexOf('=');
  const [name, column] = [text.slice(0, equals).trim(), text.slice(equals + 1).trim()];
  if (equals > 0 && name !== '' && column !== '') return [name, column];
  throw new UsageError(`--map has "${text}"; expected NAME=COLUMN, for example source=user_id,target=sku,at=time.`);
}
