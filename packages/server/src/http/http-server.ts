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
import { SERVER_LIMITS } from '../limits.ts';
import type { RequestMetrics } from '../metrics/request-metrics.ts';
import type { Answered, ReplyStream } from './reply.ts';
import type { RequestLog } from './request-log.ts';

export interface HttpServerParts {
  readonly clock: Clock;
  /** Answers every request; never rejects. */
  readonly answer: (request: IncomingMessage) => Promise<Answered>;
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

/** Pause between two looks at connections that became idle during a stop. */
const STOP_STEP_MS = 20;

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
  #stopping = false;

  constructor(parts: HttpServerParts) {
    this.#parts = parts;
    const { headerBytesMax, headersTimeoutMs, requestTimeoutMs, keepAliveTimeoutMs } = SERVER_LIMITS;
    const bounds = {
      maxHeaderSize: headerBytesMax,
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      keepAliveTimeout: keepAliveTimeoutMs,
    };
    const serve = (request: IncomingMessage, response: ServerResponse): void => void this.#serve(request, response);
    this.#server =
      parts.tls === null
        ? createServer(bounds, serve)
        : createTlsServer({ ...bounds, ...tlsOptions(parts.tls) }, serve);
    this.#server.on('connection', (socket: Socket) => {
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
      this.#server.listen(port, host);
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
    const deadlineMs = clock.monotonicMs() + SERVER_LIMITS.stopTimeoutMs;
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

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { clock, metrics } = this.#parts;
    const startedMs = clock.monotonicMs();
    this.#fresh.delete(farEndOf(request.socket));
    metrics.inFlight += 1;
    const answered = await this.#parts.answer(request);
    const { reply } = answered;
    const isCutOff = reply.status === 413 && !request.complete;
    const isLast = this.#stopping || isCutOff;
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
        if (!response.write(piece)) await drained(response, ending.signal);
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
    if (isLast) headers.push('Connection', 'close');
    response.writeHead(status, headers);
    response.end(body);
    return sizeBytes;
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
async function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  const stall = new AbortController();
  const timer = setTimeout(() => stall.abort(), SERVER_LIMITS.streamStallMs);
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
