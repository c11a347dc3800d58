import { encodeStateKey } from '@actionbase/core/codec/row-key';
import type { RowLimits } from '@actionbase/core/derive/row-limits';
import { Failure } from '@actionbase/core/failure';
import type { Entry } from '@actionbase/core/model/edge';
import type { Table } from '@actionbase/core/model/table';
import { compareBytes } from '@actionbase/core/query/byte-order';
import { encodeLoadRecord, encodeLoadRows } from '@actionbase/core/record/load-record';
import type { LoadHeader, LoadRows, RequestStamp } from '@actionbase/core/record/log-record';
import { castLoad, type LoadCall } from '@actionbase/core/wire/load-json';
import {
  type AdmitRules,
  boundedStamp,
  requireKind,
  requireRecordSize,
  requireRowCount,
  requireSizes,
} from '../admit/admit.ts';
import { resolveMode } from '../admit/resolve-mode.ts';
import { type Catalog, resolveTable } from '../catalog/catalog.ts';
import { requireIndexed } from '../catalog/table-layout.ts';
import { engineFailures } from '../failures.ts';
import { FreshRows } from './fresh-rows.ts';

/** A load as a caller asks for it, before anything is cast. */
export interface LoadRequest extends LoadCall {
  readonly database: string;
  /** A table or an alias. */
  readonly table: string;
  readonly kind: Table['kind'];
  readonly stamp: RequestStamp;
}

/** A load that was cast and checked as a whole, sorted, and prepared: bytes, no objects. */
export interface AdmittedLoad {
  readonly kind: 'load';
  readonly header: LoadHeader;
  readonly rows: LoadRows;
  readonly fresh: FreshRows;
  /** The log record. */
  readonly bytes: Uint8Array;
}

/** An admitted load, and for each of its edges the row of the request. */
export interface LoadAdmission {
  readonly load: AdmittedLoad;
  readonly requestRows: Int32Array;
}

/**
 * Casts and checks a whole load under one catalog, and sorts its edges by key and version. A failure means that nothing of it
 * is written anywhere.
 */
export function admitLoad(catalog: Catalog, request: LoadRequest, rules: AdmitRules): LoadAdmission {
  const resolved = resolveTable(catalog, request.database, request.table);
  const { table } = resolved;
  requireIndexed(table);
  requireKind(table, request.kind);
  const mode = resolveMode({
    table: resolved.definition.mode,
    request: 'SYNC',
    system: rules.systemMode,
    force: false,
  });
  if (mode.effective !== 'SYNC') {
    const message = `a load takes effect at once, and the mode of this server is ${mode.effective}; start it in another one to load`;
    throw new Failure(engineFailures['mode-conflict'], message, { mode: mode.effective });
  }
  const inOrder = castLoad(table, request);
  requireRowCount(table, inOrder.length, rules.derivedRowsMax);
  for (const [row, entry] of inOrder.entries()) requireRowSizes(table, { row, entry }, rules);
  const requestRows = sortedRows(table, inOrder);
  const entries = Array.from(requestRows, (row) => inOrder[row]).filter((entry) => entry !== undefined);
  const header = {
    stamp: boundedStamp(request.stamp),
    mode,
    table: table.id,
    schemaRevision: table.revision,
    alias: resolved.alias,
  };
  const rows = encodeLoadRows(table, entries);
  const bytes = encodeLoadRecord(header, rows);
  requireRecordSize(bytes.length, rules.recordBytesMax);
  return { load: { kind: 'load', header, rows, fresh: new FreshRows(table, entries, rules), bytes }, requestRows };
}

function requireRowSizes(table: Table, at: { readonly row: number; readonly entry: Entry }, limits: RowLimits): void {
  try {
    requireSizes(table, at.entry, limits);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(error.kind, `rows[${at.row}]: ${error.message}`, { ...error.details, row: at.row }, error);
  }
}

/** The rows of the request in the order of their keys and versions; those of one key and version stay in their order. */
function sortedRows(table: Table, entries: readonly Entry[]): Int32Array {
  const keyed = entries.map((entry, row) => ({
    key: encodeStateKey(table, entry.key),
    version: entry.events[0]?.version ?? 0n,
    row,
  }));
  keyed.sort((a, b) => compareBytes(a.key, b.key) || (a.version < b.version ? -1 : a.version > b.version ? 1 : 0));
  return Int32Array.from(keyed, ({ row }) => row);
}
