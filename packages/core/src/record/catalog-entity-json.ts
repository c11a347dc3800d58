import type { ValueReader } from '../codec/ordered-value.ts';
import { unreachable } from '../failure.ts';
import {
  type AliasDefinition,
  type Audit,
  type CatalogEntity,
  type DatabaseDefinition,
  type QueryDefinition,
  STORAGE_TYPES,
  type StorageDefinition,
  type TableDefinition,
} from '../model/catalog.ts';
import { tableId } from '../model/table.ts';
import { JsonMembers, nextJsonMembers } from './json-members.ts';
import { LAYOUTS, MODES } from './read-catalog-change.ts';
import { readTableSchema } from './read-table-schema.ts';

const KINDS: readonly CatalogEntity['kind'][] = ['database', 'table', 'alias', 'query', 'storage'];

/**
 * A metadata entity as records hold it: `{"kind":…,"definition":{…}}`, the members of a definition in one order, whatever
 * the order in the object is. So a replay writes the same bytes as the process that applied the change first.
 */
export function printCatalogEntity(entity: CatalogEntity): string {
  return JSON.stringify({ kind: entity.kind, definition: orderedDefinition(entity) });
}

/** The next value of a record, which `printCatalogEntity` wrote. */
export function readCatalogEntity(reader: ValueReader): CatalogEntity {
  const members = nextJsonMembers(reader, 'a metadata entity');
  return readDefinition(members.word('kind', KINDS), members.object('definition'));
}

/** Throws `MalformedBytes` when a value is no definition of such an entity; it names the member that is not right. */
export function requireDefinition(kind: CatalogEntity['kind'], definition: unknown): void {
  readDefinition(kind, new JsonMembers(definition, 0));
}

function readDefinition(kind: CatalogEntity['kind'], definition: JsonMembers): CatalogEntity {
  switch (kind) {
    case 'database':
      return { kind, definition: readDatabase(definition) };
    case 'table':
      return { kind, definition: readTable(definition) };
    case 'alias':
      return { kind, definition: readAlias(definition) };
    case 'query':
      return { kind, definition: readQuery(definition) };
    case 'storage':
      return { kind, definition: readStorage(definition) };
    default:
      return unreachable(kind);
  }
}

function orderedDefinition({ kind, definition }: CatalogEntity): object {
  const { active, comment, revision, createdAt, createdBy, updatedAt, updatedBy } = definition;
  const rest = { active, comment, revision, createdAt, createdBy, updatedAt, updatedBy };
  switch (kind) {
    case 'database':
      return { database: definition.database, ...rest };
    case 'table': {
      const { id, database, table, schema, schemaRevision, mode, layout, event, readOnly, storage } = definition;
      return { id, database, table, schema, schemaRevision, mode, layout, event, readOnly, storage, ...rest };
    }
    case 'alias': {
      const { database, alias, tableDatabase, table } = definition;
      return { database, alias, tableDatabase, table, ...rest };
    }
    case 'query': {
      const { database, query, text, stats } = definition;
      return { database, query, text, stats, ...rest };
    }
    case 'storage': {
      const { storage, type, conf } = definition;
      return { storage, type, conf, ...rest };
    }
    default:
      return unreachable(kind);
  }
}

function readDatabase(members: JsonMembers): DatabaseDefinition {
  return { database: members.text('database'), ...readRest(members) };
}

function readTable(members: JsonMembers): TableDefinition {
  return {
    id: tableId(members.integer('id')),
    database: members.text('database'),
    table: members.text('table'),
    schema: readTableSchema(members.object('schema')),
    schemaRevision: members.integer('schemaRevision'),
    mode: members.word('mode', MODES),
    layout: members.word('layout', LAYOUTS),
    event: members.boolean('event'),
    readOnly: members.boolean('readOnly'),
    storage: members.text('storage'),
    ...readRest(members),
  };
}

function readAlias(members: JsonMembers): AliasDefinition {
  return {
    database: members.text('database'),
    alias: members.text('alias'),
    tableDatabase: members.text('tableDatabase'),
    table: members.text('table'),
    ...readRest(members),
  };
}

function readQuery(members: JsonMembers): QueryDefinition {
  return {
    database: members.text('database'),
    query: members.text('query'),
    text: members.text('text'),
    stats: members.texts('stats'),
    ...readRest(members),
  };
}

function readStorage(members: JsonMembers): StorageDefinition {
  return {
    storage: members.text('storage'),
    type: members.word('type', STORAGE_TYPES),
    conf: members.text('conf'),
    ...readRest(members),
  };
}

function readRest(members: JsonMembers): Audit & { readonly active: boolean; readonly comment: string } {
  return {
    active: members.boolean('active'),
    comment: members.text('comment'),
    revision: members.integer('revision'),
    createdAt: members.integer('createdAt'),
    createdBy: members.text('createdBy'),
    updatedAt: members.integer('updatedAt'),
    updatedBy: members.text('updatedBy'),
  };
}
