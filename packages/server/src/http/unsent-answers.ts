import type { ServerResponse } from 'node:http';
import type { ServerLimits } from '../limits.ts';

/**
 * Answers that wait in memory for their readers. A reader that takes nothing for `answerStallMs` is cut off. When all of them
 * together leave more than `unsentBytesMax`, those that wait longest are cut off, whatever they take.
 */
export class UnsentAnswers {
  readonly #limits: Pick<ServerLimits, 'answerStallMs' | 'unsentBytesMax'>;
  readonly #sizes = new Map<ServerResponse, number>();
  #bytes = 0;
  /** Readers that were cut off because all answers together were too large. */
  cut = 0;

  constructor(limits: Pick<ServerLimits, 'answerStallMs' | 'unsentBytesMax'>) {
    this.#limits = limits;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Told of each answer when it was handed to its connection: most are with the system by then. */
  watch(response: ServerResponse): void {
    const sizeBytes = response.writableLength;
    const { socket } = response;
    if (sizeBytes === 0 || socket === null || response.destroyed) return;
    this.#sizes.set(response, sizeBytes);
    this.#bytes += sizeBytes;
    response.once('close', () => this.#forget(response));
    // Node counts the bytes that the system takes as activity, destroys a socket without any, and ends this with the answer.
    socket.setTimeout(this.#limits.answerStallMs);
    this.#cutOldest(response);
  }

  #cutOldest(newest: ServerResponse): void {
    for (const response of this.#sizes.keys()) {
      if (this.#bytes <= this.#limits.unsentBytesMax || response === newest) return;
      this.cut += 1;
      this.#forget(response);
      response.destroy();
    }
  }

  #forget(response: ServerResponse): void {
    this.#bytes -= this.#sizes.get(response) ?? 0;
    this.#sizes.delete(response);
  }
}
