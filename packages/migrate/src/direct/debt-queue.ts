import { Failure } from '@actionbase/core/failure';
import type { Clock } from '@actionbase/ports/clock';
import type { Disk } from '@actionbase/ports/disk';
import { afterFailure, afterSuccess, type Breaker, CLOSED_BREAKER } from './breaker.ts';
import { DebtFile } from './debt-file.ts';
import type { DebtLine } from './debt-line.ts';
import {
  applyDebtLine,
  type DebtState,
  type DoubtfulWrite,
  debtKey,
  emptyDebt,
  linesOf,
  nextToPay,
} from './debt-state.ts';
import { DIRECT_LIMITS } from './limits.ts';
import type { KeyedEdge, NewSide } from './new-side.ts';
import { Wake } from './wake.ts';

export interface DebtParts {
  readonly disk: Disk;
  readonly directory: string;
  readonly clock: Clock;
  readonly newSide: NewSide;
  /** The new table: its own name, which no fence closes. */
  readonly table: string;
  /** What the old side holds of a key now; missing where doubtful writes are left to the follower. */
  readonly current: ((edge: Pick<KeyedEdge, 'source' | 'target'>) => Promise<KeyedEdge>) | undefined;
}

/** How a debt stands. */
export interface DebtStatus {
  /** Keys of which the new side lacks the newest edge. */
  readonly owed: number;
  /** Writes whose end was not seen. */
  readonly doubtful: number;
  /** Edges that the new side refuses as they are; they are tried again now and then. */
  readonly refused: number;
  readonly refusal: string | null;
  /** Edges that were not recorded, because the debt is full or the disk fails: the follower must bring them. */
  readonly unrecorded: number;
  /** Why the last payment failed; null when none did, or one has succeeded since. */
  readonly failing: string | null;
  readonly breaker: Breaker;
}

/**
 * Edges that the new side lacks: kept on disk, and paid, the oldest key first, as soon as the new side takes them. A crash
 * loses none that was recorded; paying twice is harmless.
 */
export class DebtQueue implements AsyncDisposable {
  readonly #parts: DebtParts;
  readonly #file: DebtFile;
  readonly #state: DebtState;
  readonly #wake = new Wake();
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  /** Doubtful writes that are under way in this process. */
  readonly #underWay = new Set<number>();
  readonly #refused = new Map<string, string>();
  #breaker: Breaker = CLOSED_BREAKER;
  #unrecorded = 0;
  #failing: string | null = null;
  #failures = 0;
  #lastId: number;
  #rewriting = false;

  private constructor(parts: DebtParts, file: DebtFile, state: DebtState) {
    this.#parts = parts;
    this.#file = file;
    this.#state = state;
    this.#lastId = Math.max(0, ...state.doubtful.keys());
    this.#running = this.#run();
  }

  static async open(parts: DebtParts): Promise<DebtQueue> {
    const { file, lines } = await DebtFile.open(parts.disk, parts.directory);
    const state = emptyDebt();
    for (const line of lines) applyDebtLine(state, line);
    return new DebtQueue(parts, file, state);
  }

  get status(): DebtStatus {
    return {
      owed: this.#state.owed.size,
      doubtful: this.#state.doubtful.size - this.#underWay.size,
      refused: this.#refused.size,
      refusal: this.#refused.values().next().value ?? null,
      unrecorded: this.#unrecorded,
      failing: this.#failing,
      breaker: this.#breaker,
    };
  }

  /** Whether the new side may lack something of this source. */
  owes(source: string): boolean {
    return this.#state.sources.has(source);
  }

  /** Records that the new side lacks an edge; never throws. Durable when it resolves, unless `unrecorded` rose. */
  async owe(edge: KeyedEdge): Promise<void> {
    const { owed } = this.#state;
    if (owed.size >= DIRECT_LIMITS.debtKeysMax && !owed.has(debtKey(edge))) {
      this.#unrecorded += 1;
      return;
    }
    await this.#record({ kind: 'owed', edge });
    this.#wake.call();
  }

  /** Tells that the new side has this version of an edge. */
  paid(edge: KeyedEdge): void {
    const before = this.#state.owed.get(debtKey(edge));
    if (before === undefined || before.version > edge.version) return;
    this.#refused.delete(debtKey(edge));
    void this.#record({ kind: 'paid', edge });
  }

