import type { TableHandle } from '@actionbase/client';
import { bucketOfText } from '@actionbase/core/digest/row-digest';
import type { Clock } from '@actionbase/ports/clock';
import type { TruthSide } from '@actionbase/ports/legacy';
import type { Random } from '@actionbase/ports/random';
import { equalAnswers, printAnswer } from './compare-answers.ts';
import { DIRECT_LIMITS } from './limits.ts';
import { ReadFigures, type ReadReport, type ShadowMismatch } from './read-figures.ts';
import { type Truth, truthSideOf } from './route-write.ts';

/** One read of the application. */
export interface Read<T> {
  /** The kind of read: figures and comparisons are kept by it. */
  readonly name: string;
  /** The text of what decides the side: the source of edges, or the vertex whose count is asked for. */
  readonly key: string;
  readonly legacy: () => Promise<T>;
  readonly target: (table: TableHandle) => Promise<T>;
  /** Whether two answers say the same; deep equality when missing. */
  readonly compare?: ((legacy: T, target: T) => boolean) | undefined;
  /** Asks this side, whatever the truth is; such a read has no shadow. */
  readonly side?: TruthSide | undefined;
}

export interface ReadParts {
  readonly table: TableHandle;
  readonly truth: { readonly truth: Truth };
  /** Whether the new side may lack something of a key. */
  readonly owes: (key: string) => boolean;
  readonly clock: Clock;
  readonly random: Random;
}

/** Answers each read from its truth, and has a share of them answered by the other side, too, to compare. */
export class DirectReads {
  readonly #parts: ReadParts;
  readonly #kinds = new Map<string, ReadFigures>();
  readonly #mismatches: ShadowMismatch[] = [];
  readonly #stopping = new AbortController();
  #round: number;
  #sinceMs: number;
  readonly #shadows = new Set<Promise<void>>();

  constructor(parts: ReadParts) {
    this.#parts = parts;
    this.#round = parts.truth.truth.settings.round;
    this.#sinceMs = parts.clock.nowMs();
  }

  /** When the figures began: the start, or the newest round. */
  get sinceMs(): number {
    return this.#sinceMs;
  }

