import type { TableDefinition } from '@actionbase/core/model/catalog';
import { tableId } from '@actionbase/core/model/table';

/** The largest number that a store takes as a space. No table that somebody creates ever gets it, and no row is ever in it. */
export const NIL_TABLE_ID = tableId(0x7fff_fffe);

/** The table `sys.nil`, which always exists and keeps nothing. */
export const NIL_TABLE: TableDefinition = {
  id: NIL_TABLE_ID,
  database: 'sys',
  table: 'nil',
  schema: {
    kind: 'edge',
    source: { type: 'string', comment: '' },
    target: { type: 'string', comment: '' },
    properties: [],
    direction: 'BOTH',
    indexes: [],
    groups: [],
    caches: [],
  },
  schemaRevision: 1,
  mode: 'SYNC',
  layout: 'NIL',
  event: false,
  readOnly: false,
  storage: 'datastore://sys/nil',
  active: true,
  comment: 'Takes everything and keeps nothing',
  revision: 1,
  createdAt: 0,
  createdBy: 'system',
  updatedAt: 0,
  updatedBy: 'system',
};
