import type { ActionbaseClient, LogLine } from '@actionbase/client';
import type { CountsMapping } from '../declare/migration.ts';

/** What the way back reads of the new side. */
export interface NewFeed {
  /** The table's change feed after a position, or from its beginning; goes on with what comes. */
  follow(from: string | undefined, signal: AbortSignal): AsyncIterable<LogLine>;
  /** The end of the feed, if nothing of the table is behind this position; else undefined. */
  quietEnd(from: string | undefined): Promise<string | undefined>;
  /** Counts as they are now, in the order of the starts. */
  counts(of: CountsMapping['of'], starts: readonly string[]): Promise<readonly bigint[]>;
}

/** The new side's feed over HTTP. */
export class ClientNewFeed implements NewFeed {
  readonly #client: ActionbaseClient;
  readonly #to: { readonly database: string; readonly table: string };

  constructor(client: ActionbaseClient, to: { readonly database: string; readonly table: string }) {
    this.#client = client;
    this.#to = to;
  }

  follow(from: string | undefined, signal: AbortSignal): AsyncIterable<LogLine> {
    const { database, table } = this.#to;
    return this.#client.log.cdc({ from, table: `${database}.${table}`, follow: true, signal });
  }

  async quietEnd(from: string | undefined): Promise<string | undefined> {
    const { database, table } = this.#to;
    const reader = this.#client.log.cdc({ from, table: `${database}.${table}`, limit: 1 });
    for await (const _ of reader) return undefined;
    return reader.position;
  }

  async counts(of: CountsMapping['of'], starts: readonly string[]): Promise<readonly bigint[]> {
    const table = this.#client.table(this.#to.database, this.#to.table);
    const counted = await table.counts(starts, of === 'target' ? 'IN' : 'OUT');
    const byStart = new Map(counted.map(({ start, count }) => [String(start), BigInt(count)]));
    return starts.map((start) => byStart.get(start) ?? 0n);
  }
}
