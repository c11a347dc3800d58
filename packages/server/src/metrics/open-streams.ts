import { Failure } from '@actionbase/core/failure';
import { serverFailures } from '../failures.ts';
import { SERVER_LIMITS } from '../limits.ts';

/** Counts the streams that are being read, and bounds them. */
export class OpenStreams {
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Takes a place; call what it answers, once, to give it back. Failure: `too-many-streams`. */
  enter(): () => void {
    const { streamsMax } = SERVER_LIMITS;
    if (this.#count >= streamsMax) {
      const message = `${this.#count} streams are being read, ${streamsMax} may be; try again later`;
      throw new Failure(serverFailures['too-many-streams'], message, { streamsMax });
    }
    this.#count += 1;
    let left = false;
    return () => {
      if (!left) this.#count -= 1;
      left = true;
    };
  }

  /** The lines of the text format of Prometheus. */
  print(): string[] {
    return [
      '# HELP actionbase_streams_open Streams of the log that are being read.',
      '# TYPE actionbase_streams_open gauge',
      `actionbase_streams_open ${this.#count}`,
    ];
  }
}
