// Hot: runs twice for every row of a scan (bench: `npm run bench -- lmdb`).

const slabBytes = 8_192;
/** Longer copies get memory of their own, so that keeping one keeps little else. */
const sharedBytesMax = 1_024;

/**
 * Copies bytes into slabs that many copies share: asking the system for memory row by row is most of the cost of a scan.
 * A slab is never reused, so a copy stays as it is; keeping one keeps its slab of 8 KiB.
 */
export class ByteSlab {
  #slab = new ArrayBuffer(slabBytes);
  #used = 0;

  copy(source: Uint8Array, start: number, end: number): Uint8Array {
    const length = end - start;
    const view = new Uint8Array(source.buffer, source.byteOffset + start, length);
    if (length > sharedBytesMax) return new Uint8Array(view);
    if (this.#used + length > slabBytes) {
      this.#slab = new ArrayBuffer(slabBytes);
      this.#used = 0;
    }
    const copy = new Uint8Array(this.#slab, this.#used, length);
    copy.set(view);
    this.#used += length;
    return copy;
  }
}
