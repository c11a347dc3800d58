/** Writers are told apart by the lowest bits of their versions: this many of them. */
export const VERSION_SLOTS = 64n;

/** First step by which a version is raised that was too low, microseconds; doubled with each further one. */
const RAISE_FIRST = 1_000n;

/**
 * Versions of rows that one director gives where the new side is the truth: microseconds, each above the one before and above
 * the floor of the map. Two directors have different slots, so that they hardly ever give the same version.
 */
export class NewVersions {
  readonly #slot: bigint;
  readonly #nowMs: () => number;
  #last = 0n;

  constructor(slot: bigint, nowMs: () => number) {
    this.#slot = slot % VERSION_SLOTS;
    this.#nowMs = nowMs;
  }

  /** A version above the clock, the last one, and `floor`. */
  next(floor: bigint): bigint {
    const micros = BigInt(this.#nowMs()) * 1_000n;
    const above = max(micros, max(this.#last, floor));
    this.#last = (above / VERSION_SLOTS + 1n) * VERSION_SLOTS + this.#slot;
    return this.#last;
  }

  /** Notes a version that somebody gave. */
  see(version: bigint): void {
    this.#last = max(this.#last, version);
  }
}

/** How far above a version that was too low the next one shall be, when the one in its way is not known. */
export function raiseOf(raises: number): bigint {
  return RAISE_FIRST << BigInt(raises);
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
