// Hot: once per row of a file that is loaded.
import type { EdgeInput, MultiEdgeInput, Mutation } from '@actionbase/client';
import { parseJson } from '@actionbase/core/codec/json-text';
import type { JsonObject, JsonValue } from '@actionbase/core/codec/json-value';
import { Failure } from '@actionbase/core/failure';
import { coreFailures } from '@actionbase/core/failures';
import type { EventType } from '@actionbase/core/model/edge';
import type { TableSchema } from '@actionbase/core/model/schema';
import type { PropertyType } from '@actionbase/core/model/value';
import { castVersion, castWithinType } from '@actionbase/core/reduce/cast';
import { describeJson, isJsonObject, memberOf } from '@actionbase/core/wire/json-place';
import { type ColumnMap, partColumns } from './column-map.ts';
import type { CsvFields } from './parse-csv-row.ts';

/** How rows become mutations. */
export interface RowMapping {
  readonly schema: TableSchema;
  /** Null for rows that are edges already: `{"source","target","version","properties"}`. */
  readonly map: ColumnMap | null;
  /** Type of rows that name none. */
  readonly type: EventType;
  readonly version: VersionRule;
}

/** Where versions come from: the row itself, its line number, or one number for all rows. */
export type VersionRule =
  | { readonly kind: 'row' }
  | { readonly kind: 'line' }
  | { readonly kind: 'fixed'; readonly version: number };

/** What became of a row. Two rows have the same `key` when they are about the same edge. */
export type MappedRow =
  | {
      readonly kind: 'mutation';
      readonly type: EventType;
      readonly edge: EdgeInput | MultiEdgeInput;
      readonly key: string;
      /** Mutations of the same edge that go into the same request, behind the first. */
      readonly further?: readonly Mutation<EdgeInput | MultiEdgeInput>[];
    }
  | RowProblem;

/** A row that cannot be sent. */
export interface RowProblem {
  readonly kind: 'problem';
  readonly code: string;
  readonly message: string;
}

const EDGE_MEMBERS: ReadonlySet<string> = new Set(['source', 'target', 'id', 'type', 'version', 'properties']);

/** Maps a line of JSON: an edge, or with a map any flat object. */
export function mapJsonRow(text: string, line: number, mapping: RowMapping): MappedRow {
  return orProblem(() => {
    const json = parseJson(text);
    if (!isJsonObject(json)) return problem('malformed-row', 'the line is not a JSON object');
    return mapping.map === null
      ? mapEdge(json, line, mapping)
      : mapObject(json, line, { ...mapping, map: mapping.map });
  });
}

/** Maps the fields of a CSV row. What is empty and not quoted is not there; all else is text until it meets its type. */
export function mapCsvRow(
  fields: CsvFields,
  line: number,
  mapping: RowMapping & { readonly columns: readonly string[] },
): MappedRow {
  const { columns, schema, map } = mapping;
  if (fields.length !== columns.length) {
    return problem('malformed-row', `the row has ${fields.length} fields; the header names ${columns.length}`);
  }
  return orProblem(() => {
    const object: Record<string, JsonValue> = {};
    for (const [place, column] of columns.entries()) {
      const text = fields[place];
      if (text !== null && text !== undefined) setMember(object, column, text);
    }
    if (map === null) return problem('malformed-row', 'a CSV file needs a map of its columns');
    return mapObject(object, line, { ...mapping, map, read: (name, value) => readCsvProperty(schema, name, value) });
  });
}

interface ObjectMapping extends RowMapping {
  readonly map: ColumnMap;
  /** What a property's text means. */
  readonly read?: (name: string, value: JsonValue) => JsonValue;
}

/** What the casts of the core refuse is the row's problem. */
function orProblem(map: () => MappedRow): MappedRow {
  try {
    return map();
  } catch (error) {
    if (error instanceof Failure) return problem(error.code, error.message);
    throw error;
  }
}

function mapEdge(json: JsonObject, line: number, mapping: RowMapping): MappedRow {
  const stranger = Object.keys(json).find((name) => !EDGE_MEMBERS.has(name));
  if (stranger !== undefined) {
    return problem(
      'malformed-row',
      `"${stranger}" is no member of an edge (${[...EDGE_MEMBERS].join(', ')}); flat objects need --map`,
    );
  }
  const properties = memberOf(json, 'properties') ?? {};
  if (!isJsonObject(properties)) return problem('malformed-row', 'properties is not an object');
  return finish({ ...json, properties }, line, mapping);
}

function mapObject(json: JsonObject, line: number, mapping: ObjectMapping): MappedRow {
  const { map, read } = mapping;
  const column = (name: string | null): JsonValue | undefined => (name === null ? undefined : memberOf(json, name));
  const pairs = map.properties ?? otherColumns(json, partColumns(map));
  const properties: Record<string, JsonValue> = {};
  for (const [name, from] of pairs) {
    const value = column(from);
    if (value !== undefined) setMember(properties, name, read === undefined ? value : read(name, value));
  }
  const parts = {
    source: column(map.source),
    target: column(map.target),
    id: column(map.id),
    type: column(map.type),
    version: column(map.version),
  };
  return finish({ ...parts, properties }, line, mapping);
}

