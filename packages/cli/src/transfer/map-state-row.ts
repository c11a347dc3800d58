// Hot: once per row of an import of states.
import type { EdgeInput, MultiEdgeInput, Mutation } from '@actionbase/client';
import { parseJson } from '@actionbase/core/codec/json-text';
import type { JsonValue } from '@actionbase/core/codec/json-value';
import { Failure } from '@actionbase/core/failure';
import { MULTI_EDGE_SOURCE, MULTI_EDGE_TARGET } from '@actionbase/core/model/compile-table';
import type { TableSchema } from '@actionbase/core/model/schema';
import type { PropertyType } from '@actionbase/core/model/value';
import { castVersion } from '@actionbase/core/reduce/cast';
import { isJsonObject, type JsonPlace, parseWhole } from '@actionbase/core/wire/json-place';
import { keyOfEdge, type MappedRow } from '../load/map-row.ts';

/**
 * Maps the line of a state to the mutations that lead an edge which nobody has touched to this state: the last INSERT, the
 * last DELETE, and an UPDATE for every version of a property above them. Sent in one request they take effect as one.
 *
 * What no mutation of v3 can say comes out a little different: a property that the edge has never had is unset as of its
 * last INSERT or DELETE; one that is older than that, which only inserts of v2 leave behind, gets that version; and of an
 * INSERT and a DELETE of one version the one that decided remains.
 */
export function mapStateRow(text: string, schema: TableSchema): MappedRow {
  try {
    const row = parseWhole(parseJson(text), '', readState);
    const ends = { source: row.key.source, target: row.key.target, id: row.key.id };
    const key = keyOfEdge(schema, ends);
    if (key === undefined)
      return { kind: 'problem', code: 'malformed-row', message: 'the row lacks the key of an edge' };
    const [first, ...further] = mutationsOf(row, schema);
    if (first === undefined) return { kind: 'problem', code: 'malformed-row', message: 'the row says nothing' };
    return { kind: 'mutation', ...first, key, further };
  } catch (error) {
    if (error instanceof Failure) return { kind: 'problem', code: error.code, message: error.message };
    throw error;
  }
}

interface StateRow {
  readonly key: {
    readonly source: KeyPart | undefined;
    readonly target: KeyPart | undefined;
    readonly id: KeyPart | undefined;
  };
  readonly version: bigint;
  readonly createdAt: bigint | null;
  readonly deletedAt: bigint | null;
  readonly cells: ReadonlyMap<string, Cell>;
}

interface Cell {
  readonly version: bigint;
  readonly value: JsonValue;
}

type KeyPart = string | number | bigint | boolean;
type AnyMutation = Mutation<EdgeInput | MultiEdgeInput>;

function mutationsOf(row: StateRow, schema: TableSchema): AnyMutation[] {
  const { createdAt, deletedAt, version } = row;
  const mutations: AnyMutation[] = [];
  const add = (type: AnyMutation['type'], at: bigint, values: ReadonlyMap<string, JsonValue>): void => {
    mutations.push({ type, edge: edgeOf(row, schema, at, values) });
  };
  // Of one version the order of sending decides, and else the order of versions.
  if (createdAt !== null) add('INSERT', createdAt, insertedValues(row, schema, createdAt));
  if (deletedAt !== null) add('DELETE', deletedAt, new Map());
  for (const [at, values] of updatesOf(row)) add('UPDATE', at, values);
  const highest = mutations.reduce(
    (max, { edge }) => (BigInt(edge.version) > max ? BigInt(edge.version) : max),
    MINIMUM,
  );
  if (version > highest) add('UPDATE', version, new Map());
  return mutations;
}

const MINIMUM = -(2n ** 63n);

/**
 * What the INSERT names: the values that it left, and of what must not be null anything at all, since a deletion or a later
 * version takes its place within the same request.
 */
function insertedValues(
  { cells, deletedAt }: StateRow,
  schema: TableSchema,
  createdAt: bigint,
): Map<string, JsonValue> {
  const isDeleted = deletedAt !== null && deletedAt >= createdAt;
  const values = new Map<string, JsonValue>();
  for (const { name, type, isRequired } of fieldsOf(schema)) {
    const cell = cells.get(name);
    const remains = cell !== undefined && cell.value !== null && !isDeleted && cell.version <= createdAt;
    if (remains) values.set(name, cell.value);
    else if (isRequired && (isDeleted || cell !== undefined)) values.set(name, cell?.value ?? STAND_INS[type]);
  }
  return values;
}

