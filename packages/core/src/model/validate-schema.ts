import { hashText } from '../codec/xxhash32.ts';
import { parseBucket } from '../derive/date-bucket.ts';
import { MULTI_EDGE_SOURCE, MULTI_EDGE_TARGET } from './compile-table.ts';
import type {
  CacheSchema,
  DateBucket,
  GroupSchema,
  IndexSchema,
  OrderedField,
  PropertyField,
  TableSchema,
} from './schema.ts';
import { PROPERTY_TYPES, type PropertyType, VERTEX_TYPES } from './value.ts';

/** What is wrong at one place of a schema. */
export interface SchemaProblem {
  /** Place in the schema: `indexes[0].fields[1].field`. */
  readonly path: string;
  readonly message: string;
}

/** Properties of a table. */
export const PROPERTIES_MAX = 256;
/** Indexes of a table. */
export const INDEXES_MAX = 64;
/** Groups of a table. */
export const GROUPS_MAX = 64;
/** Caches of a table. */
export const CACHES_MAX = 64;
/** Fields of one index, group or cache. */
export const FIELDS_PER_INDEX_MAX = 16;
/** Characters of the name of a property, index, group or cache. */
export const SCHEMA_NAME_LENGTH_MAX = 256;

/** Names of an edge's own members in the v3 and v2 APIs; a property of such a name would be lost on the way out. */
const RESERVED_NAMES: readonly string[] = [
  'version',
  'source',
  'target',
  'direction',
  'dir',
  'ts',
  'src',
  'tgt',
  'edgeId',
  'active',
  'offset',
];
const MULTI_EDGE_RESERVED_NAMES: readonly string[] = ['_id', MULTI_EDGE_SOURCE, MULTI_EDGE_TARGET];

/** Names whose codes stand in state rows beside those of the properties. */
const STORED_NAMES: readonly string[] = ['__InsertTs__', '__DeleteTs__', MULTI_EDGE_SOURCE, MULTI_EDGE_TARGET];

const INTEGER_TYPES: readonly PropertyType[] = ['byte', 'short', 'int', 'long'];

/** Everything that is wrong with a declaration; a table of a schema without problems can be compiled. */
export function validateSchema(
  schema: TableSchema,
  table: { readonly database: string; readonly name: string },
): readonly SchemaProblem[] {
  const problems: SchemaProblem[] = [];
  const owner = `${table.database}.${table.name}`;
  checkTypes(problems, schema);
  checkCount(problems, 'properties', { owner, count: schema.properties.length, max: PROPERTIES_MAX });
  checkCount(problems, 'indexes', { owner, count: schema.indexes.length, max: INDEXES_MAX });
  checkCount(problems, 'groups', { owner, count: schema.groups.length, max: GROUPS_MAX });
  checkCount(problems, 'caches', { owner, count: schema.caches.length, max: CACHES_MAX });
  checkProperties(problems, schema);
  const list = (names: readonly string[], place: string, member: string): readonly PlacedName[] =>
    names.map((name, i) => ({ name, path: `${place}[${i}].${member}` }));
  checkNames(
    problems,
    'index',
    list(
      schema.indexes.map((index) => index.index),
      'indexes',
      'index',
    ),
  );
  checkNames(
    problems,
    'group',
    list(
      schema.groups.map((group) => group.group),
      'groups',
      'group',
    ),
  );
  checkNames(
    problems,
    'cache',
    list(
      schema.caches.map((cache) => cache.cache),
      'caches',
      'cache',
    ),
  );
  for (const [i, index] of schema.indexes.entries())
    checkOrderedFields(problems, schema, { path: `indexes[${i}]`, fields: index.fields });
  for (const [i, group] of schema.groups.entries()) checkGroup(problems, schema, { path: `groups[${i}]`, group });
  for (const [i, cache] of schema.caches.entries()) checkCache(problems, schema, { path: `caches[${i}]`, cache });
  return problems;
}

/**
 * Why a table's schema may not be replaced by another, valid one. `hasRows`: the table holds states. Properties may be
 * removed or change their type unless something indexes them; new ones must be nullable; comments, cache limits and
 * times to live may change. Indexes, groups and caches may come and go; what one of a name means never changes.
 */
