import type { CatalogEntity } from '../../model/catalog.ts';
import { compileTable } from '../../model/compile-table.ts';
import type { EdgeSchema } from '../../model/schema.ts';
import { type Table, tableId } from '../../model/table.ts';

/** The tables in which the reference keeps its metadata, by the kind of entity. Ours keeps nothing there: space 0 has no such rows. */
export const METADATA_TABLES: Readonly<Record<CatalogEntity['kind'], Table>> = {
  database: metadataTable('service', {}),
  table: metadataTable('label', {
    type: false,
    schema: false,
    dirType: false,
    storage: false,
    groups: true,
    indices: false,
    caches: true,
    event: false,
    readOnly: false,
    mode: true,
  }),
  alias: metadataTable('alias', { target: false }),
  query: metadataTable('query', { query: false, stats: false }),
  storage: metadataTable('storage', { type: false, conf: false }),
};

/** Whether this is "database.table" of a metadata table. */
export function isMetadataTable(name: string): boolean {
  return Object.values(METADATA_TABLES).some((table) => `${table.database}.${table.name}` === name);
}

/** A metadata table with these properties after the two that all have, each with whether it may be null. */
function metadataTable(table: string, properties: Readonly<Record<string, boolean>>): Table {
  const field = ([name, nullable]: [string, boolean]) => {
    const isFlag = ['props_active', 'event', 'readOnly'].includes(name);
    return { name, type: isFlag ? 'boolean' : 'string', comment: '', nullable } as const;
  };
  const schema: EdgeSchema = {
    kind: 'edge',
    source: { type: 'string', comment: '' },
    target: { type: 'string', comment: '' },
    properties: Object.entries({ props_active: true, desc: false, ...properties }).map(field),
    direction: 'OUT',
    indexes: [],
    groups: [],
    caches: [],
  };
  const never = { revision: 1, createdAt: 0, createdBy: 'system', updatedAt: 0, updatedBy: 'system' };
  const definition = { database: 'sys', table, schema, schemaRevision: 1, storage: '', comment: '', ...never };
  const flags = { mode: 'SYNC', layout: 'HASH', event: false, readOnly: false, active: true } as const;
  return compileTable({ id: tableId(0), ...definition, ...flags });
}
