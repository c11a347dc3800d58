import { ActionbaseError, type EdgeResult, type Mutation } from '@actionbase/client';
import type { JsonObject } from '@actionbase/core/codec/json-value';
import type { MutableTable } from '../send/edge-sender.ts';

interface StoredEdge {
  readonly version: bigint;
  readonly properties: JsonObject | null;
}

/** A new table in memory, as far as versions go: the higher one wins, and of the same one the last. */
export class MemoryTable implements MutableTable {
  readonly #edges = new Map<string, StoredEdge>();
  /** Mutations that were sent, counted again when they were sent again. */
  sent = 0;
  /** Thrown by the next calls, one each. */
  readonly failures: ActionbaseError[] = [];
  /** Targets that are refused: with the whole request, or as one of its results. */
  readonly refused = new Map<string, 'request' | 'result'>();

  async mutate(mutations: readonly Mutation[]): Promise<readonly EdgeResult[]> {
    this.sent += mutations.length;
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
    if (mutations.some(({ edge }) => this.refused.get(String(edge.target)) === 'request')) {
      throw new ActionbaseError({ status: 400, code: 'cast-failed', message: 'no long', retry: 'never' });
    }
    return mutations.map(({ type, edge }) => {
      const ends = { source: String(edge.source), target: String(edge.target) };
      if (this.refused.has(ends.target))
        return { ...ends, status: 'ERROR', count: 0, code: 'too-many', message: 'full' };
      const key = printKey(ends.source, ends.target);
      const version = BigInt(edge.version);
      const before = this.#edges.get(key);
      if (before !== undefined && before.version > version) return { ...ends, status: 'IDLE', count: 1 };
      this.#edges.set(key, { version, properties: type === 'DELETE' ? null : (edge.properties ?? {}) });
      return { ...ends, status: type === 'DELETE' ? 'DELETED' : 'UPDATED', count: 1 };
    });
  }

  /** Active edges by their keys, in order. */
  dump(): ReadonlyMap<string, StoredEdge> {
    const active = [...this.#edges].filter(([, { properties }]) => properties !== null);
    return new Map(active.sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

export function printKey(source: unknown, target: unknown): string {
  return `${String(source)} ${String(target)}`;
}

/** The failure of a new store that is away. */
export function away(): ActionbaseError {
  return new ActionbaseError({ status: 0, code: 'not-reachable', message: 'nobody there', retry: 'later' });
}
