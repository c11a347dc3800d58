import type { Clock } from '@actionbase/ports/clock';
import type { Mismatch } from '../prove/mismatch.ts';
import { CARRY_WINDOWS_MAX, type PassResult, type Prover, type WindowResult } from '../prove/prover.ts';

/** How often the proof looks. */
export interface ProofPace {
  /** Pause between two looks at both logs, milliseconds. */
  readonly tickMs: number;
  readonly windowMs: number;
  /** Pause between two passes over everything that is stored and derived. */
  readonly passMs: number;
}

export interface ProofLoopParts {
  readonly prover: Prover;
  readonly pace: ProofPace;
  readonly clock: Clock;
  /** Whether the counts that the old side serves are kept by the new one, and so should be right. */
  readonly countsAreKept: () => boolean;
  readonly onWindow: (window: WindowResult) => void;
  readonly onPass: (pass: PassResult) => void;
  /** Told of what went wrong in the proof itself; it is tried again. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * What can be looked at:
 *
 *   sides       both sides' rows, against each other, by the digests that are kept up from both logs
 *   stored      what is stored on both sides, row by row
 *   secondPath  the change feed, folded from its first record
 *   derived     indexes and counts of the new side, and the counts that the old side serves
 */
export const PASSES = ['sides', 'stored', 'secondPath', 'derived'] as const;
export type Pass = (typeof PASSES)[number];

/** What a look found; null for what was not asked for. */
export type Verification = Readonly<Record<Pass, TimedPass | null>>;

export interface TimedPass extends PassResult {
  readonly ms: number;
}

export interface VerifyParts {
  readonly prover: Prover;
  readonly countsAreKept: boolean;
  readonly monotonicMs: () => number;
  /** All of them without. */
  readonly only?: readonly Pass[] | undefined;
}

/** Looks now at everything, or at some of it. */
export async function verifyAll(parts: VerifyParts): Promise<Verification> {
  const { prover, countsAreKept, monotonicMs, only = PASSES } = parts;
  const look = async (pass: Pass, make: () => Promise<PassResult>): Promise<TimedPass | null> => {
    if (!only.includes(pass)) return null;
    const beganMs = monotonicMs();
    const result = await make();
    return { ...result, ms: Math.round(monotonicMs() - beganMs) };
  };
  return {
    sides: await look('sides', () => compareSides(prover)),
    stored: await look('stored', () => prover.fullPass()),
    secondPath: await look('secondPath', () => prover.secondPath()),
    derived: await look('derived', () => prover.checkDerived(countsAreKept)),
  };
}

/** Everything that was found to be wrong. */
export function mismatchesOf(verification: Verification): readonly Mismatch[] {
  return PASSES.flatMap((pass) => verification[pass]?.mismatches ?? []);
}

/** Looks so often that each bucket was equal once, or was looked at row by row. */
async function compareSides(prover: Prover): Promise<PassResult> {
  let window = await prover.closeWindow('asked');
  for (let looks = 0; looks < CARRY_WINDOWS_MAX && window.carried.length > 0; looks += 1) {
    window = await prover.closeWindow('asked');
  }
  return { rows: 0, mismatches: prover.openMismatches.filter(({ kind }) => kind === 'row') };
}

/**
 * Starts the prover, and has it look again and again until the signal is aborted. What is derived takes long to look at in a large
 * table, so windows go on beside it.
 */
export async function runProof(parts: ProofLoopParts, signal: AbortSignal): Promise<void> {
  const { prover } = parts;
  await tryUntilDone(parts, signal, () => prover.start());
  await Promise.all([closeWindows(parts, signal), makePasses(parts, signal)]);
}

async function closeWindows(parts: ProofLoopParts, signal: AbortSignal): Promise<void> {
  const { prover, pace, clock } = parts;
  let windowAtMs = clock.monotonicMs() + pace.windowMs;
  while (!signal.aborted) {
    await tryOnce(parts, async () => {
      await prover.tick();
      if (clock.monotonicMs() < windowAtMs) return;
      parts.onWindow(await prover.closeWindow());
      windowAtMs = clock.monotonicMs() + pace.windowMs;
    });
    await clock.sleep(pace.tickMs, signal).catch(() => undefined);
  }
}

/** One that fails is tried again soon. */
async function makePasses(parts: ProofLoopParts, signal: AbortSignal): Promise<void> {
  const { prover, pace, clock } = parts;
  while (!signal.aborted) {
    const isDone = await tryOnce(parts, async () => {
      parts.onPass(await prover.fullPass());
      parts.onPass(await prover.checkDerived(parts.countsAreKept()));
    });
    await clock.sleep(isDone ? pace.passMs : pace.tickMs, signal).catch(() => undefined);
  }
}

async function tryOnce({ onFailure }: ProofLoopParts, work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    onFailure(error);
    return false;
  }
}

async function tryUntilDone(parts: ProofLoopParts, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  while (!signal.aborted && !(await tryOnce(parts, work))) {
    await parts.clock.sleep(parts.pace.tickMs * 4, signal).catch(() => undefined);
  }
}
