import { Failure } from '@actionbase/core/failure';
import type {
  AliasDefinition,
  DatabaseDefinition,
  QueryDefinition,
  StorageDefinition,
  TableDefinition,
} from '@actionbase/core/model/catalog';
import { compileTable } from '@actionbase/core/model/compile-table';
import type { Rework } from '@actionbase/core/model/rework';
import type { Table, TableId } from '@actionbase/core/model/table';
import { engineFailures } from '../failures.ts';
import { compileReworks, markBuilding, type TableReworks } from '../rework/table-reworks.ts';
import { BUILT_IN_STORAGES } from './built-in-storages.ts';
import { NIL_TABLE } from './nil-table.ts';

/** A table as the catalog knows it: its definition, and the same compiled for the hot path. */
export interface CatalogTable {
  readonly definition: TableDefinition;
  readonly table: Table;
  /** Undefined as long as all that the schema declares has all its rows, and no others are left. */
  readonly reworks?: TableReworks | undefined;
}

/**
 * All metadata as of one log position. Immutable: a change makes a new catalog, so a request works with one catalog from
 * its beginning to its end.
 */
export interface Catalog {
  /** Bytes of salt that row keys have in this store. Not part of what is stored. */
  readonly saltBytes: number;
  /** Counts the changes that took effect, from 0. */
  readonly revision: number;
  /** Smallest number that no table has had. 0 is the engine's own space. */
  readonly nextTableId: number;
  /** By name. */
  readonly databases: ReadonlyMap<string, DatabaseDefinition>;
  /** By "database.table". Deleted tables are not in it. */
  readonly tables: ReadonlyMap<string, CatalogTable>;
  /** By "database.alias". */
  readonly aliases: ReadonlyMap<string, AliasDefinition>;
  /** By "database.query". */
  readonly queries: ReadonlyMap<string, QueryDefinition>;
  /** By name, the built-in ones included. */
  readonly storages: ReadonlyMap<string, StorageDefinition>;
  readonly tablesById: ReadonlyMap<TableId, CatalogTable>;
  /** Every schema that a table ever had, deleted tables included: what a feed record or a dropped space refers to. */
  readonly schemas: ReadonlyMap<string, Table>;
  /** Deleted tables, whose rows may still have to be cleared. */
  readonly dropped: ReadonlySet<TableId>;
  /** Tables whose schema was changed while they held rows, as long as something of it is left to do or to tell. */
  readonly reworks: ReadonlyMap<TableId, TableReworks>;
}

/** The database that always exists. */
export const SYSTEM_DATABASE: DatabaseDefinition = {
  database: 'sys',
  active: true,
  comment: 'System service',
  revision: 1,
  createdAt: 0,
  createdBy: 'system',
  updatedAt: 0,
  updatedBy: 'system',
};

/** The catalog before any change: what is built in, the database `sys` with its table `nil` among it. */
export function emptyCatalog(saltBytes: number): Catalog {
  const nil = { definition: NIL_TABLE, table: compileTable(NIL_TABLE, saltBytes) };
  return {
    saltBytes,
    revision: 0,
    nextTableId: 1,
    databases: new Map([[SYSTEM_DATABASE.database, SYSTEM_DATABASE]]),
    tables: new Map([[`${NIL_TABLE.database}.${NIL_TABLE.table}`, nil]]),
    aliases: new Map(),
    queries: new Map(),
    storages: new Map(BUILT_IN_STORAGES.map((storage) => [storage.storage, storage])),
    tablesById: new Map([[NIL_TABLE.id, nil]]),
    schemas: new Map([[schemaName(NIL_TABLE.id, NIL_TABLE.schemaRevision), nil.table]]),
    dropped: new Set(),
    reworks: new Map(),
  };
}

/** Compiles a table with its reworks. */
export function compileCatalogTable(
  definition: TableDefinition,
  reworks: readonly Rework[],
  saltBytes: number,
): CatalogTable {
  const table = markBuilding(compileTable(definition, saltBytes), reworks);
  return { definition, table, reworks: compileReworks(table, reworks) };
}

/** The same catalog with this table in the place of the one of its name. */
export function withTable(catalog: Catalog, entry: CatalogTable): Catalog {
  const { definition, reworks } = entry;
  return {
    ...catalog,
    tables: new Map(catalog.tables).set(`${definition.database}.${definition.table}`, entry),
    tablesById: new Map(catalog.tablesById).set(definition.id, entry),
    reworks: withReworks(catalog.reworks, definition.id, reworks),
  };
}

/** The same map with other reworks of one table; with undefined it has none. */
export function withReworks(
  all: Catalog['reworks'],
  id: TableId,
  reworks: TableReworks | undefined,
): Catalog['reworks'] {
  if (reworks === undefined && !all.has(id)) return all;
  const next = new Map(all);
  if (reworks === undefined) next.delete(id);
  else next.set(id, reworks);
  return next;
}

/** Whether a database is there, and active. */
export function isActiveDatabase(catalog: Catalog, database: string): boolean {
  return catalog.databases.get(database)?.active === true;
}

/** Where `Catalog.schemas` keeps a table's schema of one revision. */
export function schemaName(id: TableId, revision: number): string {
  return `${id}/${revision}`;
}

/** The schema that a feed record refers to, if this instance ever had it. */
export function schemaOf(catalog: Catalog, id: TableId, revision: number): Table | undefined {
  return catalog.schemas.get(schemaName(id, revision));
}

/** What a data call's table name stands for. `alias` is "database.alias" when the name is one. */
export interface ResolvedTable extends CatalogTable {
  readonly alias: string | null;
}

/** Finds the active table or alias of a data call. Failure: `unknown-table`. */
export function resolveTable(catalog: Catalog, database: string, name: string): ResolvedTable {
  const fullName = `${database}.${name}`;
  const direct = catalog.tables.get(fullName);
  if (direct?.definition.active) return { ...direct, alias: null };
  const alias = catalog.aliases.get(fullName);
  if (alias?.active) {
    const targetName = `${alias.tableDatabase}.${alias.table}`;
    const target = catalog.tables.get(targetName);
    if (target?.definition.active) return { ...target, alias: fullName };
    const message = `No such label ${targetName} of the alias ${fullName}.`;
    throw new Failure(engineFailures['unknown-table'], message, { database, alias: name, table: targetName });
  }
  throw new Failure(engineFailures['unknown-table'], `No such label ${fullName}.`, { database, table: name });
}
