import type { ProofFacts } from '../stages/stage-facts.ts';
import type { Mismatch } from './mismatch.ts';

/** The mismatches that are open, and since when there has been none. */
export class Findings {
  readonly #open = new Map<string, Mismatch>();
  #cleanWindows = 0;
  #cleanSinceMs: number;
  #isFullPassClean = false;

  constructor(nowMs: number) {
    this.#cleanSinceMs = nowMs;
  }

  get open(): readonly Mismatch[] {
    return [...this.#open.values()];
  }

  get facts(): ProofFacts {
    return {
      cleanWindows: this.#cleanWindows,
      openMismatches: this.#open.size,
      isFullPassClean: this.#isFullPassClean,
      cleanSinceMs: this.#open.size > 0 ? undefined : this.#cleanSinceMs,
    };
  }

  /**
   * Takes what a check has found for all that there is to find by it: what it found before and does not find any more is
   * settled.
   */
  replace(isOfThisCheck: (mismatch: Mismatch) => boolean, found: readonly Mismatch[], nowMs: number): void {
    const ids = new Set(found.map(({ id }) => id));
    for (const mismatch of this.open) {
      if (!isOfThisCheck(mismatch) || ids.has(mismatch.id)) continue;
      this.#open.delete(mismatch.id);
      this.#cleanSinceMs = nowMs;
    }
    for (const mismatch of found) this.#open.set(mismatch.id, mismatch);
    if (found.length > 0) this.#cleanWindows = 0;
  }

  /** A window has ended. */
  endWindow(): void {
    if (this.#open.size === 0) this.#cleanWindows += 1;
    else this.#cleanWindows = 0;
  }

  endFullPass(isClean: boolean): void {
    this.#isFullPassClean = isClean;
  }

  /** Something went wrong that no check has found: the period without issues begins anew. */
  incident(nowMs: number): void {
    this.#cleanSinceMs = nowMs;
  }
}

/** When a line of evidence says that something differed; the beginning of the evidence counts as such. */
export function dirtyAtMs(body: unknown, before: number): number {
  if (typeof body !== 'object' || body === null || !('atMs' in body) || typeof body.atMs !== 'number') return before;
  const hasMismatches = 'mismatches' in body && Array.isArray(body.mismatches) && body.mismatches.length > 0;
  return hasMismatches || !Number.isFinite(before) ? body.atMs : before;
}
