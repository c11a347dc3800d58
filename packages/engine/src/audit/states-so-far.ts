import type { Table } from '@actionbase/core/model/table';
import { compareBytes } from '@actionbase/core/query/byte-order';
import type { Store, StoreReader } from '@actionbase/ports/store';
import { PARTITION } from '../partition.ts';
import { FeedFollower, type StateOutcome } from './feed-follower.ts';

export interface StatesSoFarParts {
  readonly store: Store;
  readonly table: Table;
  /** Feed records that are read together. */
  readonly framesMax: number;
  /** Told of each change of a state that was read before. */
  readonly onChange: (change: StateOutcome) => void;
}

const EVERY_ROW = new Uint8Array(0);

/**
 * Reads a table's states in the order of their keys, page by page and each page in a short snapshot of its own, as if it were
 * one long snapshot: the change feed tells what became of the states that were read before. So whatever is summed up over the
 * states is, after `followTo`, that of the states read so far as of one position. `PassBroken` when the feed does not reach
 * back far enough.
 */
export class StatesSoFar {
  readonly #parts: StatesSoFarParts;
  #follower: FeedFollower | undefined;
  /** Key of the last state that was read; changes of later ones will be met. Null: all were read. */
  #frontier: Uint8Array | null = EVERY_ROW;

  constructor(parts: StatesSoFarParts) {
    this.#parts = parts;
  }

  /** Reads most of the feed without a snapshot, so that little of it is left to the snapshot of a page. */
  async catchUp(): Promise<void> {
    const { store } = this.#parts;
    if (this.#follower === undefined) return;
    const progress = await store.progress(PARTITION);
    if (progress !== undefined) await this.#follower.follow(store, progress.offset);
  }

  /** Brings what was summed up to frame `offset`, which is that of the reader's snapshot; the first call sets the beginning. */
  async followTo(reader: StoreReader, offset: number): Promise<void> {
    const { table, framesMax } = this.#parts;
    this.#follower ??= new FeedFollower(table, { offset, framesMax }, (change) => this.#pass(change));
    await this.#follower.follow(reader, offset);
  }

  /** All states up to this key were read. */
  reach(key: Uint8Array): void {
    this.#frontier = key;
  }

  reachEnd(): void {
    this.#frontier = null;
  }

  #pass(change: StateOutcome): void {
    if (this.#frontier !== null && compareBytes(change.stateKey, this.#frontier) > 0) return;
    this.#parts.onChange(change);
  }
}