const STAND_INS: Readonly<Record<PropertyType, JsonValue>> = {
  boolean: false,
  byte: 0,
  short: 0,
  int: 0,
  long: 0,
  float: 0,
  double: 0,
  string: '',
  object: {},
};

/** Properties that are newer than the last INSERT and the last DELETE, by their versions from the lowest on. */
function updatesOf({ cells, createdAt, deletedAt }: StateRow): [bigint, Map<string, JsonValue>][] {
  const updates = new Map<bigint, Map<string, JsonValue>>();
  for (const [name, { version, value }] of cells) {
    const isInserted = createdAt !== null && version <= createdAt && (deletedAt === null || deletedAt < createdAt);
    const isWiped = deletedAt !== null && (version < deletedAt || (version === deletedAt && value === null));
    if (isInserted || isWiped) continue;
    const values = updates.get(version) ?? new Map<string, JsonValue>();
    updates.set(version, values.set(name, value));
  }
  return [...updates].sort(([a], [b]) => (a < b ? -1 : 1));
}

interface Field {
  readonly name: string;
  readonly type: PropertyType;
  readonly isRequired: boolean;
}

function fieldsOf(schema: TableSchema): Field[] {
  const fields = schema.properties.map(({ name, type, nullable }) => ({ name, type, isRequired: !nullable }));
  if (schema.kind === 'edge') return fields;
  return [
    { name: MULTI_EDGE_SOURCE, type: schema.source.type, isRequired: true },
    { name: MULTI_EDGE_TARGET, type: schema.target.type, isRequired: true },
    ...fields,
  ];
}

function edgeOf(
  { key }: StateRow,
  schema: TableSchema,
  version: bigint,
  values: ReadonlyMap<string, JsonValue>,
): EdgeInput | MultiEdgeInput {
  const { [MULTI_EDGE_SOURCE]: source, [MULTI_EDGE_TARGET]: target, ...rest } = Object.fromEntries(values);
  const { id } = key;
  if (schema.kind === 'edge' || id === undefined) {
    return {
      version,
      source: vertexOf(key.source),
      target: vertexOf(key.target),
      properties: Object.fromEntries(values),
    };
  }
  const ends = {
    ...(isKeyPart(source) ? { source: vertexOf(source) } : {}),
    ...(isKeyPart(target) ? { target: vertexOf(target) } : {}),
  };
  return { version, id, ...ends, properties: rest };
}

function vertexOf(value: KeyPart | undefined): string | number | bigint {
  return typeof value === 'boolean' || value === undefined ? String(value) : value;
}

function readState(place: JsonPlace): StateRow {
  const row = place.object();
  const properties = row.member('properties').object();
  const cells = new Map<string, Cell>();
  for (const name of isJsonObject(properties.value) ? Object.keys(properties.value) : []) {
    const cell = properties.member(name).object();
    if (cell.member('value').isMissing) cell.member('value').refuse('is missing');
    cells.set(name, { version: readVersion(cell, 'version'), value: cell.member('value').value ?? null });
  }
  const createdAt = readTime(row, 'createdAt');
  const deletedAt = readTime(row, 'deletedAt');
  // Of one version, v2 keeps both times, and the later event decides.
  const isCreatedAgain = row.member('active').boolean() && createdAt === deletedAt;
  return {
    key: { source: readKeyPart(row, 'source'), target: readKeyPart(row, 'target'), id: readKeyPart(row, 'id') },
    version: readVersion(row, 'version'),
    createdAt,
    deletedAt: isCreatedAgain ? null : deletedAt,
    cells,
  };
}

function readKeyPart(row: JsonPlace, name: string): KeyPart | undefined {
  const { value } = row.member(name);
  if (value === undefined || isKeyPart(value)) return value;
  row.member(name).refuse('is no key');
  return undefined;
}

function isKeyPart(value: JsonValue | undefined): value is KeyPart {
  return ['string', 'number', 'bigint', 'boolean'].includes(typeof value);
}

function readTime(row: JsonPlace, name: string): bigint | null {
  return row.member(name).isUnset ? null : readVersion(row, name);
}

function readVersion(place: JsonPlace, name: string): bigint {
  const { value } = place.member(name);
  if (typeof value === 'number' || typeof value === 'bigint') return castVersion(value);
  place.member(name).refuse('is no integer of 64 bits');
  return 0n;
}
