import { connect, type Socket } from 'node:net';
import type { Calls } from './calls.ts';
import { type Percentiles, percentiles } from './run-load.ts';

export interface OpenLoad {
  readonly host: string;
  readonly port: number;
  readonly connections: number;
  readonly ratePerS: number;
  readonly durationMs: number;
  /** After this time a client gives up, closes its connection and opens another one. */
  readonly deadlineMs: number;
  /** The call that the first one is. */
  readonly firstCall: number;
}

export interface OpenResult {
  readonly seconds: number;
  /** Calls that came due. */
  readonly offered: number;
  /** Of these, such as found no free connection: all of them waited for answers. */
  readonly unsent: number;
  /** Answered 200 within the deadline. */
  readonly good: number;
  readonly refused: number;
  /** Refusals without the header Retry-After. */
  readonly refusedWithoutRetryAfter: number;
  readonly otherAnswers: number;
  readonly gaveUp: number;
  /** Connections that the server closed under a call. */
  readonly cutOff: number;
  /** Of the good ones. */
  readonly latencyMs: Percentiles;
}

const TICK_MS = 2;
const SWEEP_MS = 25;
/** How many latencies are kept; of more, each so-manieth. */
const LATENCIES_MAX = 500_000;

/**
 * Makes calls at a rate, whatever comes of them, as many clients do that do not know one another. A call that comes due while
 * every connection waits for an answer is not sent. Requests are never pipelined.
 */
export class OpenLoop {
  readonly #load: OpenLoad;
  readonly #calls: Calls;
  readonly #free: Connection[] = [];
  readonly #all = new Set<Connection>();
  readonly #latencies: number[] = [];
  readonly #counts = {
    offered: 0,
    unsent: 0,
    good: 0,
    refused: 0,
    refusedWithoutRetryAfter: 0,
    otherAnswers: 0,
    gaveUp: 0,
    cutOff: 0,
  };
  #ratePerS: number;

  constructor(load: OpenLoad, calls: Calls) {
    this.#load = load;
    this.#calls = calls;
    this.#ratePerS = load.ratePerS;
  }

  async run(): Promise<OpenResult> {
    const { connections, durationMs } = this.#load;
    for (let made = 0; made < connections; made += 100) {
      const some = Array.from({ length: Math.min(100, connections - made) }, () => this.#open());
      await Promise.all(some);
    }
    const beganMs = performance.now();
    const sweep = setInterval(() => this.#giveUp(), SWEEP_MS);
    await new Promise<void>((resolve) => {
      const tick = (): void => {
        const elapsedMs = performance.now() - beganMs;
        this.#send(Math.floor((Math.min(elapsedMs, durationMs) * this.#ratePerS) / 1000));
        if (elapsedMs >= durationMs) resolve();
        else setTimeout(tick, TICK_MS);
      };
      tick();
    });
    const seconds = (performance.now() - beganMs) / 1000;
    while (this.#free.length < this.#all.size) await new Promise((resolve) => setTimeout(resolve, SWEEP_MS));
    clearInterval(sweep);
    for (const connection of this.#all) connection.close();
    return { seconds, ...this.#counts, latencyMs: percentiles(this.#latencies) };
  }

  /** Good answers so far, and latencies since the last look, which are forgotten. */
  look(): {
    readonly good: number;
    readonly refused: number;
    readonly gaveUp: number;
    readonly latencyMs: Percentiles;
  } {
    const { good, refused, gaveUp } = this.#counts;
    return { good, refused, gaveUp, latencyMs: percentiles(this.#latencies.splice(0)) };
  }

  #send(due: number): void {
    const counts = this.#counts;
    const nowMs = performance.now();
    while (counts.offered < due) {
      const connection = this.#free.pop();
      if (connection === undefined) {
        counts.unsent += due - counts.offered;
        counts.offered = due;
        return;
      }
      const call = this.#load.firstCall + counts.offered;
      counts.offered += 1;
      connection.send(call, this.#calls.request(call), nowMs);
    }
  }

  #giveUp(): void {
    const beforeMs = performance.now() - this.#load.deadlineMs;
    for (const connection of this.#all) {
      if (connection.call < 0 || connection.sentMs > beforeMs) continue;
      this.#counts.gaveUp += 1;
      this.#calls.unknown(connection.call);
      this.#replace(connection);
    }
  }

  #replace(connection: Connection): void {
    this.#all.delete(connection);
    connection.close();
    this.#open().catch(() => undefined);
  }

  #open(): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: this.#load.host, port: this.#load.port, noDelay: true });
      const connection = new Connection(socket, (made, status, answer) => this.#answered(made, status, answer));
      socket.on('connect', () => {
        this.#all.add(connection);
        this.#free.push(connection);
        resolve();
      });
      socket.on('error', reject);
      socket.on('close', () => this.#lost(connection));
    });
  }

  #lost(connection: Connection): void {
    if (!this.#all.delete(connection)) return;
    const place = this.#free.indexOf(connection);
    if (place >= 0) this.#free.splice(place, 1);
    if (connection.call >= 0) {
      this.#counts.cutOff += 1;
      this.#calls.unknown(connection.call);
    }
    this.#open().catch(() => undefined);
  }

  #answered(connection: Connection, status: number, answer: string): void {
    const counts = this.#counts;
    const { call } = connection;
    const latencyMs = performance.now() - connection.sentMs;
    connection.call = -1;
    this.#calls.answered(call, status, answer);
    if (status === 200) {
      if (latencyMs <= this.#load.deadlineMs) {
        counts.good += 1;
        if (this.#latencies.length < LATENCIES_MAX) this.#latencies.push(latencyMs);
      } else counts.gaveUp += 1;
    } else if (status === 503) {
      counts.refused += 1;
      if (!answer.includes('\r\nRetry-After: ')) counts.refusedWithoutRetryAfter += 1;
    } else counts.otherAnswers += 1;
    this.#free.push(connection);
  }
}

type OnAnswer = (connection: Connection, status: number, answer: string) => void;

/** A connection with at most one call under way. */
class Connection {
  /** The call that waits for its answer; -1 for none. */
  call = -1;
  sentMs = 0;
  readonly #socket: Socket;
  readonly #onAnswer: OnAnswer;
  #received = '';

  constructor(socket: Socket, onAnswer: OnAnswer) {
    this.#socket = socket;
    this.#onAnswer = onAnswer;
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => this.#receive(text));
  }

  send(call: number, request: string, nowMs: number): void {
    this.call = call;
    this.sentMs = nowMs;
    this.#socket.write(request, 'latin1');
  }

  /** With a reset, so that the port is free at once. */
  close(): void {
    this.#socket.removeAllListeners('close').removeAllListeners('data');
    this.#socket.on('error', () => undefined);
    this.#socket.resetAndDestroy();
  }

  #receive(text: string): void {
    const received = this.#received === '' ? text : this.#received + text;
    const headEnd = received.indexOf('\r\n\r\n');
    const length = headEnd < 0 ? -1 : contentLength(received);
    if (headEnd < 0 || received.length < headEnd + 4 + length) {
      this.#received = received;
      return;
    }
    this.#received = '';
    this.#onAnswer(this, Number(received.slice(9, 12)), received);
  }
}

const LENGTH = '\r\nContent-Length: ';

function contentLength(answer: string): number {
  const start = answer.indexOf(LENGTH) + LENGTH.length;
  return Number(answer.slice(start, answer.indexOf('\r', start)));
}
