import type { SeededRandom } from '@actionbase/ports/memory/seeded-random';

/** A piece of the program that is given bad input. */
export interface Target {
  readonly name: string;
  /** What is promised of it, in one sentence. */
  readonly promise: string;
  /** Files, as paths from the root, whose coverage says whether an input is interesting. */
  readonly code: RegExp;
  /** Inputs between two looks at the coverage; one for what keeps state. */
  readonly batch: number;
  /** Inputs after which it is opened afresh; never when missing. */
  readonly lifeInputs?: number;
  /** Valid inputs to begin with. */
  readonly seeds: () => readonly Uint8Array[] | Promise<readonly Uint8Array[]>;
  /** Pieces of text that its inputs are made of. */
  readonly words: readonly string[];
  /** Makes another input of one; changes bytes when missing. */
  readonly mutate?: Mutate;
  readonly open: () => OpenTarget | Promise<OpenTarget>;
}

export type Mutate = (input: Uint8Array, given: MutationGiven) => Uint8Array;

export interface MutationGiven {
  readonly random: SeededRandom;
  readonly words: readonly string[];
  /** An input to take pieces of. */
  readonly other: Uint8Array;
}

/** A target that takes inputs, one after the other. */
export interface OpenTarget extends AsyncDisposable {
  /** What is wrong with how the input was taken, as a sentence; undefined when nothing is. What it throws is wrong, too. */
  play(input: Uint8Array): string | undefined | Promise<string | undefined>;
}

/** An open target that is a function of its input. */
export function pureTarget(play: OpenTarget['play']): OpenTarget {
  return { play, async [Symbol.asyncDispose]() {} };
}
