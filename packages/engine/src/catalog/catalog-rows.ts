import { invariant } from '@actionbase/core/failure';
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
import { tableId } from '@actionbase/core/model/table';
import type { RowWrite, StoreReader } from '@actionbase/ports/store';
import type { TableReworks } from '../rework/table-reworks.ts';
import { rowsOfSpace } from '../space-rows.ts';
import { type Catalog, type CatalogTable, compileCatalogTable, emptyCatalog, schemaName } from './catalog.ts';
import { parseCatalogRow } from './parse-catalog-row.ts';

/** The engine's own space: metadata, kept beside the rows it describes and in the same transactions. */
export const ENGINE_SPACE = 0;

/**
 * One metadata row. Keys are text, values JSON text:
 *
 *   catalog            {"revision": 7, "nextTableId": 3}
 *   database/shop      a DatabaseDefinition
 *   table/2            a TableDefinition, by id; absent once the table is deleted
 *   alias/shop.fav     an AliasDefinition
 *   query/shop.top     a QueryDefinition
 *   storage/main       a StorageDefinition; the built-in ones have no row
 *   schema/2/1         the TableDefinition that had schema revision 1; kept for readers of the feed
 *   dropped/1          {}: a deleted table
 *   rework/2           the reworks of table 2, a list of `Rework`; absent when there are none
 *
 * Rows named queue/… lie in the same space and belong to the queue (`queue/queue-mark.ts`).
 */
export type CatalogRow = { readonly key: string; readonly value: object | null };

/** The row of the catalog's own numbers. */
export function numbersRow({ revision, nextTableId }: Catalog): CatalogRow {
  return { key: 'catalog', value: { revision, nextTableId } };
}

/** The row of a table's reworks. */
export function reworkRow(id: TableId, list: readonly Rework[]): CatalogRow {
  return { key: `rework/${id}`, value: list.length === 0 ? null : list };
}

/** Encodes metadata rows for the store; a null value deletes. */
export function catalogWrites(rows: readonly CatalogRow[]): RowWrite[] {
  const encoder = new TextEncoder();
  return rows.map((row) => ({
    space: ENGINE_SPACE,
    key: encoder.encode(row.key),
    value: row.value === null ? undefined : encoder.encode(JSON.stringify(row.value)),
  }));
}

/** Reads the whole catalog as of the reader's position. */
export async function readCatalog(reader: StoreReader, saltBytes: number): Promise<Catalog> {
  const decoder = new TextDecoder();
  const loading = emptyForLoading(saltBytes);
  for await (const row of rowsOfSpace(reader, ENGINE_SPACE)) {
    const key = decoder.decode(row.key);
    if (!key.startsWith('queue/')) loadRow(loading, key, parseCatalogRow(key, decoder.decode(row.value)));
  }
  const { reworkLists: _, ...catalog } = loading;
  return catalog;
}

interface LoadingCatalog extends Catalog {
  revision: number;
  nextTableId: number;
  readonly databases: Map<string, DatabaseDefinition>;
  readonly tables: Map<string, CatalogTable>;
  readonly aliases: Map<string, AliasDefinition>;
  readonly queries: Map<string, QueryDefinition>;
  readonly storages: Map<string, StorageDefinition>;
  readonly tablesById: Map<TableId, CatalogTable>;
  readonly schemas: Map<string, Table>;
  readonly dropped: Set<TableId>;
  readonly reworks: Map<TableId, TableReworks>;
  /** Rows of reworks come before those of their tables. */
  readonly reworkLists: Map<TableId, readonly Rework[]>;
}

function emptyForLoading(saltBytes: number): LoadingCatalog {
  const empty = emptyCatalog(saltBytes);
  return {
    ...empty,
    databases: new Map(empty.databases),
    tables: new Map(empty.tables),
    aliases: new Map(),
    queries: new Map(),
    storages: new Map(empty.storages),
    tablesById: new Map(empty.tablesById),
    schemas: new Map(empty.schemas),
    dropped: new Set(),
    reworks: new Map(),
    reworkLists: new Map(),
  };
}

function loadRow(catalog: LoadingCatalog, key: string, value: unknown): void {
  const [area = '', name = '', revision] = key.split('/');
  switch (area) {
    case 'catalog': {
      const numbers = value as { revision: number; nextTableId: number };
      catalog.revision = numbers.revision;
      catalog.nextTableId = numbers.nextTableId;
      return;
    }
    case 'database':
      catalog.databases.set(name, value as DatabaseDefinition);
      return;
    case 'alias':
      catalog.aliases.set(name, readAlias(value));
      return;
    case 'query':
      catalog.queries.set(name, value as QueryDefinition);
      return;
    case 'storage':
      catalog.storages.set(name, value as StorageDefinition);
      return;
    case 'table': {
      const definition = readDefinition(value);
      const list = catalog.reworkLists.get(definition.id) ?? [];
      const entry = compileCatalogTable(definition, list, catalog.saltBytes);
      if (entry.reworks !== undefined) catalog.reworks.set(definition.id, entry.reworks);
      catalog.tables.set(`${definition.database}.${definition.table}`, entry);
      catalog.tablesById.set(definition.id, entry);
      return;
    }
    case 'schema':
      catalog.schemas.set(
        schemaName(tableId(Number(name)), Number(revision)),
        compileTable(readDefinition(value), catalog.saltBytes),
      );
      return;
    case 'dropped':
      catalog.dropped.add(tableId(Number(name)));
      return;
    case 'rework':
      catalog.reworkLists.set(tableId(Number(name)), value as readonly Rework[]);
      return;
    default:
      invariant(false, `the catalog has no area "${area}" (row ${key})`);
  }
}

/**
 * Definitions of before the v2 calls lack what only these can change. Members keep their places: the next change writes them
 * in this order, and a replay that never read this row writes the same bytes.
 */
function readDefinition(value: unknown): TableDefinition {
  const stored = value as TableDefinition;
  return {
    ...stored,
    layout: stored.layout ?? 'INDEXED',
    event: stored.event ?? false,
    readOnly: stored.readOnly ?? stored.schema.kind === 'multiEdge',
  };
}

function readAlias(value: unknown): AliasDefinition {
  const stored = value as AliasDefinition;
  return { ...stored, tableDatabase: stored.tableDatabase ?? stored.database };
}
