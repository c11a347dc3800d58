import { invariant } from '@actionbase/core/failure';
import { type ParkedPosition, printParkedPosition } from '@actionbase/core/model/parked-position';
import {
  decodeParkedMutation,
  encodeParkedKey,
  encodeParkedMutation,
  type ParkedMutation,
} from '@actionbase/core/record/parked-mutation';
import type { RowWrite, StoreReader } from '@actionbase/ports/store';
import { parkedCountRow, SIDE_QUEUE_SPACE } from '../queue/side-queue-rows.ts';

interface ParkedRow {
  readonly key: Uint8Array;
  /** As the store holds it; undefined where there is no row. */
  readonly before: Uint8Array | undefined;
  after: Uint8Array | undefined;
}

/** What a frame has changed in the side queue so far, over what the store holds. */
export class SideQueueOverlay {
  readonly #rows = new Map<string, ParkedRow>();
  readonly #countBefore: number;
  #count: number;

  /** `count` is how many mutations were parked before the frame. */
  constructor(count: number) {
    this.#countBefore = count;
    this.#count = count;
  }

  /** How many mutations are parked after what was done so far. */
  get count(): number {
    return this.#count;
  }

  /** Reads the rows that retries and drops name; `take` knows no others. */
  async load(reader: StoreReader, positions: readonly ParkedPosition[]): Promise<void> {
    const keys = positions.map(encodeParkedKey);
    const values = await reader.getMany(keys.map((key) => ({ space: SIDE_QUEUE_SPACE, key })));
    for (const [place, position] of positions.entries()) {
      const key = keys[place];
      invariant(key !== undefined, 'a position has a key');
      const before = values[place];
      this.#rows.set(printParkedPosition(position), { key, before, after: before });
    }
  }

  /** Removes a parked mutation and answers it; undefined when nothing is parked there. */
  take(position: ParkedPosition): ParkedMutation | undefined {
    const row = this.#rows.get(printParkedPosition(position));
    if (row?.after === undefined) return undefined;
    const mutation = decodeParkedMutation(row.after);
    row.after = undefined;
    this.#count -= 1;
    invariant(this.#count >= 0, 'no more mutations are taken from the side queue than are parked');
    return mutation;
  }

  park(position: ParkedPosition, mutation: ParkedMutation): void {
    const name = printParkedPosition(position);
    const known = this.#rows.get(name);
    invariant(known?.after === undefined, 'an entry is parked once');
    const key = known?.key ?? encodeParkedKey(position);
    this.#rows.set(name, { key, before: known?.before, after: encodeParkedMutation(mutation) });
    this.#count += 1;
  }

  /** New rows: written before the states, as everything that a state vouches for. */
  puts(): RowWrite[] {
    const rows: RowWrite[] = [];
    for (const { key, before, after } of this.#rows.values()) {
      if (after !== undefined && after !== before) rows.push({ space: SIDE_QUEUE_SPACE, key, value: after });
    }
    return rows;
  }

  /**
   * Rows that are gone, and the count: written after the states. On a store that is atomic per row, a retry whose row went
   * first and whose state did not follow would have no effect when it is replayed.
   */
  deletes(): RowWrite[] {
    const rows: RowWrite[] = [];
    for (const { key, before, after } of this.#rows.values()) {
      if (before !== undefined && after === undefined) rows.push({ space: SIDE_QUEUE_SPACE, key, value: undefined });
    }
    if (this.#count !== this.#countBefore) rows.push(parkedCountRow(this.#count));
    return rows;
  }
}
