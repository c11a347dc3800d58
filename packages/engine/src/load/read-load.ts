import type { Entry } from '@actionbase/core/model/edge';
import type { Table } from '@actionbase/core/model/table';
import { bindEntry } from '@actionbase/core/record/bind-entry';
import { readLoadEntries } from '@actionbase/core/record/load-record';
import type { LoadHeader, LoadRecord, LoadRows } from '@actionbase/core/record/log-record';
import type { AdmittedLoad } from './admit-load.ts';

/** A load that is ready to be applied: from admission, with what was prepared there, or from its record. */
export interface ReadLoad {
  readonly kind: 'load';
  readonly header: LoadHeader;
  readonly rows: LoadRows;
  readonly from: AdmittedLoad | LoadRecord;
}

/** The edges of a load as entries of the table as it is now; undefined where a key cannot be that table's. */
export function entriesOfLoad({ from, header }: ReadLoad, table: Table): readonly (Entry | undefined)[] {
  if ('prepared' in from && header.schemaRevision === table.revision) return from.entries;
  const raw = 'prepared' in from ? readLoadEntries(from.rows) : from.entries;
  return raw.map((entry) => bindEntry(table, entry));
}
