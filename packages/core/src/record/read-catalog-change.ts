import type { ValueReader } from '../codec/ordered-value.ts';
import { type CatalogChange, type MutationMode, type SchemaOrigin, STORAGE_TYPES } from '../model/catalog.ts';
import type { TableLayout } from '../model/schema.ts';
import { tableId } from '../model/table.ts';
import { type JsonMembers, nextJsonMembers } from './json-members.ts';
import { readTableSchema } from './read-table-schema.ts';

type Kind = CatalogChange['kind'];
type StorageKind = 'create-storage' | 'update-storage' | 'delete-storage';

const KINDS: readonly Kind[] = [
  'create-database',
  'update-database',
  'delete-database',
  'create-table',
  'update-table',
  'delete-table',
  'create-alias',
  'update-alias',
  'delete-alias',
  'create-query',
  'update-query',
  'create-storage',
  'update-storage',
  'delete-storage',
];

export const LAYOUTS: readonly TableLayout[] = ['INDEXED', 'HASH', 'NIL'];
export const MODES: readonly MutationMode[] = ['SYNC', 'ASYNC', 'DROP'];

/**
 * The next value of a record, which is a metadata change as JSON text. The JSON of a change is the change itself: members
 * named as in `CatalogChange`, undefined ones left out. It never holds a number that `JSON.parse` could spoil.
 */
export function readCatalogChange(reader: ValueReader): CatalogChange {
  return changeOf(nextJsonMembers(reader, 'a metadata change'));
}

function changeOf(members: JsonMembers): CatalogChange {
  const kind = members.word('kind', KINDS);
  switch (kind) {
    case 'create-storage':
    case 'update-storage':
    case 'delete-storage':
      return storageChangeOf(kind, members);
    default:
      return databaseChangeOf(kind, members);
  }
}

/** A change of a database, or of what lies in one. */
function databaseChangeOf(kind: Exclude<Kind, StorageKind>, members: JsonMembers): CatalogChange {
  const database = members.text('database');
  switch (kind) {
    case 'create-database':
      return { kind, database, comment: members.text('comment') };
    case 'update-database':
      return { kind, database, ...activeOf(members), ...commentOf(members) };
    case 'delete-database':
      return { kind, database };
    case 'create-table':
    case 'update-table':
    case 'delete-table':
      return tableChangeOf(kind, database, members);
    case 'create-query':
    case 'update-query':
      return queryChangeOf(kind, database, members);
    default:
      return aliasChangeOf(kind, database, members);
  }
}

function tableChangeOf(
  kind: 'create-table' | 'update-table' | 'delete-table',
  database: string,
  members: JsonMembers,
): CatalogChange {
  const table = members.text('table');
  if (kind === 'delete-table') return { kind, database, table };
  if (kind === 'create-table') {
    return {
      kind,
      database,
      table,
      schema: readTableSchema(members.object('schema')),
      mode: members.word('mode', MODES),
      storage: members.text('storage'),
      comment: members.text('comment'),
      ...layoutOf(members),
      ...(members.has('event') ? { event: members.boolean('event') } : {}),
    };
  }
  return {
    kind,
    database,
    table,
    ...activeOf(members),
    ...(members.has('schema') ? { schema: readTableSchema(members.object('schema')) } : {}),
    ...(members.has('mode') ? { mode: members.word('mode', MODES) } : {}),
    ...commentOf(members),
    ...layoutOf(members),
    ...originOf(members),
  };
}

function aliasChangeOf(
  kind: 'create-alias' | 'update-alias' | 'delete-alias',
  database: string,
  members: JsonMembers,
): CatalogChange {
  const alias = members.text('alias');
  if (kind === 'delete-alias') return { kind, database, alias };
  if (kind === 'create-alias') {
    const comment = members.text('comment');
    return { kind, database, alias, ...tableDatabaseOf(members), table: members.text('table'), comment };
  }
  return {
    kind,
    database,
    alias,
    ...tableDatabaseOf(members),
    ...(members.has('table') ? { table: members.text('table') } : {}),
    ...activeOf(members),
    ...commentOf(members),
  };
}

function queryChangeOf(kind: 'create-query' | 'update-query', database: string, members: JsonMembers): CatalogChange {
  const query = members.text('query');
  if (kind === 'create-query') {
    const comment = members.text('comment');
    return { kind, database, query, text: members.text('text'), stats: members.texts('stats'), comment };
  }
  return {
    kind,
    database,
    query,
    ...activeOf(members),
    ...(members.has('text') ? { text: members.text('text') } : {}),
    ...(members.has('stats') ? { stats: members.texts('stats') } : {}),
    ...commentOf(members),
  };
}

function storageChangeOf(kind: StorageKind, members: JsonMembers): CatalogChange {
  const storage = members.text('storage');
  if (kind === 'delete-storage') return { kind, storage };
  if (kind === 'create-storage') {
    const comment = members.text('comment');
    return { kind, storage, type: members.word('type', STORAGE_TYPES), conf: members.text('conf'), comment };
  }
  return {
    kind,
    storage,
    ...activeOf(members),
    ...(members.has('type') ? { type: members.word('type', STORAGE_TYPES) } : {}),
    ...(members.has('conf') ? { conf: members.text('conf') } : {}),
    ...commentOf(members),
  };
}

function layoutOf(members: JsonMembers): { layout?: TableLayout; readOnly?: boolean } {
  return {
    ...(members.has('layout') ? { layout: members.word('layout', LAYOUTS) } : {}),
    ...(members.has('readOnly') ? { readOnly: members.boolean('readOnly') } : {}),
  };
}

function originOf(members: JsonMembers): { from?: SchemaOrigin } {
  if (!members.has('from')) return {};
  const from = members.object('from');
  return { from: { id: tableId(from.integer('id')), revision: from.integer('revision') } };
}

function tableDatabaseOf(members: JsonMembers): { tableDatabase?: string } {
  return members.has('tableDatabase') ? { tableDatabase: members.text('tableDatabase') } : {};
}

function activeOf(members: JsonMembers): { active?: boolean } {
  return members.has('active') ? { active: members.boolean('active') } : {};
}

function commentOf(members: JsonMembers): { comment?: string } {
  return members.has('comment') ? { comment: members.text('comment') } : {};
}
