import { Failure } from '@actionbase/core/failure';
import type { TableId } from '@actionbase/core/model/table';
import type { Clock } from '@actionbase/ports/clock';
import type { Log } from '@actionbase/ports/log';
import type { Store } from '@actionbase/ports/store';
import { fencedFailure } from './apply/writer-state.ts';
import type { EngineLimits } from './limits.ts';
import { PARTITION } from './partition.ts';

/** How long log and feed are kept. */
export interface Retention {
  /** Frames younger than this are kept, milliseconds. */
  readonly ageMs: number;
  /** Bytes of log that may be kept; older frames go first. */
  readonly bytes: number;
}

export interface HousekeepingParts {
  readonly log: Log;
  readonly store: Store;
  readonly clock: Clock;
  readonly limits: EngineLimits;
  readonly retention: Retention;
  /** Pause between two rounds, milliseconds. */
  readonly pauseMs: number;
  readonly droppedTables: () => Iterable<TableId>;
  /** The first frame that a reader within the process still needs. */
  readonly firstNeeded: () => number;
  readonly onBroken: (error: unknown) => void;
}

/**
 * What goes on beside the requests: rows of deleted tables are cleared, and log and feed forget what is older than the
 * retention, but never what the store does not hold durably yet nor what a reader needs. An engine that nobody writes to
 * finds out here when another process has taken its place.
 */
export class Housekeeping implements AsyncDisposable {
  readonly #parts: HousekeepingParts;
  readonly #stopping = new AbortController();
  readonly #cleared = new Set<TableId>();
  readonly #running: Promise<void>;

  constructor(parts: HousekeepingParts) {
    this.#parts = parts;
    this.#running = this.#run();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#parts.log.confirm(PARTITION);
        await this.#clearDropped();
        await this.trim();
      } catch (error) {
        // A full or failing disk is tried again in the next round; the writer reports it to the clients.
        const isOver = !(error instanceof Failure) || fencedFailure(error) !== undefined;
        if (isOver) return this.#parts.onBroken(error);
      }
      await this.#parts.clock.sleep(this.#parts.pauseMs, this.#stopping.signal).catch(() => undefined);
    }
  }

  async #clearDropped(): Promise<void> {
    const { store, limits, droppedTables } = this.#parts;
    for (const id of droppedTables()) {
      if (this.#cleared.has(id)) continue;
      while (!(await store.clear({ kind: 'space', space: id }, limits.clearRowsMax))) {
        if (this.#stopping.signal.aborted) return;
      }
      this.#cleared.add(id);
    }
  }

  /** Forgets frames beyond the retention; returns the first frame that is kept. */
  async trim(): Promise<number> {
    const { log, store, limits, firstNeeded } = this.#parts;
    const { start } = log.bounds(PARTITION);
    const wanted = Math.min(await this.#firstWithin(), firstNeeded());
    if (wanted <= start) return start;
    // The position is read before the flush that makes it durable: frames applied meanwhile may still be lost.
    const applied = await store.progress(PARTITION);
    const before = Math.min(wanted, applied?.offset ?? 0);
    if (before <= start) return start;
    await store.flush();
    while (!(await store.clear({ kind: 'feed', partition: PARTITION, before }, limits.clearRowsMax))) {
      if (this.#stopping.signal.aborted) return start;
    }
    await log.trim(PARTITION, before);
    return before;
  }

  /** The first frame that the retention keeps, found by halving: stamps increase with the offset. */
  async #firstWithin(): Promise<number> {
    const { log, clock, retention } = this.#parts;
    const { start, end, bytes } = log.bounds(PARTITION);
    const excess = bytes > retention.bytes ? Math.floor((end - start) * (1 - retention.bytes / bytes)) : 0;
    const youngest = clock.nowMs() - retention.ageMs;
    let low = start + excess;
    let high = end;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const [frame] = await log.read(PARTITION, middle, { frames: 1, bytes: 1 });
      if (frame !== undefined && frame.stampMs < youngest) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