export function schemaChangeProblems(
  before: TableSchema,
  after: TableSchema,
  hasRows: boolean,
): readonly SchemaProblem[] {
  if (before.kind !== after.kind) {
    return [{ path: 'type', message: `a table of type ${before.kind} cannot become one of type ${after.kind}` }];
  }
  const problems: SchemaProblem[] = [];
  if (before.direction !== after.direction) {
    const message = `the direction is ${before.direction} and cannot become ${after.direction}; create another table`;
    problems.push({ path: 'direction', message });
  }
  if (hasRows) checkVertexChange(problems, before, after);
  checkPropertyChange(problems, before, after);
  checkMeanings(problems, 'index', { before: indexMeanings(before), after: indexMeanings(after) });
  checkMeanings(problems, 'group', { before: groupMeanings(before), after: groupMeanings(after) });
  checkMeanings(problems, 'cache', { before: cacheMeanings(before), after: cacheMeanings(after) });
  return problems;
}

function checkTypes(problems: SchemaProblem[], schema: TableSchema): void {
  for (const end of ['source', 'target'] as const) {
    const { type } = schema[end];
    if (!VERTEX_TYPES.includes(type)) {
      problems.push({ path: `${end}.type`, message: `${type} is not one of ${VERTEX_TYPES.join(', ')}` });
    }
  }
  if (schema.kind === 'multiEdge') checkPropertyType(problems, 'id.type', schema.id.type);
}

function checkPropertyType(problems: SchemaProblem[], path: string, type: PropertyType): void {
  if (PROPERTY_TYPES.includes(type)) return;
  problems.push({ path, message: `${type} is not one of ${PROPERTY_TYPES.join(', ')}` });
}

function checkCount(
  problems: SchemaProblem[],
  path: string,
  { owner, count, max }: { readonly owner: string; readonly count: number; readonly max: number },
): void {
  if (count <= max) return;
  problems.push({ path, message: `${owner} declares ${count} ${path}; at most ${max} are allowed` });
}

function checkProperties(problems: SchemaProblem[], schema: TableSchema): void {
  const reserved = schema.kind === 'multiEdge' ? [...RESERVED_NAMES, ...MULTI_EDGE_RESERVED_NAMES] : RESERVED_NAMES;
  const names: PlacedName[] = [];
  for (const [i, { name, type }] of schema.properties.entries()) {
    const path = `properties[${i}].name`;
    checkPropertyType(problems, `properties[${i}].type`, type);
    if (reserved.includes(name)) {
      problems.push({ path, message: `"${name}" is a reserved name; reserved are ${reserved.join(', ')}` });
    } else {
      names.push({ name, path });
    }
  }
  const stored = schema.kind === 'multiEdge' ? STORED_NAMES : STORED_NAMES.slice(0, 2);
  checkNames(problems, 'property', names, stored);
}

interface PlacedName {
  readonly name: string;
  readonly path: string;
}

/**
 * Names must differ, and so must their codes, which stand for them in rows. `taken` are names that rows use already.
 */
function checkNames(
  problems: SchemaProblem[],
  what: string,
  names: readonly PlacedName[],
  taken: readonly string[] = [],
): void {
  const nameByCode = new Map(taken.map((name) => [hashText(name), name]));
  for (const { name, path } of names) {
    if (name === '' || name.length > SCHEMA_NAME_LENGTH_MAX) {
      const message = `the name of a ${what} has 1 to ${SCHEMA_NAME_LENGTH_MAX} characters, not ${name.length}`;
      problems.push({ path, message });
      continue;
    }
    const code = hashText(name);
    const other = nameByCode.get(code);
    if (other === undefined) {
      nameByCode.set(code, name);
    } else if (other === name && !taken.includes(name)) {
      problems.push({ path, message: `there is another ${what} called "${name}"` });
    } else {
      const collision = `"${name}" has the same xxHash32 code (${code}) as "${other}"`;
      problems.push({ path, message: `${collision}, so rows could not tell them apart; choose another name` });
    }
  }
}

/** The type of a field that an index, group or cache may use; undefined when there is none, or it may not be used. */
function fieldType(schema: TableSchema, name: string): PropertyType | undefined {
  if (name === 'version') return 'long';
  if (name === (schema.kind === 'multiEdge' ? MULTI_EDGE_SOURCE : 'source')) return schema.source.type;
  if (name === (schema.kind === 'multiEdge' ? MULTI_EDGE_TARGET : 'target')) return schema.target.type;
  if (RESERVED_NAMES.includes(name)) return undefined;
  return schema.properties.find((property) => property.name === name)?.type;
}

