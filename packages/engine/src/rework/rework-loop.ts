import { Failure, invariant } from '@actionbase/core/failure';
import type { TableId } from '@actionbase/core/model/table';
import { encodeReworkRecord } from '@actionbase/core/record/rework-record';
import type { Clock } from '@actionbase/ports/clock';
import type { Writer } from '../apply/writer.ts';
import { retryPauseMs } from '../apply/writer-state.ts';
import type { EngineLimits } from '../limits.ts';
import { Wake } from '../wake.ts';

export interface ReworkLoopParts {
  readonly writer: Writer;
  readonly clock: Clock;
  readonly limits: EngineLimits;
  /** Told when the loop meets something that contradicts the rules, and stops. */
  readonly onBroken: (error: unknown) => void;
}

/** A call that waits for the reworks of a table. */
interface Caller {
  readonly table: TableId;
  /** How many more states are passed before it is answered; cells count as the states that can have them. */
  statesLeft: number;
  readonly release: () => void;
}

/** Cells that a state has at most in the rows of one group or cache: one in each direction. */
const CELLS_PER_NAME = 2;

/**
 * Takes the steps of all reworks, one at a time, table by table in turn. After each step it rests as long as the step took,
 * so that others have the writer for at least half of the time; for a call that waits it goes on without rest. What is left
 * to do stands in the catalog: a start goes on where the last run ended.
 */
export class ReworkLoop implements AsyncDisposable {
  readonly #parts: ReworkLoopParts;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  #lastTable = 0;
  #callers: readonly Caller[] = [];
  readonly #wake = new Wake();
  /** The rest that is under way. */
  #rest: AbortController | undefined;

  constructor(parts: ReworkLoopParts) {
    this.#parts = parts;
    this.#running = this.#run();
  }

  /** Tells the loop that a frame was applied: there may be new reworks. */
  notice(): void {
    if (this.#wake.isAwaited && this.#nextTable() !== undefined) this.#wake.wake();
  }

  /**
   * Resolves when no step of a table is left, when as many states were passed as a call waits for, or when a step fails.
   * Never rejects: the change that made the rework is in effect, whatever becomes of its steps.
   */
  finish(table: TableId): Promise<void> {
    const statesLeft = this.#parts.limits.reworkStatesInCallMax;
    if (this.#stopping.signal.aborted || statesLeft === 0 || !this.#hasSteps(table)) return Promise.resolve();
    return new Promise((release) => {
      this.#callers = [...this.#callers, { table, statesLeft, release }];
      this.#rest?.abort();
      this.#wake.wake();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    this.#wake.wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock, limits, onBroken } = this.#parts;
    const pauses = { min: limits.retryPauseMsMin, max: limits.retryPauseMsMax };
    let attempt = 0;
    while (!this.#stopping.signal.aborted) {
      try {
        const table = this.#nextTable();
        if (table === undefined) await this.#wake.wait();
        else await this.#stepAndRest(table);
        attempt = 0;
      } catch (error) {
        this.#release(() => true);
        if (!(error instanceof Failure)) {
          this.#stopping.abort();
          return onBroken(error);
        }
        await clock.sleep(retryPauseMs(attempt++, pauses), this.#stopping.signal).catch(() => undefined);
      }
    }
    this.#release(() => true);
  }

  /** The table that a call waits for, else the one whose turn it is; undefined when no table has steps left. */
  #nextTable(): TableId | undefined {
    const waited = this.#callers[0]?.table;
    if (waited !== undefined) return waited;
    let first: TableId | undefined;
    let next: TableId | undefined;
    for (const [id, { current }] of this.#parts.writer.state.catalog.reworks) {
      if (current === undefined) continue;
      if (first === undefined || id < first) first = id;
      if (id > this.#lastTable && (next === undefined || id < next)) next = id;
    }
    return next ?? first;
  }

  #hasSteps(table: TableId): boolean {
    return this.#parts.writer.state.catalog.reworks.get(table)?.current !== undefined;
  }

  async #stepAndRest(table: TableId): Promise<void> {
    const { clock, limits } = this.#parts;
    const beganMs = clock.monotonicMs();
    const states = await this.#step(table);
    this.#lastTable = table;
    for (const caller of this.#callers) if (caller.table === table) caller.statesLeft -= states;
    this.#release((caller) => caller.statesLeft <= 0 || !this.#hasSteps(caller.table));
    if (this.#callers.length > 0 || this.#nextTable() === undefined) return;
    const tookMs = clock.monotonicMs() - beganMs;
    this.#rest = new AbortController();
    const signal = AbortSignal.any([this.#stopping.signal, this.#rest.signal]);
    await clock.sleep(Math.max(limits.reworkRestMsMin, tookMs), signal).catch(() => undefined);
    this.#rest = undefined;
  }

  /** Has the next step of a table applied; answers how many states it passed, or those that can have the cells that it passed. */
  async #step(table: TableId): Promise<number> {
    const { writer, clock, limits } = this.#parts;
    const entry = writer.state.catalog.tablesById.get(table);
    const rework = entry?.reworks?.current;
    if (entry === undefined || rework === undefined) return 0;
    const { phase, cursor, removes } = rework;
    const stamp = { timeMs: clock.nowMs(), requestId: '-', actor: '-' };
    const { reworkRowsMax: rowsMax, reworkBytesMax: bytesMax } = limits;
    const bytes = encodeReworkRecord({ kind: 'rework', stamp, table, phase, cursor, rowsMax, bytesMax });
    const { results } = await writer.submit([{ kind: 'bytes', bytes }], 1, { isAlone: true });
    const [result] = results;
    invariant(result?.kind === 'rework', 'a step of a rework has the result of one');
    if (result.cells === 0) return result.states;
    const names = entry.table.groups.length + entry.table.caches.length + removes.length;
    return result.cells / (names * CELLS_PER_NAME);
  }

  #release(isDone: (caller: Caller) => boolean): void {
    const done = this.#callers.filter(isDone);
    this.#callers = this.#callers.filter((caller) => !done.includes(caller));
    for (const { release } of done) release();
  }
}
