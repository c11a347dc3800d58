import { ActionbaseError, type EdgeInput } from '@actionbase/client';
import { invariant } from '@actionbase/core/failure';
import type { Clock } from '@actionbase/ports/clock';
import { RETRY_MS } from '../limits.ts';
import { type EdgeEvent, printEdgeKey } from '../send/edge-event.ts';
import { type EdgeSender, refused } from '../send/edge-sender.ts';

/** The way on which copied edges come into the new table. */
export interface Loader {
  /**
   * Puts edges of distinct keys, none of them a deletion; they are durable and in effect when it resolves. Edges that came before,
   * or newer ones that are there, do no harm. Failure `row-unfit` names the first edge that the table does not take.
   */
  load(edges: readonly EdgeEvent[], signal: AbortSignal): Promise<void>;
}

/** Loads edges as everybody writes them: right, and slower than in bulk. */
export class MutateLoader implements Loader {
  readonly #sender: EdgeSender;

  constructor(sender: EdgeSender) {
    this.#sender = sender;
  }

  async load(edges: readonly EdgeEvent[], signal: AbortSignal): Promise<void> {
    await this.#sender.send(edges, signal);
  }
}

/** What is needed of a table that takes edges in bulk. */
export interface BulkTable {
  load(edges: Iterable<EdgeInput>, options: { readonly signal: AbortSignal }): Promise<BulkAnswer>;
}

export interface BulkAnswer {
  readonly refused: number;
  /** The first refused edges, by their places among those that were sent. */
  readonly refusals: readonly { readonly edge: number; readonly code: string; readonly message: string }[];
}

export interface BulkLoaderParts {
  readonly table: BulkTable;
  readonly clock: Clock;
  /** Told why, each time that it waits for the new store. */
  readonly onWaiting?: ((reason: string) => void) | undefined;
}

/** Loads edges in bulk. */
export class BulkLoader implements Loader {
  readonly #parts: BulkLoaderParts;

  constructor(parts: BulkLoaderParts) {
    this.#parts = parts;
  }

  async load(edges: readonly EdgeEvent[], signal: AbortSignal): Promise<void> {
    const { refused: count, refusals } = await this.#loadPatiently(edges.map(inputOf), signal);
    if (count === 0) return;
    const [first] = refusals;
    const edge = edges[first?.edge ?? 0];
    invariant(
      edge !== undefined && first !== undefined,
      'an answer with refused edges names one of those that were sent',
    );
    throw refused(printEdgeKey(edge), first.code, first.message);
  }

  async #loadPatiently(edges: readonly EdgeInput[], signal: AbortSignal): Promise<BulkAnswer> {
    const { table, clock, onWaiting } = this.#parts;
    for (;;) {
      try {
        return await table.load(edges, { signal });
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof ActionbaseError) || error.retry === 'never') throw error;
        onWaiting?.(`the new table: ${error.message}`);
      }
      await clock.sleep(RETRY_MS, signal);
    }
  }
}

function inputOf({ source, target, version, properties }: EdgeEvent): EdgeInput {
  return { source, target, version, properties: properties ?? {} };
}
