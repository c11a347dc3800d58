import { setTimeout as sleep } from 'node:timers/promises';
import { ActionbaseError, type TableHandle } from '@actionbase/client';
import type { EventType } from '@actionbase/core/model/edge';
import type { TableSchema } from '@actionbase/core/model/schema';
import { UsageError } from '../arguments/usage-error.ts';
import { BatchSender } from './batch-sender.ts';
import { type ColumnMap, PLAIN_COLUMNS } from './column-map.ts';
import { Lanes } from './lanes.ts';
import { LoadCheckpoint } from './load-checkpoint.ts';
import type { LedgerRow, LoadCounts } from './load-ledger.ts';
import { LoadProgress, type ProgressFigures } from './load-progress.ts';
import type { LoadState } from './load-state.ts';
import { type MappedRow, mapCsvRow, mapJsonRow, type RowMapping, type VersionRule } from './map-row.ts';
import { parseCsvRow } from './parse-csv-row.ts';
import { readRows, type TextRow } from './read-rows.ts';
import type { RowSource } from './row-source.ts';

export interface LoadParts {
  /** Undefined for standard input. */
  readonly path: string | undefined;
  readonly statePath: string | undefined;
  readonly rejectsPath: string;
  /** Where to begin: a new state, or that of the load that is resumed. */
  readonly state: LoadState;
  readonly table: TableHandle;
  readonly schema: TableSchema;
  readonly map: ColumnMap | null;
  readonly type: EventType;
  /** `fixed` stands for the start of the load. */
  readonly version: VersionRule['kind'];
  readonly batchRowsMax: number;
  readonly concurrency: number;
  readonly patienceMs: number;
  /** Rows of another shape than `state.plan.format` names. */
  readonly source?: RowSource;
  readonly interrupted: AbortSignal;
  readonly onProgress: (figures: ProgressFigures) => void;
  readonly onWaiting: (error: ActionbaseError) => void;
}

/** How a load ended. Unless it is done, the same command goes on from `line`. */
export type LoadEnd = { readonly line: number; readonly counts: LoadCounts } & (
  | { readonly kind: 'done' }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'stopped'; readonly error: ActionbaseError }
);

const SAVE_MS = 1_000;
const PROGRESS_MS = 250;
/** Rows on their way, in batches of all lanes: a lane that fills slowly is sent before its turn. */
const BATCHES_ON_THE_WAY_MAX = 4;

/** Loads the rows of a file into a table. */
export async function load(parts: LoadParts): Promise<LoadEnd> {
  const { state, statePath, rejectsPath } = parts;
  await using checkpoint = await LoadCheckpoint.open({ state, statePath, rejectsPath });
  const loader = new Loader(parts, checkpoint);
  const end = await loader.run();
  await checkpoint.save();
  const { line, counts } = checkpoint.state;
  return { ...end, line, counts };
}

type End = { kind: 'done' } | { kind: 'interrupted' } | { kind: 'stopped'; error: ActionbaseError };

class Loader {
  readonly #parts: LoadParts;
  readonly #checkpoint: LoadCheckpoint;
  readonly #lanes: Lanes;
  readonly #progress: LoadProgress;
  readonly #mapping: RowMapping;
  #savedMs = 0;
  #toldMs = 0;

  constructor(parts: LoadParts, checkpoint: LoadCheckpoint) {
    const { table, schema, patienceMs, interrupted, onWaiting } = parts;
    this.#parts = parts;
    this.#checkpoint = checkpoint;
    this.#mapping = mappingOf(parts);
    const sender = new BatchSender({
      table,
      schema,
      patienceMs,
      interrupted,
      onWaiting,
      nowMs: Date.now,
      sleep: (ms, signal) => sleep(ms, undefined, { signal }),
    });
    const { concurrency: lanes, batchRowsMax } = parts;
    this.#lanes = new Lanes({ lanes, batchRowsMax, send: (rows) => sender.send(rows) });
    const sizeBytes = parts.path === undefined ? null : parts.state.file.sizeBytes;
    this.#progress = new LoadProgress(parts.source?.size ?? sizeBytes);
  }

