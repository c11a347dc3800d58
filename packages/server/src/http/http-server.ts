// Hot: once per request. Benchmark: http.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, Server as TlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { Failure, invariant } from '@actionbase/core/failure';
import { engineFailures } from '@actionbase/engine/failures';
import type { Clock } from '@actionbase/ports/clock';
import type { TlsIdentity } from '../access/tls-files.ts';
import { serverFailures } from '../failures.ts';
import { SERVER_LIMITS, type ServerLimits } from '../limits.ts';
import type { HttpLoad } from '../metrics/load-metrics.ts';
import type { RequestMetrics } from '../metrics/request-metrics.ts';
import { ConnectionBound } from './connection-bound.ts';
import { Door } from './door.ts';
import { mayWrite } from './read-only.ts';
import type { Answered, ReplyStream } from './reply.ts';
import { timeoutOf } from './request-deadline.ts';
import type { RequestLog } from './request-log.ts';
import { isGuardedPath } from './route-access.ts';
import { UnsentAnswers } from './unsent-answers.ts';

export interface HttpServerParts {
  readonly clock: Clock;
  /** Answers every request whose work can begin before the deadline; never rejects. */
  readonly answer: (request: IncomingMessage, deadlineMs: number) => Promise<Answered>;
  /** Answers a request that cannot be begun. */
  readonly refuse: (request: IncomingMessage, refusal: Failure) => Answered;
  /** Whether the log keeps up, so that one more mutation would not wait for long. */
  readonly takesWrites: () => boolean;
  readonly bounds: RequestBounds;
  readonly limits: ServerLimits;
  readonly metrics: RequestMetrics;
  /** Told of a stream that met our own mistake, with the id of its request. */
  readonly onMistake: (error: unknown, requestId: string) => void;
  /** Null when requests are not logged. */
  readonly log: RequestLog | null;
  /** Null: plain HTTP. */
  readonly tls: TlsIdentity | null;
  /** Value of the header Response-Meta. */
  readonly responseMeta: string;
}

/** What the configuration says about time and numbers. */
export interface RequestBounds {
  /** Time that a request has until its work begins. */
  readonly requestMs: number;
  /** How long it may wait at the door. */
  readonly waitMs: number;
  readonly connections: number;
}

/** Pause between two looks at connections that became idle during a stop. */
const STOP_STEP_MS = 20;

/** A request whose head has arrived. */
interface Arrival {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly arrivedMs: number;
  readonly deadlineMs: number;
}

/** Listens, and writes the answers; head and body of an answer go out in one write. */
export class HttpServer {
  readonly #parts: HttpServerParts;
  readonly #server: Server;
  /**
   * Connections that have not sent a request yet, by their far end: Node does not count them as idle. Not by the socket: a
   * request over TLS has another one than its connection.
   */
  readonly #fresh = new Map<string, Socket>();
  /** Streams that are being sent. */
  readonly #streams = new Set<AbortController>();
  readonly #door: Door;
  readonly #unsent: UnsentAnswers;
  readonly #connections: ConnectionBound;
  #stopping = false;
  #refusals = 0;

