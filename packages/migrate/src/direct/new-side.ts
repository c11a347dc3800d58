import type { ActionbaseClient, EdgeResult, EdgeStatus, Mutation } from '@actionbase/client';
import { ActionbaseError } from '@actionbase/client';
import type { JsonObject } from '@actionbase/core/codec/json-value';

/** The newest known event of one key: an edge to put, or its deletion. */
export interface KeyedEdge {
  readonly source: string | bigint;
  readonly target: string | bigint;
  /** The edge's version, twice that of the row. */
  readonly version: bigint;
  /** All properties of the mapping; null deletes the edge. */
  readonly properties: JsonObject | null;
}

/** What became of edges that were sent to the new side. */
export type Sent =
  /** Statuses, in the order of the edges. */
  | { readonly kind: 'done'; readonly statuses: readonly SentStatus[] }
  /** There is no such name, or it is not active: the fence is closed. Nothing was written. */
  | { readonly kind: 'fenced' }
  /** Refused as it is; nothing was written. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Not reached, overloaded or timed out: it may have happened. Sending it again is harmless. */
  | { readonly kind: 'unavailable'; readonly reason: string };

export interface SentStatus {
  readonly status: EdgeStatus;
  /** Why, when status is ERROR. */
  readonly reason: string;
}

/** What the director needs of the new store. None of the calls throws for what the store answers, or does not. */
export interface NewSide {
  /** Writes edges of distinct keys under a table or an alias. */
  send(name: string, edges: readonly KeyedEdge[], timeoutMs: number): Promise<Sent>;
  /** The version of an active edge; undefined when there is none. `unavailable` when it could not be read. */
  versionOf(edge: Pick<KeyedEdge, 'source' | 'target'>, timeoutMs: number): Promise<bigint | 'unavailable' | undefined>;
}

/** The new side over HTTP. */
export class ClientNewSide implements NewSide {
  readonly #client: ActionbaseClient;
  readonly #database: string;
  readonly #table: string;

  constructor(client: ActionbaseClient, { database, table }: { readonly database: string; readonly table: string }) {
    this.#client = client;
    this.#database = database;
    this.#table = table;
  }

  async send(name: string, edges: readonly KeyedEdge[], timeoutMs: number): Promise<Sent> {
    try {
      const mutations = edges.map(mutationOf);
      const results = await this.#client.table(this.#database, name).mutate(mutations, { sync: true, timeoutMs });
      return { kind: 'done', statuses: inOrderOf(edges, results) };
    } catch (error) {
      if (!(error instanceof ActionbaseError)) throw error;
      if (error.code === 'unknown-table') return { kind: 'fenced' };
      const reason = `${error.code}: ${error.message}`;
      return error.retry === 'never' ? { kind: 'refused', reason } : { kind: 'unavailable', reason };
    }
  }

  async versionOf(
    { source, target }: Pick<KeyedEdge, 'source' | 'target'>,
    timeoutMs: number,
  ): Promise<bigint | 'unavailable' | undefined> {
    try {
      const edge = await this.#client.table(this.#database, this.#table).get(source, target, { timeoutMs });
      return edge === undefined ? undefined : BigInt(edge.version);
    } catch (error) {
      if (error instanceof ActionbaseError) return 'unavailable';
      throw error;
    }
  }
}

function mutationOf({ source, target, version, properties }: KeyedEdge): Mutation {
  return properties === null
    ? { type: 'DELETE', edge: { version, source, target } }
    : { type: 'INSERT', edge: { version, source, target, properties } };
}

/** The server answers in the order of the keys; the ends that it cast have the texts that were sent, or are the only ones. */
function inOrderOf(edges: readonly KeyedEdge[], results: readonly EdgeResult[]): readonly SentStatus[] {
  const [first] = results;
  if (edges.length === 1 && first !== undefined) return [statusOf(first)];
  const byKey = new Map(results.map((result) => [keyOf(result), result]));
  return edges.map((edge) => {
    const result = byKey.get(keyOf(edge));
    return result === undefined
      ? { status: 'ERROR', reason: 'the answer has no result for the edge' }
      : statusOf(result);
  });
}

function keyOf({ source, target }: { readonly source: unknown; readonly target: unknown }): string {
  return JSON.stringify([String(source), String(target)]);
}

function statusOf({ status, code = '', message = '' }: EdgeResult): SentStatus {
  return { status, reason: status === 'ERROR' ? `${code}: ${message}` : '' };
}