  /** Records that the old side is about to be written; undefined when that cannot be made durable, which `unrecorded` counts. */
  async mean(edge: Pick<KeyedEdge, 'source' | 'target'>): Promise<number | undefined> {
    this.#lastId += 1;
    const id = this.#lastId;
    const line = { kind: 'meant', id, edge: { source: edge.source, target: edge.target } } as const;
    this.#underWay.add(id);
    applyDebtLine(this.#state, line);
    try {
      await this.#file.append(line);
    } catch (error) {
      this.#underWay.delete(id);
      applyDebtLine(this.#state, { kind: 'settled', id });
      if (!(error instanceof Failure)) throw error;
      this.#unrecorded += 1;
      return undefined;
    }
    return id;
  }

  /** Tells that what was meant is known to have happened, or not, and that what follows from it is on its way. */
  settle(id: number): void {
    this.#underWay.delete(id);
    void this.#record({ kind: 'settled', id });
  }

  /** Tells that what became of the write is not known. */
  doubt(id: number): void {
    this.#underWay.delete(id);
    this.#wake.call();
  }

  /** Tells what became of a dual write. */
  note(outcome: 'success' | 'failure'): void {
    this.#breaker =
      outcome === 'success'
        ? afterSuccess(this.#breaker)
        : afterFailure(this.#breaker, DIRECT_LIMITS.breakerFailuresMax);
  }

  /** Stops paying; what is owed stays on disk. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    this.#wake.call();
    await this.#running;
    await this.#file[Symbol.asyncDispose]();
  }

  async #record(line: DebtLine): Promise<void> {
    applyDebtLine(this.#state, line);
    try {
      await this.#file.append(line);
    } catch (error) {
      // What is not on disk is still known here; only a crash of this process leaves it to the follower.
      if (!(error instanceof Failure)) throw error;
      if (line.kind === 'owed') this.#unrecorded += 1;
    }
    this.#compact();
  }

  #compact(): void {
    const needed = this.#state.owed.size + this.#state.doubtful.size;
    if (this.#rewriting || this.#file.lines < needed * 2 + DIRECT_LIMITS.debtLinesMax) return;
    this.#rewriting = true;
    void this.#file
      .rewrite(() => linesOf(this.#state))
      .catch((error) => {
        if (!(error instanceof Failure)) throw error;
      })
      .finally(() => {
        this.#rewriting = false;
      });
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    const { clock } = this.#parts;
    for (;;) {
      if (signal.aborted) return;
      const progress = await this.#payOnce();
      if (progress === 'paid') continue;
      if (progress === 'nothing') await this.#wake.wait();
      else await clock.sleep(this.#pauseMs(), signal).catch(() => undefined);
    }
  }

  async #payOnce(): Promise<'paid' | 'nothing' | 'failed'> {
    const doubtful = this.#nextDoubtful();
    if (doubtful !== undefined && (await this.#resolve(doubtful)) === 'failed') return 'failed';
    const edges = nextToPay(this.#state, this.#refused, DIRECT_LIMITS.drainBatchMax);
    if (edges.length > 0) return this.#pay(edges);
    if (doubtful !== undefined) return 'paid';
    if (this.#refused.size === 0) return 'nothing';
    await this.#wake.waitAtMost(this.#parts.clock, DIRECT_LIMITS.drainPauseMsMax);
    this.#refused.clear();
    return 'paid';
  }

  async #pay(edges: readonly KeyedEdge[]): Promise<'paid' | 'failed'> {
    const { newSide, table } = this.#parts;
    const sent = await newSide.send(table, edges, DIRECT_LIMITS.drainMsMax);
    switch (sent.kind) {
      case 'done': {
        const lines: DebtLine[] = [];
        for (const [place, edge] of edges.entries()) {
          const { status, reason } = sent.statuses[place] ?? { status: 'ERROR', reason: 'no result' };
          if (status === 'ERROR') this.#refused.set(debtKey(edge), reason);
          else lines.push({ kind: 'paid', edge });
        }
        await Promise.all(lines.map((line) => this.#record(line)));
        this.note('success');
        this.#failures = 0;
        this.#failing = null;
        return 'paid';
      }
      case 'refused': {
        const [edge] = edges;
        if (edges.length > 1) {
          for (const one of edges) if ((await this.#pay([one])) === 'failed') return 'failed';
        } else if (edge !== undefined) this.#refused.set(debtKey(edge), sent.reason);
        return 'paid';
      }
      case 'fenced':
      case 'unavailable':
        this.note('failure');
        this.#failures += 1;
        this.#failing = sent.kind === 'fenced' ? `there is no table ${table}` : sent.reason;
        return 'failed';
    }
  }

  #nextDoubtful(): DoubtfulWrite | undefined {
    if (this.#parts.current === undefined) return undefined;
    for (const write of this.#state.doubtful.values()) if (!this.#underWay.has(write.id)) return write;
    return undefined;
  }

  /** Owes whatever the old side holds now, which is right whether or not the write took effect. */
  async #resolve({ id, edge }: DoubtfulWrite): Promise<'done' | 'failed'> {
    try {
      const now = await this.#parts.current?.(edge);
      if (now !== undefined) await this.owe(now);
      await this.#record({ kind: 'settled', id });
      this.#failures = 0;
      this.#failing = null;
      return 'done';
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.#failing = error.message;
      this.#failures += 1;
      return 'failed';
    }
  }

  #pauseMs(): number {
    const { drainPauseMsFirst, drainPauseMsMax } = DIRECT_LIMITS;
    return Math.min(drainPauseMsFirst * 2 ** Math.min(this.#failures - 1, 20), drainPauseMsMax);
  }
}
