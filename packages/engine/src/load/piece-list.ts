// Hot: several times per edge that is loaded. Benchmark: bulk.

const BYTES_MIN = 65_536;
const PIECES_MIN = 4_096;

/** A list of byte strings in one growing piece of memory. */
export class PieceList {
  #bytes = new Uint8Array(BYTES_MIN);
  /** Where each piece ends. */
  #ends = new Uint32Array(PIECES_MIN);
  #length = 0;
  #used = 0;

  get length(): number {
    return this.#length;
  }

  /** Adds a copy; undefined and an empty one are the same. */
  add(piece: Uint8Array | undefined): void {
    if (this.#length === this.#ends.length) {
      const ends = new Uint32Array(this.#ends.length * 2);
      ends.set(this.#ends);
      this.#ends = ends;
    }
    if (piece !== undefined) this.#append(piece);
    this.#ends[this.#length] = this.#used;
    this.#length += 1;
  }

  /** A view of a piece; undefined for an empty one. */
  at(place: number): Uint8Array | undefined {
    const start = place === 0 ? 0 : (this.#ends[place - 1] ?? 0);
    const end = this.#ends[place] ?? 0;
    return start === end ? undefined : this.#bytes.subarray(start, end);
  }

  #append(piece: Uint8Array): void {
    const used = this.#used + piece.length;
    if (used > this.#bytes.length) {
      const bytes = new Uint8Array(Math.max(used, this.#bytes.length * 2));
      bytes.set(this.#bytes.subarray(0, this.#used));
      this.#bytes = bytes;
    }
    this.#bytes.set(piece, this.#used);
    this.#used = used;
  }
}
