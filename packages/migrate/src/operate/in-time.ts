import { Failure } from '@actionbase/core/failure';
import type { Clock } from '@actionbase/ports/clock';
import { migrateFailures } from '../failures.ts';

/** A move is given up when both sides have not caught up within this time, and nothing has happened, milliseconds. */
const MOVE_MS_MAX = 5_000;

/** Waits for a side that catches up for a move; `name` says which. Failure `stage-refused` when it takes too long. */
export async function inTime(work: Promise<void>, name: string, clock: Clock): Promise<void> {
  const over = new AbortController();
  const late = clock.sleep(MOVE_MS_MAX, over.signal).then(
    () => {
      throw new Failure(
        migrateFailures['stage-refused'],
        `${name} has not caught up within ${MOVE_MS_MAX} ms: nothing was moved`,
      );
    },
    () => undefined,
  );
  try {
    await Promise.race([work, late]);
  } finally {
    over.abort();
  }
}
