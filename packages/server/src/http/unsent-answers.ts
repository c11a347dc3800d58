import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ServerLimits } from '../limits.ts';

/**
 * Answers that wait in memory for their readers. A reader that takes nothing for `answerStallMs` is cut off. When all of them
 * together leave more than `unsentBytesMax`, those that wait longest are cut off, whatever they take.
 */
export class UnsentAnswers {
  readonly #limits: Pick<ServerLimits, 'answerStallMs' | 'unsentBytesMax'>;
  /** Bytes by connection; who waits longest comes first. */
  readonly #bytesOf = new Map<Socket, number>();
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
    const { socket } = response.req;
    if (sizeBytes === 0 || socket.destroyed) return;
    const before = this.#bytesOf.get(socket);
    if (before === undefined) socket.once('close', () => this.#forget(socket));
    // Whoever had taken everything waits from now on.
    if (before === 0) this.#bytesOf.delete(socket);
    this.#bytesOf.set(socket, (before ?? 0) + sizeBytes);
    this.#bytes += sizeBytes;
    response.once('finish', () => this.#sent(socket, sizeBytes));
    // Node counts the bytes that the system takes as activity, destroys a socket without any, and sets another time after the answer.
    socket.setTimeout(this.#limits.answerStallMs);
    this.#cutOldest(socket);
  }

  #cutOldest(newest: Socket): void {
    for (const socket of this.#bytesOf.keys()) {
      if (this.#bytes <= this.#limits.unsentBytesMax || socket === newest) return;
      this.cut += 1;
      this.#forget(socket);
      socket.destroy();
    }
  }

  #sent(socket: Socket, sizeBytes: number): void {
    const bytes = this.#bytesOf.get(socket);
    if (bytes === undefined) return;
    this.#bytes -= sizeBytes;
    this.#bytesOf.set(socket, bytes - sizeBytes);
  }

  #forget(socket: Socket): void {
    this.#bytes -= this.#bytesOf.get(socket) ?? 0;
    this.#bytesOf.delete(socket);
  }
}
