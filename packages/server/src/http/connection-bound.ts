import type { Socket } from 'node:net';
import type { ServerLimits } from '../limits.ts';

export interface ConnectionBoundParts {
  readonly connectionsMax: number;
  readonly limits: Pick<ServerLimits, 'refusedConnectionsMax' | 'refusedConnectionMs'>;
  /** Whether a text may be written before a handshake: not over TLS. */
  readonly isPlain: boolean;
}

const BODY = JSON.stringify({
  status: 503,
  error: 'Service Unavailable',
  message: 'the server has as many connections as it takes; come back later',
  code: 'overloaded',
  retry: 'later',
});

const ANSWER = [
  'HTTP/1.1 503 Service Unavailable',
  'Content-Type: application/json',
  `Content-Length: ${BODY.length}`,
  'Retry-After: 2',
  'Connection: close',
  '',
  BODY,
].join('\r\n');

/** Bounds the connections: one more is told so without waiting for its request, and closed. */
export class ConnectionBound {
  readonly #parts: ConnectionBoundParts;
  readonly #refused = new Set<Socket>();
  #open = 0;
  /** Connections that were refused so far. */
  refused = 0;

  constructor(parts: ConnectionBoundParts) {
    this.#parts = parts;
  }

  /** Connections that are open, those that are being refused not counted. */
  get open(): number {
    return this.#open;
  }

  /** Whether a new connection is taken. If not, it has its answer, and what it sends is not for us. */
  take(socket: Socket): boolean {
    if (this.#open >= this.#parts.connectionsMax) {
      this.#refuse(socket);
      return false;
    }
    this.#open += 1;
    socket.once('close', () => {
      this.#open -= 1;
    });
    return true;
  }

  /** Whether this connection was refused. */
  isRefused(socket: Socket): boolean {
    return this.#refused.size > 0 && this.#refused.has(socket);
  }

  #refuse(socket: Socket): void {
    const { limits, isPlain } = this.#parts;
    this.refused += 1;
    if (!isPlain || this.#refused.size >= limits.refusedConnectionsMax) {
      socket.destroy();
      return;
    }
    this.#refused.add(socket);
    // Closed at once, the reset of an unread request could overtake the answer.
    const timer = setTimeout(() => socket.destroy(), limits.refusedConnectionMs).unref();
    socket.once('close', () => {
      clearTimeout(timer);
      this.#refused.delete(socket);
    });
    socket.on('error', () => undefined);
    socket.end(ANSWER);
  }
}