  async run(): Promise<End> {
    try {
      await this.#addRows();
      await this.#lanes.flush();
      return { kind: 'done' };
    } catch (error) {
      // What is under way may still be answered; it counts.
      await this.#lanes.drain();
      if (this.#parts.interrupted.aborted) return { kind: 'interrupted' };
      if (error instanceof ActionbaseError) return { kind: 'stopped', error };
      throw error;
    }
  }

  async #addRows(): Promise<void> {
    const { path, state, source, interrupted: signal } = this.#parts;
    const isCsv = state.plan.format === 'csv';
    // A header that was read, with no row behind it that is loaded, is read again.
    let columns = isCsv && state.offset > 0 ? state.columns : null;
    const { offset, line } = state;
    const start = { path, withQuotes: isCsv, offset, line, signal };
    for await (const rows of source === undefined ? readRows(start) : source.read({ offset, line, signal })) {
      for (const row of rows) {
        if (isCsv && columns === null) {
          columns = readHeader(row, this.#parts);
          this.#checkpoint.nameColumns(columns);
        } else {
          await this.#addRow(row, columns);
        }
      }
    }
  }

  async #addRow(row: TextRow, columns: readonly string[] | null): Promise<void> {
    // Before anything is sent: a load that dies at once must keep its versions.
    if (this.#savedMs === 0) await this.#save();
    const { ledger } = this.#checkpoint;
    const { batchRowsMax, concurrency } = this.#parts;
    const { problem: _, ...place } = row;
    const entry: LedgerRow = { ...place, outcome: null };
    ledger.add(entry);
    const mapped = this.#map(row, columns);
    if (mapped.kind === 'problem') {
      entry.outcome = { kind: 'rejected', code: mapped.code, message: mapped.message };
    } else {
      const settle = (outcome: NonNullable<LedgerRow['outcome']>): void => {
        entry.outcome = outcome;
      };
      const { type, edge, further, key } = mapped;
      await this.#lanes.add({ type, edge, further, key, settle }, row.text.length);
    }
    if (ledger.length >= batchRowsMax * concurrency * BATCHES_ON_THE_WAY_MAX) {
      await this.#lanes.flush();
      await this.#save();
    }
    await this.#tick();
  }

  #map(row: TextRow, columns: readonly string[] | null): MappedRow {
    if (row.problem !== null) return { kind: 'problem', ...row.problem };
    const { source } = this.#parts;
    if (source !== undefined) return source.map(row);
    if (columns === null) return mapJsonRow(row.text, row.line, this.#mapping);
    const fields = parseCsvRow(row.text);
    if (fields !== undefined) return mapCsvRow(fields, row.line, { ...this.#mapping, columns });
    return { kind: 'problem', code: 'malformed-row', message: 'a quote stands where none may' };
  }

  async #tick(): Promise<void> {
    const nowMs = Date.now();
    if (nowMs - this.#savedMs >= SAVE_MS) await this.#save();
    if (nowMs - this.#toldMs < PROGRESS_MS) return;
    this.#toldMs = nowMs;
    const { offset, counts } = this.#checkpoint.state;
    this.#parts.onProgress(this.#progress.update(nowMs, offset, counts));
  }

  async #save(): Promise<void> {
    await this.#checkpoint.save();
    this.#savedMs = Date.now();
  }
}

function mappingOf({ schema, map, type, version, state }: LoadParts): RowMapping {
  const rule: VersionRule = version === 'fixed' ? { kind: version, version: state.startedAtMs } : { kind: version };
  const isCsv = state.plan.format === 'csv';
  return { schema, map: isCsv ? (map ?? PLAIN_COLUMNS) : map, type, version: rule };
}

/** The columns of a CSV file; a map or a version that they don't have is a usage error. */
function readHeader(row: TextRow, { map, schema, version, path }: LoadParts): readonly string[] {
  const columns = row.problem === null ? parseCsvRow(row.text)?.map((column) => (column ?? '').trim()) : undefined;
  if (columns === undefined) throw new UsageError(`FILE is "${path ?? '-'}"; its first line is no CSV header.`);
  const twice = columns.find((column, place) => columns.indexOf(column) !== place);
  if (twice !== undefined) throw new UsageError(`The header names the column "${twice}" twice.`);
  const { properties, ...parts } = map ?? PLAIN_COLUMNS;
  const needed = schema.kind === 'multiEdge' ? [parts.id] : [parts.source, parts.target];
  if (version === 'row') needed.push(parts.version);
  for (const [, column] of properties ?? []) needed.push(column);
  const missing = needed.find((column) => column !== null && !columns.includes(column));
  if (missing === undefined) return columns;
  throw new UsageError(
    `The file has no column "${missing}"; its columns are ${columns.join(', ')}. ` +
      'Name them with --map, and for versions see --version.',
  );
}
