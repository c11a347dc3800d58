/** Time. The simulator owns it in tests; nothing in core, ports or engine reads another clock. */
export interface Clock {
  /** Milliseconds since 1970, as the system says; may jump either way. */
  nowMs(): number;
  /** Milliseconds that only grow, for measuring; the origin means nothing. */
  monotonicMs(): number;
  /** Resolves after at least `durationMs`, or earlier with the signal's reason as rejection when it is aborted. */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>;
}
