// Hot: once per request. Benchmark: http.
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Failure, invariant, unreachable } from '@actionbase/core/failure';
import { requireTime } from '@actionbase/engine/deadline';
import type { Caller } from './access/caller.ts';
import { serverFailures } from './failures.ts';
import { acceptsJson } from './http/accept.ts';
import type { AccessGuard } from './http/access-guard.ts';
import type { BodyReader } from './http/body.ts';
import { Call } from './http/call.ts';
import type { Cors } from './http/cors.ts';
import { failureReply } from './http/failure-reply.ts';
import { GuardedStream } from './http/guarded-stream.ts';
import { mayWrite } from './http/read-only.ts';
import { type Answered, emptyReply, type Reply } from './http/reply.ts';
import { requireTimeout } from './http/request-deadline.ts';
import type { Route } from './http/route.ts';
import { type RouteMatch, Router } from './http/router.ts';
import { SERVER_LIMITS } from './limits.ts';
import type { ServerState } from './serving.ts';
import { printStreamError } from './streams/record-stream.ts';

export interface ApiOptions {
  readonly routes: readonly Route[];
  readonly guard: AccessGuard;
  readonly readOnly: boolean;
  readonly bodies: BodyReader;
  /** Null: browsers keep pages of other origins away. */
  readonly cors: Cors | null;
  /** What every id that the server gives to a request begins with. */
  readonly requestIdPrefix: string;
  /** Told of every error that is our own mistake, with the id that the answer shows. */
  readonly onMistake: (error: unknown, requestId: string) => void;
}

/** The HTTP API as a function from requests to answers. It never throws: errors become answers. */
export class Api {
  readonly #options: ApiOptions;
  readonly #router: Router<Route>;
  #requests = 0;

  constructor(options: ApiOptions) {
    this.#options = options;
    this.#router = new Router(options.routes);
  }

  /** The answer to a request whose work has to begin before the deadline. */
  answer(request: IncomingMessage, server: ServerState, deadlineMs: number): Promise<Answered> {
    const { cors } = this.#options;
    return cors === null
      ? this.#answer(request, server, deadlineMs)
      : this.#answerWith(cors, { request, server, deadlineMs });
  }

  /** The answer to a request that nothing else is done for. */
  refuse(request: IncomingMessage, server: ServerState, refusal: Failure): Answered {
    const { cors } = this.#options;
    const { method = '', headers } = request;
    const path = pathOf(request);
    const requestId = this.#requestIdOf(headers);
    const reply = failureReply(refusal, { path, requestId, timestampMs: server.clock.nowMs() });
    const answered = { reply, route: `${METHODS.has(method) ? method : 'OTHER'} refused`, path, requestId };
    return cors === null ? answered : { ...answered, headers: cors.headersFor(method, headers, undefined) };
  }