function checkField(
  problems: SchemaProblem[],
  schema: TableSchema,
  { path, name }: PlacedName,
): PropertyType | undefined {
  const type = fieldType(schema, name);
  if (type === undefined) problems.push({ path, message: unknownField(schema, name) });
  return type;
}

function unknownField(schema: TableSchema, name: string): string {
  if (schema.kind === 'edge') {
    return `"${name}" is neither a property nor one of version, source, target`;
  }
  const hints: Readonly<Record<string, string>> = {
    source: MULTI_EDGE_SOURCE,
    src: MULTI_EDGE_SOURCE,
    target: MULTI_EDGE_TARGET,
    tgt: MULTI_EDGE_TARGET,
  };
  const hint = Object.hasOwn(hints, name) ? hints[name] : undefined;
  if (hint !== undefined) return `"${name}" would mean the id of a multi edge; use "${hint}"`;
  return `"${name}" is neither a property nor one of version, ${MULTI_EDGE_SOURCE}, ${MULTI_EDGE_TARGET}`;
}

function checkFieldCount(problems: SchemaProblem[], path: string, count: number): void {
  if (count <= FIELDS_PER_INDEX_MAX) return;
  problems.push({ path, message: `${count} fields are declared; at most ${FIELDS_PER_INDEX_MAX} are allowed` });
}

function checkOrderedFields(
  problems: SchemaProblem[],
  schema: TableSchema,
  { path, fields }: { readonly path: string; readonly fields: readonly OrderedField[] },
): void {
  checkFieldCount(problems, `${path}.fields`, fields.length);
  for (const [i, { field }] of fields.entries()) {
    checkField(problems, schema, { path: `${path}.fields[${i}].field`, name: field });
  }
}

function checkCache(
  problems: SchemaProblem[],
  schema: TableSchema,
  { path, cache }: { readonly path: string; readonly cache: CacheSchema },
): void {
  checkOrderedFields(problems, schema, { path, fields: cache.fields });
  if (!(Number.isSafeInteger(cache.limit) && cache.limit > 0)) {
    problems.push({ path: `${path}.limit`, message: `the limit of a cache is an integer above 0, not ${cache.limit}` });
  }
}

function checkGroup(
  problems: SchemaProblem[],
  schema: TableSchema,
  { path, group }: { readonly path: string; readonly group: GroupSchema },
): void {
  checkFieldCount(problems, `${path}.fields`, group.fields.length);
  for (const [i, { name, bucket }] of group.fields.entries()) {
    const fieldPath = `${path}.fields[${i}]`;
    const type = checkField(problems, schema, { path: `${fieldPath}.name`, name });
    if (bucket !== null) checkBucket(problems, fieldPath, { name, type, bucket });
  }
  if (group.type === 'SUM') {
    const valuePath = `${path}.valueField`;
    const type = checkField(problems, schema, { path: valuePath, name: group.valueField });
    if (type !== undefined && !INTEGER_TYPES.includes(type)) {
      const message = `"${group.valueField}" is ${type}; SUM adds up a field of type ${INTEGER_TYPES.join(', ')}`;
      problems.push({ path: valuePath, message });
    }
  }
  if (!(Number.isSafeInteger(group.ttl) && group.ttl > 0)) {
    const message = `the ttl of a group is an integer above 0 (milliseconds), not ${group.ttl}`;
    problems.push({ path: `${path}.ttl`, message });
  }
}

function checkBucket(
  problems: SchemaProblem[],
  path: string,
  {
    name,
    type,
    bucket,
  }: { readonly name: string; readonly type: PropertyType | undefined; readonly bucket: DateBucket },
): void {
  if (type !== undefined && !INTEGER_TYPES.includes(type)) {
    const message = `"${name}" is ${type}; a date bucket needs a field of type ${INTEGER_TYPES.join(', ')}`;
    problems.push({ path: `${path}.name`, message });
  }
  const parsed = parseBucket(bucket);
  if (parsed.kind === 'parsed') return;
  for (const { member, message } of parsed.problems) problems.push({ path: `${path}.bucket.${member}`, message });
}