  constructor(parts: HttpServerParts) {
    this.#parts = parts;
    const { limits, bounds: asked, clock } = parts;
    this.#door = new Door({
      nowMs: () => clock.monotonicMs(),
      takesWrites: parts.takesWrites,
      afterTurn: setImmediate,
      afterPause: (turn) => setTimeout(turn, limits.doorPauseMs),
      waitMsMax: asked.waitMs,
      begunMax: limits.begunPerTurnMax,
      turnMsMax: limits.turnMsMax,
      patientMax: limits.patientMax,
      refusedPerMsMax: limits.refusedPerMsMax,
    });
    this.#unsent = new UnsentAnswers(limits);
    this.#connections = new ConnectionBound({
      connectionsMax: asked.connections,
      limits,
      isPlain: parts.tls === null,
    });
    const { headerBytesMax, headersTimeoutMs, requestTimeoutMs, keepAliveTimeoutMs } = limits;
    const bounds = {
      connectionsCheckingInterval: limits.connectionsCheckMs,
      maxHeaderSize: headerBytesMax,
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      keepAliveTimeout: keepAliveTimeoutMs,
    };
    const serve = (request: IncomingMessage, response: ServerResponse): void => this.#receive(request, response);
    this.#server =
      parts.tls === null
        ? createServer(bounds, serve)
        : createTlsServer({ ...bounds, ...tlsOptions(parts.tls) }, serve);
    this.#server.on('connection', (socket: Socket) => {
      if (!this.#connections.take(socket)) return;
      const farEnd = farEndOf(socket);
      this.#fresh.set(farEnd, socket);
      socket.once('close', () => {
        if (this.#fresh.get(farEnd) === socket) this.#fresh.delete(farEnd);
      });
    });
  }

  /** Shows another certificate to connections that are made from now on. */
  renewTls(identity: TlsIdentity): void {
    invariant(this.#server instanceof TlsServer, 'a server that renews its certificate speaks TLS');
    this.#server.setSecureContext(tlsOptions(identity));
  }

  /** The port that is listened on. */
  get port(): number {
    const address: string | AddressInfo | null = this.#server.address();
    invariant(typeof address === 'object' && address !== null, 'a server that listens has a port');
    return address.port;
  }

  /** Failures: `address-in-use`, `address-not-usable`. */
  async listen(host: string, port: number): Promise<void> {
    try {
      this.#server.listen({ port, host, backlog: this.#parts.limits.backlog });
      await once(this.#server, 'listening');
    } catch (cause) {
      throw listenFailure(host, port, cause);
    }
  }

  /** Takes no more connections and lets the requests under way finish, up to a limit; then cuts what is left. */
  async stop(): Promise<void> {
    const { clock, log } = this.#parts;
    this.#stopping = true;
    let isClosed = false;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve())).then(() => {
      isClosed = true;
    });
    const reason = new Failure(engineFailures['engine-stopped'], 'the server is shutting down');
    for (const stream of this.#streams) stream.abort(reason);
    const deadlineMs = clock.monotonicMs() + this.#parts.limits.stopTimeoutMs;
    while (!isClosed && clock.monotonicMs() < deadlineMs) {
      await Promise.race([closed, clock.sleep(STOP_STEP_MS)]);
      // A request that was sent before the stop has been read by now: what is still fresh has sent none.
      for (const socket of this.#fresh.values()) socket.destroy();
      // An answer that was on its way when the stop began leaves an idle connection behind.
      this.#server.closeIdleConnections();
    }
    this.#server.closeAllConnections();
    await closed;
    log?.flush();
  }

  /** What it does says about itself, for the metrics. */
  get load(): HttpLoad {
    return {
      waiting: this.#door.waiting,
      refused: this.#door.refused,
      connections: this.#connections.open,
      connectionsRefused: this.#connections.refused,
      unsentBytes: this.#unsent.bytes,
      readersCut: this.#unsent.cut,
    };
  }

  /** Begins a request, or lets it wait at the door. The server's words about itself never wait. */
  #receive(request: IncomingMessage, response: ServerResponse): void {
    const { clock, bounds } = this.#parts;
    const { socket, method = '', url = '/', headers } = request;
    if (this.#connections.isRefused(socket)) return;
    this.#fresh.delete(farEndOf(socket));
    const arrivedMs = clock.monotonicMs();
    const deadlineMs = arrivedMs + timeoutOf(headers, bounds.requestMs);
    const begin = (refusal: Failure | undefined): void =>
      void this.#serve({ request, response, arrivedMs, deadlineMs }, refusal);
    const writes = mayWrite(method, url);
    if (!isGuardedPath(url) || this.#door.isOpen(writes, arrivedMs)) begin(undefined);
    else this.#door.wait({ arrivedMs, deadlineMs, mayWrite: writes, hasLeft: () => socket.destroyed, enter: begin });
  }

  async #serve(arrival: Arrival, refusal: Failure | undefined): Promise<void> {
    const { clock, metrics } = this.#parts;
    const { request, response, arrivedMs: startedMs, deadlineMs } = arrival;
    metrics.inFlight += 1;
    const answered =
      refusal === undefined ? await this.#parts.answer(request, deadlineMs) : this.#parts.refuse(request, refusal);
    const { reply } = answered;
    const isLast = this.#stopping || this.#isCutOff(arrival, reply.status);
    const sizeBytes = reply.stream === undefined ? this.#write(response, answered, isLast) : 0;
    const durationMs = clock.monotonicMs() - startedMs;
    metrics.inFlight -= 1;
    metrics.count(answered.route, reply.status, durationMs);
    // How long a stream was read tells nothing about the server: the metrics have the time until its first page.
    const measured =
      reply.stream === undefined
        ? { durationMs, sizeBytes }
        : {
            sizeBytes: await this.#send(response, answered, reply.stream),
            durationMs: clock.monotonicMs() - startedMs,
          };
    this.#log(request, answered, measured);
  }

  /** Whether a refusal comes while the body comes, and the rest of it would take too long or too much to wait for. */
  #isCutOff({ request, deadlineMs }: Arrival, status: number): boolean {
    if (request.complete || (status !== 413 && status !== 503)) return false;
    const { clock, limits } = this.#parts;
    const announced = Number(request.headers['content-length'] ?? Number.POSITIVE_INFINITY);
    return status === 413 || announced > limits.refusedBodyBytesMax || clock.monotonicMs() >= deadlineMs;
  }

  /**
   * Sends a stream as fast as its reader takes it, and answers its size. The reader's leaving ends it, a stop of the server
   * too: with a last piece for a reader that keeps up, without one for a reader that does not.
   */
  async #send(response: ServerResponse, answered: Answered, stream: ReplyStream): Promise<number> {
    const ending = new AbortController();
    this.#streams.add(ending);
    response.once('close', () => ending.abort());
    // Who left while the first page was read gives no sign any more.
    if (response.destroyed) ending.abort();
    if (this.#stopping) ending.abort(new Failure(engineFailures['engine-stopped'], 'the server is shutting down'));
    let sizeBytes = 0;
    try {
      const { status, type } = answered.reply;
      const headers = ['Response-Meta', this.#parts.responseMeta, 'Cache-Control', 'no-store'];
      headers.push(...(answered.headers ?? []));
      if (type !== null) headers.push('Content-Type', type);
      response.writeHead(status, headers);
      for (;;) {
        const piece = response.req.method === 'HEAD' ? null : await stream.next(ending.signal);
        if (piece === null) break;
        sizeBytes += Buffer.byteLength(piece);
        if (!response.write(piece)) await drained(response, ending.signal, this.#parts.limits.streamStallMs);
      }
      response.end();
    } catch (error) {
      if (!ending.signal.aborted && !isStall(error)) this.#parts.onMistake(error, answered.requestId);
      response.destroy();
    } finally {
      this.#streams.delete(ending);
      stream.close();
    }
    return sizeBytes;
  }

  #write(response: ServerResponse, answered: Answered, isLast: boolean): number {
    const { status, type, body, allow, challenge } = answered.reply;
    const sizeBytes = Buffer.byteLength(body);
    const headers = ['Response-Meta', this.#parts.responseMeta];
    // A 204 has no body, and by the rules of HTTP no length either.
    if (status !== 204) headers.push('Content-Length', String(sizeBytes));
    if (type !== null) headers.push('Content-Type', type);
    if (allow !== undefined) headers.push('Allow', allow);
    if (challenge !== undefined) headers.push('WWW-Authenticate', challenge);
    if (answered.headers !== undefined) headers.push(...answered.headers);
    if (status === 503) headers.push('Retry-After', this.#retryAfter());
    if (isLast) headers.push('Connection', 'close');
    response.writeHead(status, headers);
    response.end(body);
    this.#unsent.watch(response);
    return sizeBytes;
  }

  /** Seconds from 1 on, another number for each of several clients that are refused together. */
  #retryAfter(): string {
    this.#refusals += 1;
    return String(1 + (this.#refusals % this.#parts.limits.retryAfterSecondsMax));
  }

  #log(request: IncomingMessage, answered: Answered, measured: { durationMs: number; sizeBytes: number }): void {
    const { log, clock } = this.#parts;
    if (log === null) return;
    const { reply, path, requestId } = answered;
    const { method = '' } = request;
    log.add({ timeMs: clock.nowMs(), method, path, status: reply.status, requestId, ...measured });
  }
}

function tlsOptions({ cert, key }: TlsIdentity) {
  const { handshakeTimeoutMs } = SERVER_LIMITS;
  return { cert, key, minVersion: 'TLSv1.2', handshakeTimeout: handshakeTimeoutMs } as const;
}

/** Address and port of the other side of a connection. */
function farEndOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress}:${remotePort}`;
}

/** Resolves when the reader has taken what was written; rejects when it takes nothing for too long. */
async function drained(response: ServerResponse, signal: AbortSignal, stallMs: number): Promise<void> {
  const stall = new AbortController();
  const timer = setTimeout(() => stall.abort(), stallMs);
  try {
    await once(response, 'drain', { signal: AbortSignal.any([signal, stall.signal]) });
  } finally {
    clearTimeout(timer);
  }
}

function isStall(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

function listenFailure(host: string, port: number, cause: unknown): Failure {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
  const place = `${host}:${port}`;
  if (code === 'EADDRINUSE') {
    const message = `another program listens on ${place}; stop it, or choose another port`;
    return new Failure(serverFailures['address-in-use'], message, { host, port }, cause);
  }
  const message = `cannot listen on ${place} (${code})`;
  return new Failure(serverFailures['address-not-usable'], message, { host, port, code }, cause);
}
