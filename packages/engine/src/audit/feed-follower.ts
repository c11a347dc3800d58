import { encodeStateKey } from '@actionbase/core/codec/row-key';
import type { EdgeKey } from '@actionbase/core/model/edge';
import type { Table } from '@actionbase/core/model/table';
import { bindEntry } from '@actionbase/core/record/bind-entry';
import { decodeFeedRecord } from '@actionbase/core/record/decode-feed-record';
import type { EdgeOutcome, FeedRecord } from '@actionbase/core/record/feed-record';
import type { StoreReader } from '@actionbase/ports/store';
import { PARTITION } from '../partition.ts';
import { PassBroken } from './pass-broken.ts';

/** What one entry did to a state of the table. */
export interface StateOutcome {
  readonly edge: EdgeKey;
  readonly stateKey: Uint8Array;
  readonly outcome: EdgeOutcome;
  readonly record: FeedRecord;
}

/** Reads the feed without a gap, and passes on what changed states of one table. */
export class FeedFollower {
  readonly #table: Table;
  readonly #framesMax: number;
  readonly #onOutcome: (change: StateOutcome) => void;
  /** The last frame that was read. */
  #offset: number;

  constructor(
    table: Table,
    from: { readonly offset: number; readonly framesMax: number },
    onOutcome: (change: StateOutcome) => void,
  ) {
    this.#table = table;
    this.#offset = from.offset;
    this.#framesMax = from.framesMax;
    this.#onOutcome = onOutcome;
  }

  get offset(): number {
    return this.#offset;
  }

  /** Reads up to frame `end`, which the reader holds. `PassBroken` when the feed does not reach back far enough. */
  async follow(reader: StoreReader, end: number): Promise<void> {
    while (this.#offset < end) {
      const limit = Math.min(this.#framesMax, end - this.#offset);
      const page = await reader.readFeed(PARTITION, this.#offset + 1, limit);
      if (page.length === 0) throw new PassBroken(`the feed ends before frame ${this.#offset + 1}`);
      for (const stored of page) {
        const record = decodeFeedRecord(stored.record);
        if (record.previousOffset !== this.#offset) {
          throw new PassBroken(`frame ${this.#offset + 1} was trimmed from the feed`);
        }
        this.#pass(record);
        this.#offset = record.offset;
      }
    }
  }

  #pass(record: FeedRecord): void {
    for (const outcome of record.outcomes) {
      if (outcome.kind !== 'edge' || outcome.table !== this.#table.id) continue;
      const edge = bindEntry(this.#table, { key: outcome.key, events: [] })?.key;
      if (edge === undefined) continue;
      this.#onOutcome({ edge, stateKey: encodeStateKey(this.#table, edge), outcome, record });
    }
  }
}
