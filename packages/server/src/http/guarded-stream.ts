import { Failure } from '@actionbase/core/failure';
import type { ReplyStream } from './reply.ts';

/** A stream that ends as soon as its reader's right does: each piece is made only after `check` let it. */
export class GuardedStream implements ReplyStream {
  readonly #stream: ReplyStream;
  readonly #check: () => void;
  readonly #printEnd: (failure: Failure) => string;
  #ended = false;

  /** `check` throws the failure that ends the stream, `printEnd` makes its last piece of it. */
  constructor(stream: ReplyStream, check: () => void, printEnd: (failure: Failure) => string) {
    this.#stream = stream;
    this.#check = check;
    this.#printEnd = printEnd;
  }

  async next(signal: AbortSignal): Promise<string | null> {
    if (this.#ended) return null;
    const piece = await this.#stream.next(signal);
    try {
      // Behind the waiting, not before it: the right may have ended meanwhile.
      this.#check();
      return piece;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.#ended = true;
      return this.#printEnd(error);
    }
  }

  close(): void {
    this.#stream.close();
  }
}
