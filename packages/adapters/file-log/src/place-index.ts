/** Bytes between two remembered places: finding a frame reads at most this much in front of it. */
const STRIDE_BYTES = 32 * 1024;

export interface KnownPlace {
  readonly offset: number;
  readonly place: number;
}

/** Where frames of one segment stand: a few places spread over it, and where the last reader stopped. */
export class PlaceIndex {
  readonly #offsets: number[];
  readonly #places: number[];
  #last: KnownPlace;

  constructor(first: KnownPlace) {
    this.#offsets = [first.offset];
    this.#places = [first.place];
    this.#last = first;
  }

  /** Learns the place of a frame; most of them are forgotten again. */
  add(offset: number, place: number): void {
    if (place - (this.#places.at(-1) ?? 0) < STRIDE_BYTES) return;
    this.#offsets.push(offset);
    this.#places.push(place);
  }

  /** Remembers where a reader stopped, since it will go on there. */
  remember(offset: number, place: number): void {
    this.#last = { offset, place };
  }

  /** The nearest known place at or in front of a frame. */
  nearest(offset: number): KnownPlace {
    let low = 0;
    let high = this.#offsets.length;
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if ((this.#offsets[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    const known = { offset: this.#offsets[low] ?? 0, place: this.#places[low] ?? 0 };
    return this.#last.offset <= offset && this.#last.offset > known.offset ? this.#last : known;
  }
}
