import type { Clock } from '@actionbase/ports/clock';
import type { PassResult, Prover, WindowResult } from '../prove/prover.ts';

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
  readonly stored: PassResult;
  readonly secondPath: PassResult;
  readonly derived: PassResult;
}

/** Looks at everything now: what is stored, the folded feed, and what is derived. */
export async function verifyAll(prover: Prover, countsAreKept: boolean): Promise<Verification> {
  const stored = await prover.fullPass();
  const secondPath = await prover.secondPath();
  const derived = await prover.checkDerived(countsAreKept);
  return { stored, secondPath, derived };
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