function checkVertexChange(problems: SchemaProblem[], before: TableSchema, after: TableSchema): void {
  const pairs = [
    ['source.type', before.source.type, after.source.type],
    ['target.type', before.target.type, after.target.type],
    ['id.type', before.kind === 'multiEdge' ? before.id.type : '', after.kind === 'multiEdge' ? after.id.type : ''],
  ] as const;
  for (const [path, was, is] of pairs) {
    if (was === is) continue;
    problems.push({ path, message: `the type is ${was} and cannot become ${is}: the table has rows` });
  }
}

function checkPropertyChange(problems: SchemaProblem[], before: TableSchema, after: TableSchema): void {
  const old = new Map(before.properties.map((property) => [property.name, property]));
  const users = stayingUsers(before, after);
  for (const [i, property] of after.properties.entries()) {
    const was = old.get(property.name);
    old.delete(property.name);
    if (!property.nullable && !sameProperty(was, property)) {
      const message = `Only optional fields can be added: "${property.name}" is new or changed and must be nullable`;
      problems.push({ path: `properties[${i}].nullable`, message });
    }
    const user = users.get(property.name);
    if (was !== undefined && was.type !== property.type && user !== undefined) {
      const reason = `${user} uses it as ${was.type}; drop that first`;
      const message = `"${property.name}" cannot become ${property.type}: ${reason}`;
      problems.push({ path: `properties[${i}].type`, message });
    }
  }
  for (const name of old.keys()) {
    const user = users.get(name);
    if (user === undefined) continue;
    problems.push({ path: 'properties', message: `"${name}" cannot be removed: ${user} uses it; drop that first` });
  }
}

function sameProperty(was: PropertyField | undefined, is: PropertyField): boolean {
  return was !== undefined && was.type === is.type && was.nullable === is.nullable;
}

/** By field name, one of the indexes, groups and caches that use it before and after a change. */
function stayingUsers(before: TableSchema, after: TableSchema): ReadonlyMap<string, string> {
  const users = new Map<string, string>();
  const indexes = new Set(after.indexes.map((index) => index.index));
  const groups = new Set(after.groups.map((group) => group.group));
  const caches = new Set(after.caches.map((cache) => cache.cache));
  for (const { index, fields } of before.indexes) {
    if (indexes.has(index)) for (const { field } of fields) users.set(field, `the index "${index}"`);
  }
  for (const { group, type, fields, valueField } of before.groups) {
    if (!groups.has(group)) continue;
    for (const { name } of fields) users.set(name, `the group "${group}"`);
    if (type === 'SUM') users.set(valueField, `the group "${group}"`);
  }
  for (const { cache, fields } of before.caches) {
    if (caches.has(cache)) for (const { field } of fields) users.set(field, `the cache "${cache}"`);
  }
  return users;
}

/** What a name stands for, as text that changes exactly when its rows would. */
interface Meaning {
  readonly path: string;
  readonly name: string;
  readonly meaning: string;
}

function indexMeanings(schema: TableSchema): readonly Meaning[] {
  return schema.indexes.map((index: IndexSchema, i) => {
    return { path: `indexes[${i}]`, name: index.index, meaning: orderedMeaning(index.fields) };
  });
}

function cacheMeanings(schema: TableSchema): readonly Meaning[] {
  return schema.caches.map((cache, i) => {
    return { path: `caches[${i}]`, name: cache.cache, meaning: orderedMeaning(cache.fields) };
  });
}

function orderedMeaning(fields: readonly OrderedField[]): string {
  return JSON.stringify(fields.map(({ field, order }) => [field, order]));
}

function groupMeanings(schema: TableSchema): readonly Meaning[] {
  return schema.groups.map((group, i) => {
    const fields = group.fields.map(({ name, bucket }) =>
      bucket === null ? [name] : [name, bucket.type, bucket.unit, bucket.timezone, bucket.format],
    );
    const value = group.type === 'SUM' ? group.valueField : '';
    const meaning = JSON.stringify([group.type, fields, value, group.directionType]);
    return { path: `groups[${i}]`, name: group.group, meaning };
  });
}

function checkMeanings(
  problems: SchemaProblem[],
  what: string,
  { before, after }: { readonly before: readonly Meaning[]; readonly after: readonly Meaning[] },
): void {
  const old = new Map(before.map(({ name, meaning }) => [name, meaning]));
  for (const { path, name, meaning } of after) {
    const was = old.get(name);
    if (was === undefined || was === meaning) continue;
    const refusal = `the ${what} "${name}" cannot change what it means`;
    problems.push({ path, message: `${refusal}; drop it, and create it again in a second change` });
  }
}
