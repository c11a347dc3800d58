import type { ParquetColumn, ParquetType, ParquetValue } from '@actionbase/adapter-parquet/parquet-column';
import type { ParquetRow } from '@actionbase/adapter-parquet/parquet-file';
import { parseJson } from '@actionbase/core/codec/json-text';
import { Failure } from '@actionbase/core/failure';
import { MULTI_EDGE_SOURCE, MULTI_EDGE_TARGET } from '@actionbase/core/model/compile-table';
import type { Table } from '@actionbase/core/model/table';
import type { PropertyType } from '@actionbase/core/model/value';
import { type JsonPlace, parseWhole } from '@actionbase/core/wire/json-place';
import type { ExportKind } from './export-head.ts';
import type { ExportedEdge } from './export-line.ts';

/** Which part of an edge a column holds. */
export type ColumnPart =
  | { readonly part: 'source' | 'target' | 'id' | 'version' | 'active' | 'createdAt' | 'deletedAt' }
  | { readonly part: 'property' | 'propertyVersion'; readonly property: string };

/** A column of an export in Parquet, and where its values come from. */
export interface ExportColumn {
  readonly column: ParquetColumn;
  readonly part: ColumnPart;
  /** Whether the text of the column is JSON. */
  readonly isJson: boolean;
  readonly readValue: (edge: ExportedEdge) => ParquetValue;
}

/** Name under which a Parquet file holds what its columns are. */
export const COLUMNS_NAME = 'actionbase.columns';

const PARQUET_TYPES: Readonly<Record<PropertyType, ParquetType>> = {
  boolean: 'boolean',
  byte: 'int32',
  short: 'int32',
  int: 'int32',
  long: 'int64',
  float: 'float',
  double: 'double',
  string: 'string',
  object: 'string',
};

/**
 * The columns of an export: the parts of the edge, then its properties under their own names, and in an export of states
 * behind each property its version. A name that is taken gets "_" at its end until it is free.
 */
export function planColumns(table: Table, kind: ExportKind): ExportColumn[] {
  const columns: ExportColumn[] = [];
  const taken = new Set<string>();
  const add = (
    name: string,
    type: PropertyType,
    parts: Pick<ExportColumn, 'part' | 'readValue'>,
    nullable = false,
  ): void => {
    let free = name;
    while (taken.has(free)) free += '_';
    taken.add(free);
    const column = { name: free, type: PARQUET_TYPES[type], nullable };
    columns.push({ column, isJson: type === 'object', ...parts });
  };
  addKey(table, add);
  if (kind === 'edges' && table.kind === 'multiEdge') addEnds(table, add);
  add('version', 'long', { part: { part: 'version' }, readValue: ({ state }) => state.version });
  if (kind === 'states') {
    add('active', 'boolean', { part: { part: 'active' }, readValue: ({ state }) => state.active });
    add('createdAt', 'long', { part: { part: 'createdAt' }, readValue: ({ state }) => state.createdAt }, true);
    add('deletedAt', 'long', { part: { part: 'deletedAt' }, readValue: ({ state }) => state.deletedAt }, true);
  }
  for (const [place, { name, type }] of table.fields.entries()) {
    if (kind === 'edges' && table.kind === 'multiEdge' && ENDS.has(name)) continue;
    const readValue = ({ state }: ExportedEdge): ParquetValue => state.properties[place]?.value ?? null;
    add(name, type, { part: { part: 'property', property: name }, readValue }, true);
    if (kind === 'edges') continue;
    const versionOf = ({ state }: ExportedEdge): ParquetValue => state.properties[place]?.version ?? null;
    add(`${name}@version`, 'long', { part: { part: 'propertyVersion', property: name }, readValue: versionOf }, true);
  }
  return columns;
}

type Add = (
  name: string,
  type: PropertyType,
  parts: Pick<ExportColumn, 'part' | 'readValue'>,
  nullable?: boolean,
) => void;

