import type { RowLimits } from '@actionbase/core/derive/row-limits';
import type { Entry } from '@actionbase/core/model/edge';
import type { Table } from '@actionbase/core/model/table';
import { bindEntry } from '@actionbase/core/record/bind-entry';
import { readLoadEntries } from '@actionbase/core/record/load-record';
import type { LoadHeader, LoadRows, RawEntry } from '@actionbase/core/record/log-record';
import { FreshRows } from './fresh-rows.ts';

/** A load that is ready to be applied. */
export interface ReadLoad {
  readonly kind: 'load';
  readonly header: LoadHeader;
  readonly rows: LoadRows;
  /** Made by the admission in this process; null where the load is known by its record alone. */
  readonly fresh: FreshRows | null;
}

/** The edges of a load seen through its table as it is now. */
export class BoundLoad {
  readonly fresh: FreshRows;
  readonly #table: Table;
  readonly #rows: LoadRows;
  #raw: readonly RawEntry[] | undefined;

  constructor({ header, rows, fresh }: ReadLoad, table: Table, limits: RowLimits) {
    this.#table = table;
    this.#rows = rows;
    if (fresh !== null && header.schemaRevision === table.revision) {
      this.fresh = fresh;
      return;
    }
    this.#raw = readLoadEntries(rows);
    const entries = this.#raw.map((raw) => bindEntry(table, raw));
    this.fresh = new FreshRows(table, entries, limits);
  }

  /** An edge as an entry; undefined where its key cannot be the table's. Read from the record when the first one is asked for. */
  entry(nth: number): Entry | undefined {
    this.#raw ??= readLoadEntries(this.#rows);
    const raw = this.#raw[nth];
    return raw === undefined ? undefined : bindEntry(this.#table, raw);
  }
}
