import { ActionbaseError, type EdgeResult, type Mutation } from '@actionbase/client';
import { Failure } from '@actionbase/core/failure';
import type { Clock } from '@actionbase/ports/clock';
import { migrateFailures } from '../failures.ts';
import { REQUEST_EDGES_MAX, REQUESTS_IN_FLIGHT_MAX, RETRY_MS } from '../limits.ts';
import { type EdgeEvent, printEdgeKey } from './edge-event.ts';

/** What is needed of the new table; a `TableHandle` has it. */
export interface MutableTable {
  mutate(
    mutations: readonly Mutation[],
    options: { readonly sync: true; readonly signal: AbortSignal },
  ): Promise<readonly EdgeResult[]>;
}

export interface EdgeSenderParts {
  readonly table: MutableTable;
  readonly clock: Clock;
  /** Told why, each time that it waits for the new store. */
  readonly onWaiting?: ((reason: string) => void) | undefined;
}

/**
 * Sends events to the new table until all of them are in effect. What may be sent again is, until the signal is aborted: events
 * carry their versions, so a second sending is harmless. An edge that is refused ends it with `row-unfit`: nothing is left out.
 */
export class EdgeSender {
  readonly #parts: EdgeSenderParts;

  constructor(parts: EdgeSenderParts) {
    this.#parts = parts;
  }

  /** Events of distinct keys, in requests of some hundreds, a few at a time. */
  async send(events: Iterable<EdgeEvent>, signal: AbortSignal): Promise<void> {
    const requests = inRequests([...events]);
    let next = 0;
    const lane = async () => {
      for (let request = requests[next++]; request !== undefined; request = requests[next++]) {
        await this.#sendRequest(request, signal);
      }
    };
    await Promise.all(Array.from({ length: Math.min(REQUESTS_IN_FLIGHT_MAX, requests.length) }, lane));
  }

  /** A request that is refused is halved until the edge that is meant stands alone. */
  async #sendRequest(events: readonly EdgeEvent[], signal: AbortSignal): Promise<void> {
    try {
      checkResults(await this.#sendPatiently(events, signal));
    } catch (error) {
      if (!(error instanceof ActionbaseError)) throw error;
      const [first] = events;
      if (first === undefined) return;
      if (events.length === 1) throw refused(printEdgeKey(first), error.code, error.message);
      const half = events.length >> 1;
      await this.#sendRequest(events.slice(0, half), signal);
      await this.#sendRequest(events.slice(half), signal);
    }
  }

  async #sendPatiently(events: readonly EdgeEvent[], signal: AbortSignal): Promise<readonly EdgeResult[]> {
    const { table, clock, onWaiting } = this.#parts;
    for (;;) {
      try {
        return await table.mutate(events.map(mutationOf), { sync: true, signal });
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof ActionbaseError) || error.retry === 'never') throw error;
        onWaiting?.(`the new table: ${error.message}`);
      }
      await clock.sleep(RETRY_MS, signal);
    }
  }
}

function checkResults(results: readonly EdgeResult[]): void {
  for (const { status, source, target, code = '', message = '' } of results) {
    if (status === 'ERROR') throw refused(`${JSON.stringify(source)} -> ${JSON.stringify(target)}`, code, message);
  }
}

function mutationOf({ source, target, version, properties }: EdgeEvent): Mutation {
  return properties === null
    ? { type: 'DELETE', edge: { version, source, target } }
    : { type: 'INSERT', edge: { version, source, target, properties } };
}

function inRequests(events: readonly EdgeEvent[]): EdgeEvent[][] {
  const requests: EdgeEvent[][] = [];
  for (let i = 0; i < events.length; i += REQUEST_EDGES_MAX) requests.push(events.slice(i, i + REQUEST_EDGES_MAX));
  return requests;
}

/** The failure of an edge that the new table does not take. */
export function refused(key: string, code: string, message: string): Failure {
  return new Failure(migrateFailures['row-unfit'], `the new table refuses ${key}: ${code}: ${message}`, { key, code });
}
