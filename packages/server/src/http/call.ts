import type { IncomingHttpHeaders } from 'node:http';
import { invariant } from '@actionbase/core/failure';
import type { Caller } from '../access/caller.ts';
import { Parameters } from './parameters.ts';

/** One request, read: what a route needs to answer it. */
export class Call {
  readonly headers: IncomingHttpHeaders;
  /** What follows the "?" of the URL. */
  readonly query: string;
  /** The body's text; empty for a route that takes none. */
  readonly body: string;
  /** Who sent it, and what they may do. */
  readonly caller: Caller;
  /** Until when its work may begin, as `Clock.monotonicMs` counts. */
  readonly deadlineMs: number;
  readonly #names: readonly string[];
  readonly #values: readonly string[];
  #parameters: Parameters | undefined;

  constructor(parts: CallParts) {
    this.headers = parts.headers;
    this.query = parts.query;
    this.body = parts.body;
    this.caller = parts.caller;
    this.deadlineMs = parts.deadlineMs;
    this.#names = parts.names;
    this.#values = parts.values;
  }

  /** A part of the path, by its name in the route's template. */
  segment(name: string): string {
    const value = this.#values[this.#names.indexOf(name)];
    invariant(value !== undefined, `the route's template names {${name}}`);
    return value;
  }

  get parameters(): Parameters {
    this.#parameters ??= Parameters.parse(this.query);
    return this.#parameters;
  }

  /** Header X-Request-ID; "-" when missing. */
  get requestId(): string {
    return this.requestIdOr('-');
  }

  /** Header X-Request-ID, or what stands for a missing one. */
  requestIdOr(missing: string): string {
    return headerOf(this.headers, 'x-request-id') ?? missing;
  }

  /** Header X-Actor-ID, or the older X-AB-Actor-ID; "-" when both are missing. */
  get actor(): string {
    return this.caller.actor;
  }
}

/** Header X-Actor-ID, or the older X-AB-Actor-ID; "-" when both are missing. */
export function actorOf(headers: IncomingHttpHeaders): string {
  return headerOf(headers, 'x-actor-id') ?? headerOf(headers, 'x-ab-actor-id') ?? '-';
}

function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export interface CallParts {
  readonly headers: IncomingHttpHeaders;
  readonly query: string;
  readonly body: string;
  readonly caller: Caller;
  readonly deadlineMs: number;
  /** Names in the route's template, and what the path has in their places. */
  readonly names: readonly string[];
  readonly values: readonly string[];
}
