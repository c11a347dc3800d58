import type { EntryStatus } from '@actionbase/core/model/edge';
import type { JsonPlace } from '@actionbase/core/wire/json-place';
import { ActionbaseError } from './actionbase-error.ts';
import type { CallOptions, HttpTransport } from './http-transport.ts';
import { type Json, type JsonMembers, plainJson } from './plain-json.ts';
import { readAnswer } from './read-answer.ts';

/** How the queue of asynchronous mutations is; times are milliseconds. */
export interface QueueStatus {
  /** idle, draining, waiting-for-room (the side queue is full) or failing. */
  readonly state: string;
  /** Why it is failing, else null. */
  readonly reason: string | null;
  /** Frames of the log that may hold mutations which are not in effect yet. */
  readonly framesBehind: number;
  /** No mutation that waits is older; null when none waits. */
  readonly waitingSinceMs: number | null;
  /** Mutations in the side queue, and how many it takes. */
  readonly parked: number;
  readonly parkedMax: number;
  /** How long requests took from their acknowledgement until they were in effect, since the server started. */
  readonly visibility: {
    readonly count: number;
    readonly sumMs: number;
    readonly lastMs: number | null;
    /** Requests that took at most `leMs` and longer than the bound before; null is above all bounds. */
    readonly buckets: readonly { readonly leMs: number | null; readonly count: number }[];
  };
}

/** A mutation of one edge that was refused when it should have taken effect, and waits for an operator. */
export interface ParkedMutation {
  /** What it is retried and dropped by. */
  readonly id: string;
  /** "database.table". */
  readonly table: string;
  /** Why it was refused. */
  readonly code: string;
  readonly message: string;
  /** How often it was refused. */
  readonly tries: number;
  readonly parkedMs: number;
  /** When the request came, of whom, and its id. */
  readonly timeMs: number;
  readonly requestId: string;
  readonly actor: string;
  /** The alias by which the request named the table, or null. */
  readonly alias: string | null;
  /** The request's last event for this edge, with what it said, as in the WAL; `events` is how many it had. */
  readonly op: string;
  readonly events: number;
  readonly edge: JsonMembers;
}

export interface ParkedOptions extends CallOptions {
  /** "database.table": only its mutations. */
  readonly table?: string | undefined;
  /** At most this many, 100 when missing and at most 1,000. */
  readonly limit?: number | undefined;
  /** Begins behind this id; with the oldest when missing. */
  readonly after?: string | undefined;
}

export interface ParkedPage {
  readonly status: QueueStatus;
  readonly mutations: readonly ParkedMutation[];
  /** What to begin the next page behind; null at the end. */
  readonly next: string | null;
}

/** What a retry did. ERROR: it was refused again, and is parked as `parkedAs` now. */
export interface RetryResult {
  readonly status: EntryStatus;
  readonly code: string | null;
  readonly message: string | null;
  readonly parkedAs: string | null;
}

const QUEUE = ['actionbase', 'v1', 'queue'] as const;

/** The queue of asynchronous mutations, and those of them that were refused. */
export class QueueCalls {
  readonly #transport: HttpTransport;

  constructor(transport: HttpTransport) {
    this.#transport = transport;
  }

  async status(options?: CallOptions): Promise<QueueStatus> {
    return (await this.parked({ ...options, limit: 0 })).status;
  }

  /** One page of what is parked, the oldest first. */
  async parked({ table, limit, after, ...options }: ParkedOptions = {}): Promise<ParkedPage> {
    const given = Object.entries({ table, limit, after }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)] as const],
    );
    const call = { method: 'GET', path: QUEUE, query: given, repeatable: true, options } as const;
    return readAnswer(await this.#transport.send(call), readPage);
  }

  /**
   * Has a parked mutation take effect now, whatever the modes say. Undefined when nothing is parked under the id: also when
   * the answer to a first sending was lost, after which it took effect once, or is parked under another id.
   */
  async retry(id: string, options?: CallOptions): Promise<RetryResult | undefined> {
    const path = [...QUEUE, 'parked', id, 'retry'];
    const call = { method: 'POST', path, repeatable: true, options } as const;
    return this.#orUndefined(async () => readAnswer(await this.#transport.send(call), readRetry));
  }

  /** Forgets a parked mutation; false when nothing is parked under the id (any more). */
  async drop(id: string, options?: CallOptions): Promise<boolean> {
    const call = { method: 'DELETE', path: [...QUEUE, 'parked', id], repeatable: true, options } as const;
    const dropped = await this.#orUndefined(async () => {
      await this.#transport.send(call);
      return true;
    });
    return dropped ?? false;
  }

  async #orUndefined<T>(call: () => Promise<T>): Promise<T | undefined> {
    try {
      return await call();
    } catch (error) {
      if (error instanceof ActionbaseError && error.code === 'not-parked') return undefined;
      throw error;
    }
  }
}

function readPage(place: JsonPlace): ParkedPage {
  const body = place.object();
  const visibility = body.member('visibility').object();
  const status = {
    state: body.member('state').text(),
    reason: textOrNull(body.member('reason')),
    framesBehind: integer(body.member('framesBehind')),
    waitingSinceMs: integerOrNull(body.member('waitingSinceMs')),
    parked: integer(body.member('parked')),
    parkedMax: integer(body.member('parkedMax')),
    visibility: {
      count: integer(visibility.member('count')),
      sumMs: integer(visibility.member('sumMs')),
      lastMs: integerOrNull(visibility.member('lastMs')),
      buckets: visibility
        .member('buckets')
        .items()
        .map((bucket) => ({ leMs: integerOrNull(bucket.member('leMs')), count: integer(bucket.member('count')) })),
    },
  };
  return { status, mutations: body.member('mutations').items().map(readParked), next: textOrNull(body.member('next')) };
}

function readParked(place: JsonPlace): ParkedMutation {
  const body = place.object();
  const edge = plainJson(body.member('edge').object().value ?? null);
  return {
    id: body.member('id').text(),
    table: body.member('table').text(),
    code: body.member('code').text(),
    message: body.member('message').text(),
    tries: integer(body.member('tries')),
    parkedMs: integer(body.member('parkedMs')),
    timeMs: integer(body.member('timeMs')),
    requestId: body.member('requestId').text(),
    actor: body.member('actor').text(),
    alias: textOrNull(body.member('alias')),
    op: body.member('op').text(),
    events: integer(body.member('events')),
    edge: isMembers(edge) ? edge : {},
  };
}

function isMembers(value: Json): value is JsonMembers {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readRetry(place: JsonPlace): RetryResult {
  const body = place.object();
  return {
    status: body.member('status').oneOf(['CREATED', 'UPDATED', 'DELETED', 'IDLE', 'ERROR', 'PURGED']),
    code: textOrNull(body.member('code')),
    message: textOrNull(body.member('message')),
    parkedAs: textOrNull(body.member('parkedAs')),
  };
}

function textOrNull(place: JsonPlace): string | null {
  return place.isUnset ? null : place.text();
}

function integer(place: JsonPlace): number {
  return place.integer(0, Number.MAX_SAFE_INTEGER);
}

function integerOrNull(place: JsonPlace): number | null {
  return place.isUnset ? null : integer(place);
}
