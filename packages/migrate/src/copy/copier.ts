import { Failure } from '@actionbase/core/failure';
import type { Clock } from '@actionbase/ports/clock';
import type {
  LegacyChunk,
  LegacyPosition,
  LegacySource,
  LegacyTableDescription,
  LegacyValue,
} from '@actionbase/ports/legacy';
import { obstaclesOf } from '../declare/fit-table.ts';
import type { Migration } from '../declare/migration.ts';
import { RowMapping } from '../declare/row-mapping.ts';
import { migrateFailures } from '../failures.ts';
import { BUSY_PAUSE_MS, COPY_PATIENCE_MS, RETRY_MS } from '../limits.ts';
import type { Checkpoint } from '../send/checkpoint.ts';
import { eventOfRow } from '../send/edge-event.ts';
import { type CopyState, parseCopyState, printCopyState } from './copy-state.ts';
import type { Loader } from './loader.ts';

export interface CopierParts {
  readonly migration: Migration;
  readonly source: LegacySource;
  readonly loader: Loader;
  readonly checkpoint: Checkpoint;
  readonly clock: Clock;
  /** Told after every chunk that is in the new table. */
  readonly onProgress?: ((progress: CopyProgress) => void) | undefined;
}

export interface CopyProgress {
  readonly rows: number;
  /** About how many rows there are in all, as the old database guesses. */
  readonly rowsAbout: number;
  /** The end of the old log before the first row was read. */
  readonly from: LegacyPosition;
  /** The position of the last chunk. */
  readonly through: LegacyPosition;
  /** Since this copier began. */
  readonly rowsPerS: number;
  readonly isDone: boolean;
}

/** A copy while it goes on. */
interface Copy {
  readonly key: readonly string[];
  readonly rowsAbout: number;
  readonly began: { readonly ms: number; readonly rows: number };
  state: CopyState;
  /** The key of the last row that was read; the state is a chunk or two behind it. */
  readAfter: readonly LegacyValue[] | null;
}

/**
 * Copies the old table, chunk by chunk in the order of its key, while everybody writes on: each chunk is a snapshot at one
 * position, and no lock is taken. What changes meanwhile the follower brings, from a position before the first chunk;
 * versions decide what stays, so any overlap is harmless.
 *
 * A chunk counts once the checkpoint says so, after the new table has acknowledged it. A copier that dies begins again with
 * the chunk that it was at.
 */
export class Copier {
  readonly #parts: CopierParts;
  readonly #mapping: RowMapping;

  constructor(parts: CopierParts) {
    this.#parts = parts;
    this.#mapping = new RowMapping(parts.migration.edge);
  }

  /** Where the follower begins: the end of the old log before the first row is read. Written down when it was not yet. */
  async begin(signal: AbortSignal): Promise<LegacyPosition> {
    return ((await this.#saved()) ?? (await this.#first(signal))).from;
  }

  /** Begins or goes on, and resolves when all rows are copied, or when the signal was aborted. */
  async run(signal: AbortSignal): Promise<CopyProgress> {
    const { migration, source } = this.#parts;
    const description = await this.#patiently(() => source.describe(migration.from), signal);
    const obstacles = obstaclesOf(migration, description);
    if (obstacles.length > 0) throw new Failure(migrateFailures['migration-unfit'], obstacles.join(' '));
    const copy = await this.#begin(description, signal);
    try {
      await this.#copyRest(copy, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    return this.#progress(copy);
  }

  async #copyRest(copy: Copy, signal: AbortSignal): Promise<void> {
    if (copy.state.isDone) return;
    let reading = this.#read(copy, signal);
    while (!copy.state.isDone && !signal.aborted) {
      const chunk = await reading;
      const last = chunk.rows.at(-1);
      if (last !== undefined) copy.readAfter = copy.key.map((name) => last[name] ?? null);
      const after = copy.readAfter;
      // The next chunk is read while this one is loaded; its failure is met when its turn comes.
      if (chunk.more) reading = this.#read(copy, signal);
      reading.catch(() => undefined);
      await this.#load(chunk, signal);
      const rows = copy.state.rows + chunk.rows.length;
      copy.state = { ...copy.state, after, rows, through: chunk.position, isDone: !chunk.more };
      await this.#save(copy.state);
      this.#parts.onProgress?.(this.#progress(copy));
    }
  }

  #progress({ state, began, rowsAbout }: Copy): CopyProgress {
    const { rows, from, through, isDone } = state;
    const seconds = (this.#parts.clock.monotonicMs() - began.ms) / 1_000;
    const rowsPerS = seconds > 0 ? Math.round((rows - began.rows) / seconds) : 0;
    return { rows, rowsAbout, from, through, rowsPerS, isDone };
  }

  async #begin({ primaryKey, rowsAbout }: LegacyTableDescription, signal: AbortSignal): Promise<Copy> {
    const state = (await this.#saved()) ?? (await this.#first(signal));
    const began = { ms: this.#parts.clock.monotonicMs(), rows: state.rows };
    return { state, key: primaryKey, readAfter: state.after, rowsAbout, began };
  }

  async #saved(): Promise<CopyState | undefined> {
    const text = await this.#parts.checkpoint.load();
    return text === undefined ? undefined : parseCopyState(text, this.#parts.migration.from);
  }

  /** The end of the log is written down before the first row is read. */
  async #first(signal: AbortSignal): Promise<CopyState> {
    const { migration, source } = this.#parts;
    const from = await this.#patiently(() => source.position(), signal);
    const state = { table: migration.from, from, after: null, rows: 0, through: from, isDone: false };
    await this.#save(state);
    return state;
  }

  async #save(state: CopyState): Promise<void> {
    await this.#parts.checkpoint.save(printCopyState(state));
  }

  /** The next chunk, not before the throttle allows it. */
  async #read({ key, readAfter }: Copy, signal: AbortSignal): Promise<LegacyChunk> {
    const { migration, source, clock } = this.#parts;
    const { chunkRows, rowsPerSMax, threadsRunningMax } = migration.throttle;
    const beganMs = clock.monotonicMs();
    while ((await this.#patiently(() => source.health(), signal)).threadsRunning > threadsRunningMax) {
      await clock.sleep(BUSY_PAUSE_MS, signal);
    }
    const request = {
      table: migration.from,
      columns: [...new Set([...this.#mapping.columns, ...key])],
      rowsMax: chunkRows,
      after: readAfter ?? undefined,
    };
    const chunk = await this.#patiently(() => source.readChunk(request), signal);
    const restMs = beganMs + (chunk.rows.length * 1_000) / rowsPerSMax - clock.monotonicMs();
    if (restMs > 0) await clock.sleep(restMs, signal);
    return chunk;
  }

  async #load(chunk: LegacyChunk, signal: AbortSignal): Promise<void> {
    const { source, loader } = this.#parts;
    const rank = source.rank(chunk.position);
    await loader.load(
      chunk.rows.map((row) => eventOfRow(this.#mapping, row, rank)),
      signal,
    );
  }

  /** Tries again what may be tried again, for a while: the old database may be restarted under a copy. */
  async #patiently<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const { clock } = this.#parts;
    const beganMs = clock.monotonicMs();
    for (;;) {
      try {
        return await work();
      } catch (error) {
        const isOver = clock.monotonicMs() - beganMs > COPY_PATIENCE_MS;
        if (!(error instanceof Failure) || error.kind.retry === 'never' || isOver) throw error;
      }
      await clock.sleep(RETRY_MS, signal);
    }
  }
}
