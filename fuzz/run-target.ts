import { SeededRandom } from '@actionbase/ports/memory/seeded-random';
import { CodeCoverage } from './code-coverage.ts';
import { minimise } from './minimise.ts';
import { mutateBytes, pick } from './mutate-bytes.ts';
import { playInput } from './play-input.ts';
import type { OpenTarget, Target } from './target.ts';
import type { Watchdog } from './watchdog.ts';

export interface RunOptions {
  readonly target: Target;
  readonly seed: number;
  /** Inputs to play, those to begin with included. */
  readonly inputs: number;
  /** No further input is begun after it. */
  readonly isOver?: () => boolean;
  readonly watchdog?: Watchdog;
}

/** An input that shows a problem. */
export interface Finding {
  /** How many inputs were played until it was found. */
  readonly afterInputs: number;
  readonly problem: string;
  readonly input: Uint8Array;
  /** The shortest one found that shows it against a target opened afresh; null when it takes what was played before. */
  readonly shortest: Uint8Array | null;
}

export interface RunResult {
  readonly target: string;
  readonly inputs: number;
  /** Inputs that were kept because code ran for them that had not run before. */
  readonly kept: number;
  /** Characters of code that ran: for the inputs to begin with, and for all. */
  readonly ranAtFirst: number;
  readonly ran: number;
  readonly finding: Finding | null;
}

/** The newest inputs of the corpus are chosen as often as all others together. */
const NEWEST = 20;

/**
 * Plays inputs until one shows a problem, or there have been enough. Inputs are valid ones and changes of those that were
 * kept: an input is kept when code runs for it that no input before has run.
 */
export async function runTarget(options: RunOptions): Promise<RunResult> {
  const { target, inputs, isOver = () => false } = options;
  using run = new Run(options);
  await run.begin();
  const ranAtFirst = run.coverage.ranCharacters;
  while (run.finding === null && run.played < inputs && !isOver())
    await run.playBatch(Math.min(target.batch, inputs - run.played));
  await run.close();
  const { played, kept, coverage, finding } = run;
  return { target: target.name, inputs: played, kept, ranAtFirst, ran: coverage.ranCharacters, finding };
}

class Run implements Disposable {
  readonly coverage: CodeCoverage;
  readonly #target: Target;
  readonly #watchdog: Watchdog | undefined;
  readonly #random: SeededRandom;
  readonly #limit: number;
  readonly #corpus: Uint8Array[] = [];
  #open: OpenTarget | undefined;
  #life = 0;
  #stray: string | undefined;
  played = 0;
  kept = 0;
  finding: Finding | null = null;
  readonly #onStray = (error: unknown): void => {
    this.#stray = `left an error behind: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  };

  constructor({ target, seed, inputs, watchdog }: RunOptions) {
    this.#target = target;
    this.#watchdog = watchdog;
    this.#random = new SeededRandom(seed);
    this.#limit = inputs;
    this.coverage = new CodeCoverage(target.code);
    process.on('uncaughtException', this.#onStray);
    process.on('unhandledRejection', this.#onStray);
  }

  /** Plays the inputs to begin with, all of them kept. */
  async begin(): Promise<void> {
    const seeds = await this.#target.seeds();
    this.coverage.look();
    for (const input of seeds) {
      if (this.finding !== null || this.played >= this.#limit) break;
      await this.#play(input);
      this.#corpus.push(input);
    }
    this.coverage.look();
  }

  async playBatch(size: number): Promise<void> {
    const batch: Uint8Array[] = [];
    for (let i = 0; i < size && this.finding === null; i++) {
      const input = this.#next();
      batch.push(input);
      await this.#play(input);
    }
    if (this.coverage.peek() > 0) await this.#keepInteresting(batch, batch.length === 1);
  }

  /** Something new ran for some of these inputs: they run again, by halves, until it is known for which. */
  async #keepInteresting(batch: readonly Uint8Array[], hasRun: boolean): Promise<void> {
    if (this.finding !== null) return;
    if (!hasRun) {
      for (const input of batch) await playInput(await this.#opened(), input);
      if ((batch.length === 1 ? this.coverage.look() : this.coverage.peek()) === 0) return;
    }
    const [input] = batch;
    if (batch.length === 1 && input !== undefined) {
      this.#corpus.push(input);
      this.kept++;
      return;
    }
    const half = batch.length >> 1;
    await this.#keepInteresting(batch.slice(0, half), false);
    await this.#keepInteresting(batch.slice(half), false);
  }

  async close(): Promise<void> {
    await this.#open?.[Symbol.asyncDispose]();
    this.#open = undefined;
  }

  [Symbol.dispose](): void {
    process.off('uncaughtException', this.#onStray);
    process.off('unhandledRejection', this.#onStray);
    this.coverage[Symbol.dispose]();
  }

  #next(): Uint8Array {
    const random = this.#random;
    const { words, mutate = mutateBytes } = this.#target;
    const choose = (): Uint8Array => pick(random.below(2) === 0 ? this.#corpus.slice(-NEWEST) : this.#corpus, random);
    return mutate(choose(), { random, words, other: choose() });
  }

  async #play(input: Uint8Array): Promise<void> {
    const open = await this.#opened();
    this.#watchdog?.begin(input);
    const problem = (await playInput(open, input)) ?? this.#stray;
    this.#watchdog?.end();
    this.played++;
    this.#life++;
    if (problem === undefined) return;
    await this.close();
    const shortest = await this.#alone(input, problem);
    this.finding = { afterInputs: this.played, problem, input, shortest };
  }

  /** The shortest input that shows the problem alone. */
  async #alone(input: Uint8Array, problem: string): Promise<Uint8Array | null> {
    await using open = await this.#target.open();
    const again = await playInput(open, input);
    return again === undefined ? null : minimise(this.#target, input, problem);
  }

  async #opened(): Promise<OpenTarget> {
    if (this.#life >= (this.#target.lifeInputs ?? Number.POSITIVE_INFINITY)) {
      await this.close();
      this.#life = 0;
    }
    this.#open ??= await this.#target.open();
    return this.#open;
  }
}
