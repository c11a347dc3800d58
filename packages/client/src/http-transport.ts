import { parseJson, printJson } from '@actionbase/core/codec/json-text';
import type { JsonValue } from '@actionbase/core/codec/json-value';
import type { RetryRule } from '@actionbase/core/failure';
import { isJsonObject, memberOf } from '@actionbase/core/wire/json-place';
import { ActionbaseError, badArgument } from './actionbase-error.ts';
import { readLines } from './read-lines.ts';
import { parseRetryAfter, planRetry, retryRuleOf } from './retry-plan.ts';

/** What every call takes. */
export interface CallOptions {
  /** Deadline of the whole call, all attempts together. */
  readonly timeoutMs?: number | undefined;
  /** Gives the call up; the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** One call of the HTTP API. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Segments below the server's address, not yet escaped. */
  readonly path: readonly string[];
  readonly query?: readonly (readonly [name: string, value: string])[];
  readonly body?: JsonValue;
  /** Whether a second sending does no harm if the first one took effect. */
  readonly repeatable: boolean;
  /** Stands for the transport's own number. */
  readonly retries?: number;
  readonly options?: CallOptions | undefined;
}

/** The outside of a transport: all of it is replaced in tests. */
export interface TransportParts {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly fetch: typeof fetch;
  readonly nowMs: () => number;
  readonly random: () => number;
  readonly sleep: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly retryAfterMs: number | undefined;
}

/** Errors of the system that come before anything was sent. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/**
 * Sends calls over HTTP: one deadline per call, attempts within it by the rule of the failure. Connections are kept open
 * and reused, as `fetch` does.
 */
export class HttpTransport {
  readonly #parts: TransportParts;
  readonly #base: string;

  constructor(parts: TransportParts) {
    if (!URL.canParse(parts.url) || !/^https?:/.test(parts.url)) {
      throw badArgument(`url is "${parts.url}"; expected an address like http://127.0.0.1:8080`);
    }
    requireHeaders(parts.headers);
    this.#parts = parts;
    this.#base = parts.url.replace(/\/+$/, '');
  }

  /** Answers the parsed body of a 2xx answer, undefined when it is empty. Throws `ActionbaseError` for all else. */
  async send(call: Call): Promise<JsonValue | undefined> {
    const { answer, url } = await this.#sendUntilAnswered(call);
    return parseAnswer(answer, url);
  }

  /** The body of a 2xx answer as it is: of the few paths that answer text. */
  async sendForText(call: Call): Promise<string> {
    const { answer } = await this.#sendUntilAnswered(call);
    return answer.text;
  }

  /** As `send`, but a missing entity (404 without a body) is undefined. */
  async find(call: Call): Promise<JsonValue | undefined> {
    try {
      return await this.send(call);
    } catch (error) {
      if (error instanceof ActionbaseError && error.status === 404 && error.code === 'not-found') return undefined;
      throw error;
    }
  }

  /** The outside that calls with a plan of their own work with. */
  get parts(): TransportParts {
    return this.#parts;
  }

  /**
   * The lines of an answer that has no end of its own, as they come; sent once. A silence of more than `silenceMsMax` is a
   * lost connection. Throws `ActionbaseError`.
   */
  async *readLines(call: Call, silenceMsMax: number): AsyncGenerator<string, undefined> {
    const url = this.#base + printPath(call);
    const given = call.options?.signal;
    const silence = new AbortController();
    let timer = setTimeout(() => silence.abort(), silenceMsMax);
    const signal = given === undefined ? silence.signal : AbortSignal.any([given, silence.signal]);
    try {
      const { fetch } = this.#parts;
      const { body, headers } = this.#bodyOf(call);
      const response = await fetch(url, { method: call.method, headers, ...body, redirect: 'manual', signal });
      if (response.status !== 200 || response.body === null) {
        throw errorOf({ status: response.status, text: await response.text(), retryAfterMs: undefined }, url);
      }
      yield* readLines(response.body, () => {
        clearTimeout(timer);
        timer = setTimeout(() => silence.abort(), silenceMsMax);
      });
      return undefined;
    } catch (cause) {
      given?.throwIfAborted();
      throw cause instanceof ActionbaseError ? cause : lostConnection({ url, body: undefined, leftMs: 0 }, cause);
    } finally {
      clearTimeout(timer);
    }
  }

