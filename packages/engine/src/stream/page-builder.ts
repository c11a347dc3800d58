import type { StreamPosition } from '@actionbase/core/model/stream-position';
import type { StreamedRecord, StreamPage, StreamPlace } from './stream-page.ts';

/** Gathers the records of one page, and knows where the next one begins. */
export class PageBuilder<R> {
  readonly #records: StreamedRecord<R>[] = [];
  readonly #epoch: number;
  readonly #recordsMax: number;
  #reached: StreamPosition | null;
  #next: StreamPlace;

  constructor(place: StreamPlace, limits: { readonly epoch: number; readonly recordsMax: number }) {
    this.#epoch = limits.epoch;
    this.#recordsMax = limits.recordsMax;
    this.#next = place;
    const { offset, item } = place;
    if (item > 0) this.#reached = this.#at(offset, item - 1);
    else this.#reached = offset === 0 ? null : this.#at(offset - 1, null);
  }

  /** The position that is reached; of an empty log one before its first frame. */
  get reached(): StreamPosition {
    return this.#reached ?? this.#at(0, null);
  }

  get next(): StreamPlace {
    return this.#next;
  }

  get isFull(): boolean {
    return this.#records.length >= this.#recordsMax;
  }

  /** Passes one item of a frame; undefined where the stream shows nothing. */
  pass(place: StreamPlace, record: R | undefined): void {
    const position = this.#at(place.offset, place.item);
    this.#reached = position;
    this.#next = { offset: place.offset, item: place.item + 1 };
    if (record !== undefined) this.#records.push({ position, record });
  }

  /** Ends a frame: all of its items are passed. */
  endFrame(offset: number): void {
    this.#reached = this.#at(offset, null);
    this.#next = { offset: offset + 1, item: 0 };
  }

  /** The page, for a log whose last applied frame is `last`. */
  page(last: number): StreamPage<R> {
    return { records: this.#records, reached: this.#reached, atEnd: this.#next.offset > last };
  }

  #at(offset: number, item: number | null): StreamPosition {
    return { epoch: this.#epoch, partition: 0, offset, item };
  }
}
