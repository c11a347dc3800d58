import { SystemClock } from '@actionbase/adapter-node/system-clock';
import { SERVER_LIMITS } from '../limits.ts';
import type { ServerParts } from '../server.ts';

/** The system's clock, but the pause between two looks at a file is short. */
class HastyClock extends SystemClock {
  override sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    return super.sleep(durationMs === SERVER_LIMITS.filePollMs ? 5 : durationMs, signal);
  }
}

/** What a server is given that looks at its files all the time, and whose notices a test waits for. */
export class WatchingParts {
  readonly told: string[] = [];
  #wake = (): void => {};
  #seen = 0;

  get parts(): Partial<ServerParts> {
    return {
      clock: new HastyClock(),
      onNotice: (text) => {
        this.told.push(text);
        this.#wake();
      },
    };
  }

  /** Waits for a notice behind the one that was waited for last. */
  async noticed(part: RegExp): Promise<void> {
    for (;;) {
      const place = this.told.findIndex((text, at) => at >= this.#seen && part.test(text));
      if (place >= 0) {
        this.#seen = place + 1;
        return;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
