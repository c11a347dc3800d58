/**
 * The reference keeps metadata as edges of tables of its own, `sys.service`, `sys.label` and so on, and its streams show a
 * change of metadata as a mutation there. These are the edges; our metadata is not stored in them.
 */
import { invariant, unreachable } from '../../failure.ts';
import type { CatalogChange, CatalogEntity } from '../../model/catalog.ts';
import type { EdgeState, EventType } from '../../model/edge.ts';
import type { TableSchema } from '../../model/schema.ts';
import type { Table } from '../../model/table.ts';
import type { Value } from '../../model/value.ts';
import type { RawEvent, RawKey, RawProperty, ResolvedMode } from '../../record/log-record.ts';
import { shapeCaches, shapeGroups, shapeIndices, shapeLabelSchema } from './label-schema-json.ts';
import { printV2Mode, typeOfTable } from './label-words.ts';
import { METADATA_TABLES } from './metadata-tables.ts';

/** By which metadata changes are mutations of their tables. */
export const CHANGE_MODE: ResolvedMode = {
  table: 'SYNC',
  request: 'SYNC',
  system: null,
  force: true,
  effective: 'SYNC',
};

/** A metadata change as a mutation of a metadata table. */
export interface MetadataEvent {
  readonly table: Table;
  readonly key: RawKey;
  readonly event: RawEvent;
}

/** The mutation that a change is: it names what the change names, at the time at which the change was admitted. */
export function metadataEvent(change: CatalogChange, timeMs: number, phase: string): MetadataEvent {
  const { type, of, parent, name, properties } = mutationOf(change);
  const table = METADATA_TABLES[of];
  const raw: RawProperty[] = [];
  for (const [property, value] of Object.entries(properties)) {
    if (value === undefined) continue;
    const field = table.fields.find((one) => one.name === property);
    invariant(field !== undefined, 'a metadata table has every property of its entities');
    raw.push({ code: field.code, type: field.type, value });
  }
  const source = { type: 'string', value: `${phase}:${parent}` } as const;
  const key: RawKey = { kind: 'edge', source, target: { type: 'string', value: name } };
  return { table, key, event: { type, version: BigInt(timeMs), properties: raw } };
}

/** An entity as the state of its edge. */
export function metadataState(entity: CatalogEntity): EdgeState {
  const { createdAt, updatedAt } = entity.definition;
  return stateOf(entity, propertiesOf(entity), { active: true, version: BigInt(updatedAt), createdAt });
}

/** The state of the edge of an entity after its deletion: it knows no property any more. */
export function deletedState(entity: CatalogEntity, timeMs: number): EdgeState {
  return stateOf(entity, {}, { active: false, version: BigInt(timeMs), createdAt: entity.definition.createdAt });
}

type Properties = Readonly<Record<string, Value | undefined>>;

interface MetadataMutation {
  readonly type: EventType;
  readonly of: CatalogEntity['kind'];
  readonly parent: string;
  readonly name: string;
  /** In the reference's order; undefined: not named. */
  readonly properties: Properties;
}

/** The parent of what belongs to no database. */
const ORIGIN = 'origin';

/** Whether a database or a table is active stands in its creation only where the reference puts it; missing is true. */
function mutationOf(change: CatalogChange): MetadataMutation {
  switch (change.kind) {
    case 'create-database':
      return ofDatabase(change, 'INSERT', { desc: change.comment });
    case 'update-database':
      return ofDatabase(change, 'UPDATE', { props_active: change.active, desc: change.comment });
    case 'delete-database':
      return ofDatabase(change, 'DELETE', {});
    case 'create-table':
      return ofTable(change, 'INSERT', createdTable(change));
    case 'update-table':
      return ofTable(change, 'UPDATE', updatedTable(change));
    case 'delete-table':
      return ofTable(change, 'DELETE', {});
    case 'create-alias': {
      const properties = { props_active: true, desc: change.comment, target: targetOf(change) };
      return ofAlias(change, 'INSERT', properties);
    }
    case 'update-alias': {
      const properties = { props_active: change.active, desc: change.comment, target: targetOf(change) };
      return ofAlias(change, 'UPDATE', properties);
    }
    case 'delete-alias':
      return ofAlias(change, 'DELETE', {});
    case 'create-query': {
      const { comment, text, stats } = change;
      return ofQuery(change, 'INSERT', { props_active: true, desc: comment, query: text, stats: stats.join(',') });
    }
    case 'update-query': {
      const { active, comment, text, stats } = change;
      return ofQuery(change, 'UPDATE', { props_active: active, desc: comment, query: text, stats: stats?.join(',') });
    }
    case 'create-storage': {
      const { comment, type, conf } = change;
      return ofStorage(change, 'INSERT', { props_active: true, desc: comment, type, conf });
    }
    case 'update-storage': {
      const { active, comment, type, conf } = change;
      return ofStorage(change, 'UPDATE', { props_active: active, desc: comment, type, conf });
    }
    case 'delete-storage':
      return ofStorage(change, 'DELETE', {});
    default:
      return unreachable(change);
  }
}