function otherColumns(json: JsonObject, parts: ReadonlySet<string>): readonly (readonly [string, string])[] {
  return Object.keys(json)
    .filter((name) => !parts.has(name))
    .map((name) => [name, name]);
}

interface Parts {
  readonly source?: JsonValue | undefined;
  readonly target?: JsonValue | undefined;
  readonly id?: JsonValue | undefined;
  readonly type?: JsonValue | undefined;
  readonly version?: JsonValue | undefined;
  readonly properties: JsonObject;
}

function finish(parts: Parts, line: number, { schema, type: typeDefault, version: rule }: RowMapping): MappedRow {
  const type = parts.type === undefined || parts.type === null ? typeDefault : readType(parts.type);
  if (type === undefined)
    return problem('malformed-row', `type is ${String(parts.type)}; expected insert, update or delete`);
  const version = readVersion(parts.version, line, rule);
  if (version === undefined) {
    return problem('malformed-row', 'version is missing; give it in the row, or choose --version now or line');
  }
  const refusal = refuseEnds(parts, schema);
  if (refusal !== undefined) return problem('malformed-row', refusal);
  const key = keyOfEdge(schema, parts);
  const edge = edgeOf(parts, version, schema);
  if (key === undefined || edge === undefined) return problem('malformed-row', 'the row lacks the key of an edge');
  return { kind: 'mutation', type, edge, key };
}

function refuseEnds(parts: Parts, schema: TableSchema): string | undefined {
  if (schema.kind === 'multiEdge' && isUnset(parts.id)) return 'id is missing: the table holds multi edges';
  for (const name of ['source', 'target', 'id'] as const) {
    const value = parts[name];
    if (isUnset(value)) {
      if (schema.kind === 'edge' && name !== 'id') return `${name} is missing`;
    } else if (!isKeyPart(value)) {
      return `${name} is ${describeJson(value)}; expected text or an integer`;
    }
  }
  return undefined;
}

function edgeOf(parts: Parts, version: bigint, schema: TableSchema): EdgeInput | MultiEdgeInput | undefined {
  const { properties } = parts;
  const [source, target, id] = [endOf(parts.source), endOf(parts.target), parts.id];
  if (schema.kind === 'multiEdge') return isKeyPart(id) ? { version, id, source, target, properties } : undefined;
  return source === undefined || target === undefined ? undefined : { version, source, target, properties };
}

/**
 * A text that is equal for two edges exactly when the server takes them for the same one: their keys, cast to the table's
 * types. Undefined when the edge lacks its key. Throws `cast-failed`.
 */
export function keyOfEdge(schema: TableSchema, { source, target, id }: Omit<Parts, 'properties'>): string | undefined {
  if (schema.kind === 'multiEdge') return isUnset(id) ? undefined : keyText(schema.id.type, id, 'id');
  if (isUnset(source) || isUnset(target)) return undefined;
  return `${keyText(schema.source.type, source, 'source')}\0${keyText(schema.target.type, target, 'target')}`;
}

function keyText(type: PropertyType, value: JsonValue, field: string): string {
  const cast = castWithinType(type, value, field);
  return Object.is(cast, -0) ? '-0' : String(cast);
}

function isUnset(value: JsonValue | undefined): value is null | undefined {
  return value === undefined || value === null;
}

function isKeyPart(value: JsonValue | undefined): value is string | number | bigint | boolean {
  return ['string', 'number', 'bigint', 'boolean'].includes(typeof value);
}

/** Vertices are text or integers. */
function endOf(value: JsonValue | undefined): string | number | bigint | undefined {
  if (typeof value === 'boolean') return String(value);
  return isKeyPart(value) ? value : undefined;
}

function readType(value: JsonValue): EventType | undefined {
  const word = typeof value === 'string' ? value.toUpperCase() : '';
  return word === 'INSERT' || word === 'UPDATE' || word === 'DELETE' ? word : undefined;
}

function readVersion(value: JsonValue | undefined, line: number, rule: VersionRule): bigint | undefined {
  if (rule.kind === 'line') return BigInt(line);
  if (rule.kind === 'fixed') return BigInt(rule.version);
  return value === undefined || value === null || value === '' ? undefined : castVersion(value);
}

/** Texts of objects are JSON; of booleans only "true" and "false" are meant, and not every other text as false. */
function readCsvProperty(schema: TableSchema, name: string, value: JsonValue): JsonValue {
  const type = schema.properties.find((property) => property.name === name)?.type;
  if (typeof value !== 'string') return value;
  if (type === 'object') return parseJson(value);
  if (type === 'boolean')
    return /^(?:true|false)$/i.test(value) ? value.toLowerCase() === 'true' : refuseBoolean(name, value);
  return value;
}

function refuseBoolean(name: string, value: string): never {
  throw new Failure(coreFailures['cast-failed'], `properties.${name}: "${value}" is not true or false`);
}

/** As plain data, also when the name is `__proto__`. */
function setMember(members: Record<string, JsonValue>, name: string, value: JsonValue): void {
  if (name !== '__proto__') members[name] = value;
  else Object.defineProperty(members, name, { value, enumerable: true, configurable: true, writable: true });
}

function problem(code: string, message: string): RowProblem {
  return { kind: 'problem', code, message };
}
