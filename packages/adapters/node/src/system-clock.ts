import type { Clock } from '@actionbase/ports/clock';

/** The longest time that one timer can wait; longer sleeps take several. */
const TIMER_MS_MAX = 2_147_483_647;

/** The time of this computer. */
export class SystemClock implements Clock {
  nowMs(): number {
    return Date.now();
  }

  monotonicMs(): number {
    return performance.now();
  }

  async sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    const untilMs = performance.now() + durationMs;
    for (;;) {
      await sleepOnce(Math.min(Math.max(0, untilMs - performance.now()), TIMER_MS_MAX), signal);
      if (performance.now() >= untilMs) return;
    }
  }
}

function sleepOnce(durationMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, durationMs);
    signal?.addEventListener('abort', abort, { once: true });
  });
}