function ofDatabase({ database }: { database: string }, type: EventType, properties: Properties): MetadataMutation {
  return { type, of: 'database', parent: ORIGIN, name: database, properties };
}

function ofTable(
  { database, table }: { database: string; table: string },
  type: EventType,
  properties: Properties,
): MetadataMutation {
  return { type, of: 'table', parent: database, name: table, properties };
}

function ofAlias(
  { database, alias }: { database: string; alias: string },
  type: EventType,
  properties: Properties,
): MetadataMutation {
  return { type, of: 'alias', parent: database, name: alias, properties };
}

function ofQuery(
  { database, query }: { database: string; query: string },
  type: EventType,
  properties: Properties,
): MetadataMutation {
  return { type, of: 'query', parent: database, name: query, properties };
}

function ofStorage({ storage }: { storage: string }, type: EventType, properties: Properties): MetadataMutation {
  return { type, of: 'storage', parent: ORIGIN, name: storage, properties };
}

function createdTable(change: Extract<CatalogChange, { kind: 'create-table' }>): Properties {
  const { schema, layout = 'INDEXED', event = false, readOnly = false } = change;
  const { groups, indices, caches } = listTexts(schema);
  return {
    desc: change.comment,
    type: typeOfTable(schema.kind, layout),
    schema: JSON.stringify(shapeLabelSchema(schema)),
    dirType: schema.direction,
    storage: change.storage,
    event,
    groups,
    indices,
    caches,
    readOnly: schema.kind === 'multiEdge' || readOnly,
    mode: printV2Mode(change.mode),
  };
}

/** A new type comes without the kind of edges, which it cannot change: where the schema does not say it, it is that of unique edges. */
function updatedTable(change: Extract<CatalogChange, { kind: 'update-table' }>): Properties {
  const { schema, layout, mode } = change;
  const ofSchema =
    schema === undefined ? {} : { schema: JSON.stringify(shapeLabelSchema(schema)), ...listTexts(schema) };
  return {
    props_active: change.active,
    desc: change.comment,
    type: layout === undefined ? undefined : typeOfTable(schema?.kind ?? 'edge', layout),
    readOnly: change.readOnly,
    mode: mode === undefined ? undefined : printV2Mode(mode),
    ...ofSchema,
  };
}

/** The lists of a schema as the JSON texts that the reference keeps. */
function listTexts(schema: TableSchema): Record<'groups' | 'indices' | 'caches', string> {
  return {
    groups: JSON.stringify(shapeGroups(schema)),
    indices: JSON.stringify(shapeIndices(schema)),
    caches: JSON.stringify(shapeCaches(schema)),
  };
}

function targetOf(change: { database: string; tableDatabase?: string | undefined; table?: string | undefined }) {
  return change.table === undefined ? undefined : `${change.tableDatabase ?? change.database}.${change.table}`;
}

function propertiesOf({ kind, definition }: CatalogEntity): Properties {
  const common = { props_active: definition.active, desc: definition.comment };
  switch (kind) {
    case 'database':
      return common;
    case 'table': {
      const { schema, layout, storage, event, readOnly, mode } = definition;
      const type = typeOfTable(schema.kind, layout);
      const parts = { type, schema: JSON.stringify(shapeLabelSchema(schema)), ...listTexts(schema) };
      return { ...common, ...parts, dirType: schema.direction, storage, event, readOnly, mode: printV2Mode(mode) };
    }
    case 'alias':
      return { ...common, target: `${definition.tableDatabase}.${definition.table}` };
    case 'query':
      return { ...common, query: definition.text, stats: definition.stats.join(',') };
    case 'storage':
      return { ...common, type: definition.type, conf: definition.conf };
    default:
      return unreachable(kind);
  }
}

interface StateParts {
  readonly active: boolean;
  readonly version: bigint;
  readonly createdAt: number;
}

function stateOf({ kind }: CatalogEntity, values: Properties, { active, version, createdAt }: StateParts): EdgeState {
  const properties = METADATA_TABLES[kind].fields.map(({ name }) => ({ version, value: values[name] ?? null }));
  return { active, version, createdAt: BigInt(createdAt), deletedAt: active ? null : version, properties };
}
