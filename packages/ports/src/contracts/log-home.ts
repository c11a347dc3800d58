import type { Log } from '../log.ts';
import type { ManualClock } from '../memory/manual-clock.ts';

/**
 * Where one log lives, empty at first, with the ways to hurt it. What a home cannot do is undefined; the sentences that
 * need it are then left out. Disposing it removes everything.
 */
export interface LogHome extends AsyncDisposable {
  /** Opens the log. Called again only after the log before was disposed or has crashed. */
  open(): Promise<Log>;
  /** Opens the log although the one before is still open, as after its lock was lost. */
  beside(): Promise<Log>;
  /** Ends the open log as if its process or its machine died now; the seed decides what of the unsynced is lost. */
  crash(log: Log, seed: number): Promise<void>;
  /** The clock of the logs, which sleeps by going on. */
  readonly clock: ManualClock | undefined;
  /** Lets the next frame fail so that its fate is unknown to its callers. */
  readonly failNextFrame: (() => void) | undefined;
  /** Keeps frames from becoming durable until the function that it returns is called. */
  readonly holdFrames: (() => () => void) | undefined;
  /** Harms the durable frame `offset` of a log that is not open. */
  readonly damage: ((offset: number) => Promise<void>) | undefined;
  /** Leaves a part of a frame behind the last durable one of a log that is not open, as a power cut does. */
  readonly tear: (() => Promise<void>) | undefined;
}