  get reports(): readonly ReadReport[] {
    return [...this.#kinds.values()].map((figures) => figures.report);
  }

  /** The first ones, with both answers. */
  get mismatches(): readonly ShadowMismatch[] {
    return this.#mismatches;
  }

  async read<T>(read: Read<T>): Promise<T> {
    const { truth } = this.#parts.truth;
    if (truth.settings.round !== this.#round) this.#beginRound(truth.settings.round);
    const figures = this.#figuresOf(read.name);
    const side = read.side ?? truthSideOf(truth, bucketOfText(read.key));
    figures.asked(read.key);
    let answer: T;
    try {
      answer = await this.#ask(read, side, figures);
    } catch (error) {
      figures.failed();
      throw error;
    }
    figures.answered(side);
    if (read.side === undefined) this.#maybeShadow(read, { truth, side, answer, figures });
    return answer;
  }

  /** Waits for the shadow reads that are under way. */
  async settled(): Promise<void> {
    while (this.#shadows.size > 0) await Promise.all(this.#shadows);
  }

  /** What was counted under other settings says nothing about these. */
  #beginRound(round: number): void {
    this.#round = round;
    this.#sinceMs = this.#parts.clock.nowMs();
    this.#kinds.clear();
    this.#mismatches.length = 0;
  }

  /** Starts no more shadow reads, and lets none be read again. */
  stop(): void {
    this.#stopping.abort();
  }

  async #ask<T>(read: Read<T>, side: TruthSide, figures: ReadFigures): Promise<T> {
    const { clock, table } = this.#parts;
    const startedMs = clock.monotonicMs();
    const answer = await (side === 'legacy' ? read.legacy() : read.target(table));
    figures.took(side, clock.monotonicMs() - startedMs);
    return answer;
  }

  #maybeShadow<T>(read: Read<T>, answered: Answered<T>): void {
    const { stage, shadowShare, noiseShare } = answered.truth.settings;
    if (stage !== 'shadow' && stage !== 'ramp' && stage !== 'new') return;
    const draw = shadowShare + noiseShare > 0 ? this.#parts.random.next() : 1;
    if (draw >= shadowShare + noiseShare || this.#stopping.signal.aborted) return;
    const isShadow = draw < shadowShare;
    const { shadow } = answered.figures;
    if (isShadow) shadow.sampled += 1;
    if (this.#shadows.size >= DIRECT_LIMITS.shadowReadsMax) {
      if (isShadow) shadow.dropped += 1;
      return;
    }
    const shadowed = isShadow ? this.#shadow(read, answered) : this.#listenToNoise(read, answered);
    const kept = shadowed.finally(() => this.#shadows.delete(kept));
    this.#shadows.add(kept);
  }

  async #shadow<T>(read: Read<T>, { truth, side, answer, figures }: Answered<T>): Promise<void> {
    const other: TruthSide = side === 'legacy' ? 'new' : 'legacy';
    const { shadow } = figures;
    try {
      const shadowAnswer = await this.#ask(read, other, figures);
      if (this.#parts.random.next() >= truth.settings.compareShare) shadow.notCompared += 1;
      else if (this.#parts.owes(read.key)) shadow.owed += 1;
      else if (same(read, side, answer, shadowAnswer)) shadow.equal += 1;
      else await this.#lookAgain(read, { side, figures, answers: [answer, shadowAnswer] });
    } catch (error) {
      figures.shadowFailed(error);
    }
  }

  /** Tells a race from wrong data: only what stays the same on both sides, and different, is wrong. */
  async #lookAgain<T>(read: Read<T>, { side, figures, answers }: Differing<T>): Promise<void> {
    const other: TruthSide = side === 'legacy' ? 'new' : 'legacy';
    const { clock } = this.#parts;
    let [answer, shadowAnswer] = answers;
    let isSettled = false;
    for (let check = 0; check < DIRECT_LIMITS.shadowRechecksMax; check += 1) {
      await clock.sleep(DIRECT_LIMITS.shadowRecheckMsFirst * 2 ** check, this.#stopping.signal);
      const again = await this.#ask(read, side, figures);
      const shadowAgain = await this.#ask(read, other, figures);
      if (same(read, side, again, shadowAgain)) {
        figures.shadow.races += 1;
        return;
      }
      isSettled = printAnswer(again) === printAnswer(answer) && printAnswer(shadowAgain) === printAnswer(shadowAnswer);
      [answer, shadowAnswer] = [again, shadowAgain];
    }
    if (this.#parts.owes(read.key)) figures.shadow.owed += 1;
    else if (!isSettled) figures.shadow.unsettled += 1;
    else this.#mismatched(read, { side, figures, answers: [answer, shadowAnswer] });
  }

  #mismatched<T>(read: Read<T>, { side, figures, answers }: Differing<T>): void {
    figures.shadow.mismatches += 1;
    if (this.#mismatches.length >= DIRECT_LIMITS.shadowExamplesMax) return;
    const [truthText = '', shadowText = ''] = answers.map((answer) =>
      printAnswer(answer).slice(0, DIRECT_LIMITS.shadowAnswerLengthMax),
    );
    const [legacy, target] = side === 'legacy' ? [truthText, shadowText] : [shadowText, truthText];
    const { name, key } = read;
    this.#mismatches.push({ name, key, atMs: this.#parts.clock.nowMs(), truth: side, legacy, new: target });
  }

  /** Asks the truth twice: what differs then is a race, whatever the other side is like. */
  async #listenToNoise<T>(read: Read<T>, { side, answer, figures }: Answered<T>): Promise<void> {
    try {
      const again = await this.#ask(read, side, figures);
      figures.shadow.noiseCompared += 1;
      if (!same(read, side, answer, again)) figures.shadow.noiseDiffered += 1;
    } catch (error) {
      figures.shadowFailed(error);
    }
  }

  #figuresOf(name: string): ReadFigures {
    const known = this.#kinds.get(name);
    if (known !== undefined) return known;
    if (this.#kinds.size >= DIRECT_LIMITS.readKindsMax && name !== 'other') return this.#figuresOf('other');
    const figures = new ReadFigures(name);
    this.#kinds.set(name, figures);
    return figures;
  }
}

interface Answered<T> {
  readonly truth: Truth;
  readonly side: TruthSide;
  readonly answer: T;
  readonly figures: ReadFigures;
}

interface Differing<T> {
  readonly side: TruthSide;
  readonly figures: ReadFigures;
  /** The truth's, and the other side's. */
  readonly answers: readonly [T, T];
}

function same<T>({ compare = equalAnswers }: Read<T>, side: TruthSide, truth: T, shadow: T): boolean {
  return side === 'legacy' ? compare(truth, shadow) : compare(shadow, truth);
}