const ENDS: ReadonlySet<string> = new Set([MULTI_EDGE_SOURCE, MULTI_EDGE_TARGET]);

function addKey({ idType, sourceType, targetType }: Table, add: Add): void {
  if (idType !== null) {
    add('id', idType, { part: { part: 'id' }, readValue: ({ key }) => (key.kind === 'multiEdge' ? key.id : null) });
    return;
  }
  const source = ({ key }: ExportedEdge): ParquetValue => (key.kind === 'edge' ? key.source : null);
  const target = ({ key }: ExportedEdge): ParquetValue => (key.kind === 'edge' ? key.target : null);
  add('source', sourceType, { part: { part: 'source' }, readValue: source });
  add('target', targetType, { part: { part: 'target' }, readValue: target });
}

/** The ends of a multi edge are kept as properties. */
function addEnds(table: Table, add: Add): void {
  for (const [name, part] of [
    [MULTI_EDGE_SOURCE, 'source'],
    [MULTI_EDGE_TARGET, 'target'],
  ] as const) {
    const place = table.fieldIndexByName.get(name) ?? -1;
    const type = part === 'source' ? table.sourceType : table.targetType;
    add(part, type, { part: { part }, readValue: ({ state }) => state.properties[place]?.value ?? null }, true);
  }
}

/** What a reader of the file has to know of its columns, as JSON text. */
export function printColumns(columns: readonly ExportColumn[]): string {
  return JSON.stringify(columns.map(({ column, part, isJson }) => ({ column: column.name, ...part, isJson })));
}

/** A column as the file tells of it. */
export interface KnownColumn {
  readonly column: string;
  readonly part: ColumnPart;
  readonly isJson: boolean;
}

/** Parses what `printColumns` printed; undefined when it is not that. */
export function parseColumns(text: string): readonly KnownColumn[] | undefined {
  try {
    return parseWhole(parseJson(text), '', (place) => place.items().map(readColumn));
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

function readColumn(place: JsonPlace): KnownColumn {
  const object = place.object();
  const part = object
    .member('part')
    .oneOf(['source', 'target', 'id', 'version', 'active', 'createdAt', 'deletedAt', 'property', 'propertyVersion']);
  const common = { column: object.member('column').text(), isJson: object.member('isJson').boolean() };
  if (part !== 'property' && part !== 'propertyVersion') return { ...common, part: { part } };
  return { ...common, part: { part, property: object.member('property').text() } };
}

/** The line of a JSON export that a row of a Parquet export stands for. */
export function lineOfRow(columns: readonly KnownColumn[], kind: ExportKind, row: ParquetRow): string {
  const members: string[] = [];
  const cells = new Map<string, { value: string; version?: string }>();
  for (const { column, part, isJson } of columns) {
    const value = row[column] ?? null;
    const text = printParquetValue(value, isJson);
    if (part.part === 'property') {
      if (kind === 'states' || value !== null) cells.set(part.property, { value: text });
    } else if (part.part === 'propertyVersion') {
      const cell = cells.get(part.property);
      if (value === null) cells.delete(part.property);
      else if (cell !== undefined) cell.version = text;
    } else {
      members.push(`"${part.part}":${text}`);
    }
  }
  const properties = [...cells].map(([name, { value, version }]) => {
    const cell = kind === 'states' ? `{"version":${version},"value":${value}}` : value;
    return `${JSON.stringify(name)}:${cell}`;
  });
  return `{${members.join(',')},"properties":{${properties.join(',')}}}`;
}

/** As JSON text that loses nothing: -0 keeps its sign, and what JSON has no number for is text. */
function printParquetValue(value: ParquetValue, isJson: boolean): string {
  if (typeof value === 'string') return isJson ? value : JSON.stringify(value);
  if (typeof value !== 'number') return String(value);
  if (Object.is(value, -0)) return '-0.0';
  return Number.isFinite(value) ? String(value) : JSON.stringify(String(value));
}
