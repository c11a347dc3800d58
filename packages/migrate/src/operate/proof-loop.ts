import type { Clock } from '@actionbase/ports/clock';
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

/** What a look at everything found. */
export interface Verification {
  /** Both sides' rows, against each other, by the digests that are kept up from both logs. */
  readonly sides: TimedPass;
  /** What is stored on both sides, row by row. */
  readonly stored: TimedPass;
  readonly secondPath: TimedPass;
  readonly derived: TimedPass;
}

export interface TimedPass extends PassResult {
  readonly ms: number;
}

export interface VerifyParts {
  readonly prover: Prover;
  readonly countsAreKept: boolean;
  readonly monotonicMs: () => number;
}

/** Looks at everything now: both sides against each other, what is stored, the folded feed, and what is derived. */
export async function verifyAll({ prover, countsAreKept, monotonicMs }: VerifyParts): Promise<Verification> {
  const timed = async (pass: () => Promise<PassResult>): Promise<TimedPass> => {
    const beganMs = monotonicMs();
    const result = await pass();
    return { ...result, ms: Math.round(monotonicMs() - beganMs) };
  };
  return {
    sides: await timed(() => compareSides(prover)),
    stored: await timed(() => prover.fullPass()),
    secondPath: await timed(() => prover.secondPath()),
    derived: await timed(() => prover.checkDerived(countsAreKept)),
  };
}

/** Looks so often that each bucket was equal once, or was looked at row by row. */
async function compareSides(prover: Prover): Promise<PassResult> {
  let window = await prover.closeWindow('asked');
  for (let looks = 0; looks < CARRY_WINDOWS_MAX && window.carried.length > 0; looks += 1) {
    window = await prover.closeWindow('asked');
  }
  return { rows: 0, mismatches: prover.openMismatches.filter(({ kind }) => kind === 'row') };
}

/** Starts the prover, and has it look again and again until the signal is aborted. */
export async function runProof(parts: ProofLoopParts, signal: AbortSignal): Promise<void> {
  const { prover, pace, clock } = parts;
  await tryUntilDone(parts, signal, () => prover.start());
  let passAtMs = clock.monotonicMs();
  let windowAtMs = clock.monotonicMs() + pace.windowMs;
  while (!signal.aborted) {
    await tryOnce(parts, async () => {
      await prover.tick();
      if (clock.monotonicMs() >= windowAtMs) {
        parts.onWindow(await prover.closeWindow());
        windowAtMs = clock.monotonicMs() + pace.windowMs;
      }
      if (clock.monotonicMs() >= passAtMs) {
        parts.onPass(await prover.fullPass());
        parts.onPass(await prover.checkDerived(parts.countsAreKept()));
        passAtMs = clock.monotonicMs() + pace.passMs;
      }
    });
    await clock.sleep(pace.tickMs, signal).catch(() => undefined);
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