  #bodyOf(call: Call): { readonly body: { readonly body?: string }; readonly headers: TransportParts['headers'] } {
    const { headers } = this.#parts;
    if (call.body === undefined) return { body: {}, headers };
    return { body: { body: printBody(call.body) }, headers: { ...headers, 'content-type': 'application/json' } };
  }

  async #sendUntilAnswered(call: Call): Promise<{ readonly answer: Answer; readonly url: string }> {
    const { retries, nowMs, random, sleep } = this.#parts;
    const url = this.#base + printPath(call);
    const body = call.body === undefined ? undefined : printBody(call.body);
    const deadlineMs = nowMs() + (call.options?.timeoutMs ?? this.#parts.timeoutMs);
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.#attempt(call, { url, body, leftMs: deadlineMs - nowMs() });
      if (!(outcome instanceof ActionbaseError) && outcome.status < 300) return { answer: outcome, url };
      const error = outcome instanceof ActionbaseError ? outcome : errorOf(outcome, url);
      const waitMs = planRetry({
        status: error.status,
        retry: error.retry,
        attempt,
        retries: call.retries ?? retries,
        repeatable: call.repeatable,
        leftMs: deadlineMs - nowMs(),
        retryAfterMs: outcome instanceof ActionbaseError ? undefined : outcome.retryAfterMs,
        random: random(),
      });
      if (waitMs === undefined) throw error;
      await sleep(waitMs, call.options?.signal);
    }
  }

  async #attempt(call: Call, request: Request): Promise<Answer | ActionbaseError> {
    const { headers, nowMs } = this.#parts;
    const given = call.options?.signal;
    const deadline = AbortSignal.timeout(Math.max(0, Math.ceil(request.leftMs)));
    try {
      const response = await this.#parts.fetch(request.url, {
        method: call.method,
        headers: request.body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
        ...(request.body === undefined ? {} : { body: request.body }),
        redirect: 'manual',
        signal: given === undefined ? deadline : AbortSignal.any([given, deadline]),
      });
      const text = await response.text();
      return {
        status: response.status,
        text,
        retryAfterMs: parseRetryAfter(response.headers.get('retry-after'), nowMs()),
      };
    } catch (cause) {
      given?.throwIfAborted();
      return deadline.aborted ? timedOut(request, cause) : lostConnection(request, cause);
    }
  }
}

/** What a header cannot hold would look like a connection that broke, call after call. */
function requireHeaders(headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    try {
      new Headers({ [name]: value });
    } catch {
      // The cause is left behind: it shows the value, which may be a token.
      throw badArgument(
        `the header ${name} cannot be sent: it may hold no line break and only characters up to U+00FF`,
      );
    }
  }
}

interface Request {
  readonly url: string;
  readonly body: string | undefined;
  readonly leftMs: number;
}

function printPath({ path, query = [] }: Call): string {
  const segments = path.map((segment) => `/${encodeURIComponent(segment)}`).join('');
  const pairs = query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  return segments + (pairs.length === 0 ? '' : `?${pairs.join('&')}`);
}

function printBody(body: JsonValue): string {
  try {
    return printJson(body);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw badArgument(`the request is not JSON: ${reason}; send "NaN" and "Infinity" as text`, cause);
  }
}

function parseAnswer(answer: Answer, url: string): JsonValue | undefined {
  if (answer.text === '') return undefined;
  try {
    return parseJson(answer.text);
  } catch (cause) {
    const message = `the answer of ${url} is not JSON; is there another server at this address?`;
    throw new ActionbaseError({ status: answer.status, code: 'malformed-answer', message, retry: 'never', cause });
  }
}

const CODES_OF_STATUS: ReadonlyMap<number, string> = new Map([
  [401, 'unauthorized'],
  [403, 'forbidden'],
]);

/** The error that an answer stands for, whichever of the error bodies it has. */
function errorOf(answer: Answer, url: string): ActionbaseError {
  const { status, text } = answer;
  const body = parseErrorBody(text);
  const code = body.code ?? (status === 404 && text === '' ? 'not-found' : CODES_OF_STATUS.get(status));
  const message = body.message ?? `${status}${body.error === undefined ? '' : ` ${body.error}`} from ${url}`;
  const known = code ?? `http-${status}`;
  return new ActionbaseError({ status, code: known, message, retry: body.retry ?? retryRuleOf(status, known) });
}

const RETRY_RULES: readonly RetryRule[] = ['never', 'later', 'unknown-outcome'];

interface ErrorBody {
  readonly code?: string | undefined;
  readonly retry?: RetryRule | undefined;
  readonly message?: string | undefined;
  readonly error?: string | undefined;
}

function parseErrorBody(text: string): ErrorBody {
  const json = parseOrNull(text);
  if (!isJsonObject(json)) return {};
  const textOf = (name: string): string | undefined => {
    const value = memberOf(json, name);
    return typeof value === 'string' ? value : undefined;
  };
  const retry = RETRY_RULES.find((rule) => rule === textOf('retry'));
  return { code: textOf('code'), retry, message: textOf('message'), error: textOf('error') };
}

/** What is not JSON has nothing to tell us: a proxy's page, or no body at all. */
function parseOrNull(text: string): JsonValue {
  try {
    return parseJson(text);
  } catch {
    return null;
  }
}

function timedOut({ url }: Request, cause: unknown): ActionbaseError {
  const message = `no answer from ${url} before the deadline; a write may have happened`;
  return new ActionbaseError({ status: 0, code: 'timed-out', message, retry: 'unknown-outcome', cause });
}

function lostConnection({ url }: Request, cause: unknown): ActionbaseError {
  const systemCode = systemCodeOf(cause);
  const reason = systemCode ?? (cause instanceof Error ? cause.message : String(cause));
  if (systemCode !== undefined && NOT_SENT.has(systemCode)) {
    const message = `no connection to ${new URL(url).origin} (${reason})`;
    return new ActionbaseError({ status: 0, code: 'not-reachable', message, retry: 'later', cause });
  }
  const message = `the connection to ${new URL(url).origin} broke (${reason}); a write may have happened`;
  return new ActionbaseError({ status: 0, code: 'connection-lost', message, retry: 'unknown-outcome', cause });
}

/** `fetch` hides the system's error in the cause of its own. */
function systemCodeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return systemCodeOf(error.cause);
}