  /** The answer with what browsers have to be told. */
  async #answerWith(cors: Cors, { request, server, deadlineMs }: Asked): Promise<Answered> {
    const answered = await this.#answer(request, server, deadlineMs);
    return { ...answered, headers: cors.headersFor(request.method ?? '', request.headers, answered.reply.allow) };
  }

  async #answer(request: IncomingMessage, server: ServerState, deadlineMs: number): Promise<Answered> {
    const { cors, guard, readOnly } = this.#options;
    const { method = '', url = '/', headers } = request;
    const path = pathOf(request);
    const requestId = this.#requestIdOf(headers);
    let route = `${METHODS.has(method) ? method : 'OTHER'} unknown`;
    try {
      if (url.length > SERVER_LIMITS.urlBytesMax) throw urlTooLong(url.length);
      requireTimeout(headers);
      const asksOnly = cors?.isPreflight(method, headers) ?? false;
      if (readOnly && !asksOnly) refuseWrite(method, path, path);
      const caller = guard.identify(request, requestId);
      const match = this.#router.find(method, path);
      // OPTIONS tells nothing but methods, and browsers send it without credentials.
      if (match.kind === 'wrong-method' || match.kind === 'unknown-path') {
        guard.admitUnfound(caller, path, route);
      }
      if (match.kind !== 'found') return { reply: answerUnfound(match, method, path), route, path, requestId };
      // The template too: a path may be percent-encoded, and a name in it may look like a call that reads.
      if (readOnly) refuseWrite(method, match.route.template, path);
      route = match.route.label;
      const query = url.slice(path.length + 1);
      return { reply: await this.#work(request, { match, query, caller, deadlineMs }, server), route, path, requestId };
    } catch (error) {
      if (!(error instanceof Failure) || error.kind.status === 500) this.#options.onMistake(error, requestId);
      const reply = failureReply(error, { path, requestId, timestampMs: server.clock.nowMs() });
      return { reply, route, path, requestId };
    }
  }

  async #work(
    request: IncomingMessage,
    { match, query, caller, deadlineMs }: Work,
    server: ServerState,
  ): Promise<Reply> {
    const { route, parameters: values } = match;
    const { names, reads, writes, work } = route;
    const { headers } = request;
    const { guard } = this.#options;
    guard.admit(caller, route);
    if (writes === 'json' && !acceptsJson(headers.accept)) {
      const message = `Accept is "${headers.accept}"; this path answers application/json`;
      throw new Failure(serverFailures['not-acceptable'], message);
    }
    const { serving } = server;
    if (work.needs === 'database' && serving === null) {
      throw new Failure(serverFailures.starting, 'the server is opening its data; try again in a moment');
    }
    if (serving !== null) guard.allow(caller, route, values, serving);
    const body = reads === 'json' ? await this.#options.bodies.readJsonText(request, deadlineMs) : '';
    requireTime(server.clock, deadlineMs);
    // An alias in the path may have been turned to another database while the body came.
    if (serving !== null && reads === 'json') guard.allow(caller, route, values, serving);
    const call = new Call({ headers, query, body, caller, deadlineMs, names, values });
    if (work.needs === 'server') return work.answer(call, server);
    invariant(serving !== null, 'a database route works on an open database');
    guard.allowMore(caller, route, call, serving);
    const reply = await work.answer(call, serving);
    if (reply.stream === undefined || caller.identity.kind !== 'token') return reply;
    const check = (): void => {
      const now = guard.renew(caller);
      guard.admit(now, route);
      guard.allow(now, route, values, serving);
      guard.allowMore(now, route, call, serving);
    };
    return { ...reply, stream: new GuardedStream(reply.stream, check, printStreamError) };
  }

  #requestIdOf(headers: IncomingHttpHeaders): string {
    const given = headers['x-request-id'];
    if (typeof given === 'string' && given !== '') return given;
    this.#requests += 1;
    return `${this.#options.requestIdPrefix}-${this.#requests}`;
  }
}

type Found = Extract<RouteMatch<Route>, { kind: 'found' }>;

/** A request that leads to a route. */
interface Work {
  readonly match: Found;
  readonly query: string;
  readonly caller: Caller;
  readonly deadlineMs: number;
}

interface Asked {
  readonly request: IncomingMessage;
  readonly server: ServerState;
  readonly deadlineMs: number;
}

function pathOf({ url = '/' }: IncomingMessage): string {
  const mark = url.indexOf('?');
  return mark < 0 ? url : url.slice(0, mark);
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE']);

/** Answers OPTIONS; what leads nowhere is a failure. */
function answerUnfound(match: Exclude<RouteMatch<Route>, Found>, method: string, path: string): Reply {
  switch (match.kind) {
    case 'options':
      return { ...emptyReply(200), allow: match.allow };
    case 'wrong-method': {
      const { allow } = match;
      throw new Failure(serverFailures['method-not-allowed'], `${method} ${path}: allowed are ${allow}`, { allow });
    }
    case 'unknown-path':
      throw new Failure(serverFailures['unknown-path'], `nothing is served under ${path}`, { path });
    default:
      return unreachable(match);
  }
}

/** Read-only mode: whatever is no GET is refused, but for the calls that only read. Failure: `read-only`. */
function refuseWrite(method: string, place: string, path: string): void {
  if (!mayWrite(method, place)) return;
  throw new Failure(serverFailures['read-only'], `Write operation not allowed in read-only mode: ${method} ${path}`);
}

function urlTooLong(length: number): Failure {
  const { urlBytesMax } = SERVER_LIMITS;
  const message = `the URL has ${length} bytes; at most ${urlBytesMax} are allowed`;
  return new Failure(serverFailures['url-too-long'], message, { length, urlBytesMax });
}
