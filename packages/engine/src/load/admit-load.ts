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
import { type PreparedEdge, prepareLoad } from './prepare-load.ts';

/** A load as a caller asks for it, before anything is cast. */
export interface LoadRequest extends LoadCall {
  readonly database: string;
  /** A table or an alias. */
  readonly table: string;
  readonly kind: Table['kind'];
  readonly stamp: RequestStamp;
}

/** A load that was cast and checked as a whole, sorted, and prepared. */
export interface AdmittedLoad {
  readonly kind: 'load';
  readonly header: LoadHeader;
  readonly table: Table;
  readonly entries: readonly Entry[];
  readonly prepared: readonly PreparedEdge[];
  readonly rows: LoadRows;
  /** The log record. */
  readonly bytes: Uint8Array;
}

/** An admitted load, and for each of its edges the row of the request. */
export interface LoadAdmission {
  readonly load: AdmittedLoad;
  readonly requestRows: readonly number[];
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
  const { entries, prepared, requestRows } = sortByKey(table, inOrder, rules);
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
  return { load: { kind: 'load', header, table, entries, prepared, rows, bytes }, requestRows };
}

function requireRowSizes(table: Table, at: { readonly row: number; readonly entry: Entry }, limits: RowLimits): void {
  try {
    requireSizes(table, at.entry, limits);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(error.kind, `rows[${at.row}]: ${error.message}`, { ...error.details, row: at.row }, error);
  }
}

type Sorted = Pick<AdmittedLoad, 'entries' | 'prepared'> & Pick<LoadAdmission, 'requestRows'>;

function sortByKey(table: Table, entries: readonly Entry[], limits: RowLimits): Sorted {
  const edges = prepareLoad(table, entries, limits).map((prepared, row) => ({ prepared, row, entry: entries[row] }));
  edges.sort((a, b) => compareBytes(a.prepared.stateKey, b.prepared.stateKey) || compareVersions(a.entry, b.entry));
  return {
    entries: edges.flatMap(({ entry }) => entry ?? []),
    prepared: edges.map(({ prepared }) => prepared),
    requestRows: edges.map(({ row }) => row),
  };
}

/** Rows of one key and version stay in their order: the sort is stable. */
function compareVersions(a: Entry | undefined, b: Entry | undefined): number {
  const [x = 0n, y = 0n] = [a?.events[0]?.version, b?.events[0]?.version];
  return x < y ? -1 : x > y ? 1 : 0;
}
