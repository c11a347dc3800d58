import type { SeededRandom } from './seeded-random.ts';

/** Bytes that a disk writes in one piece: a power cut leaves each sector as it was after some write, never in between. */
const SECTOR_BYTES = 512;

/** A change to a file that is in the page cache only. */
type UnsyncedChange =
  | { readonly kind: 'write'; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly kind: 'resize'; readonly from: number; readonly to: number };

/**
 * One file of a `MemoryDisk`: its bytes as programs see them (the page cache), its bytes as the disk holds them, and the
 * changes between the two. A failed sync forgets the changes without bringing them to the disk, as Linux does: programs
 * still see them, and only writing them again can make them durable.
 */
export class MemoryFile {
  #seen = new Uint8Array(0);
  #seenBytes = 0;
  #durable = new Uint8Array(0);
  #durableBytes = 0;
  #unsynced: UnsyncedChange[] = [];

  get sizeBytes(): number {
    return this.#seenBytes;
  }

  read(offset: number, length: number): Uint8Array {
    return this.#seen.slice(offset, Math.max(offset, Math.min(offset + length, this.#seenBytes)));
  }

  write(offset: number, bytes: Uint8Array): void {
    if (offset + bytes.length > this.#seenBytes) this.resize(offset + bytes.length);
    this.#seen.set(bytes, offset);
    this.#unsynced.push({ kind: 'write', offset, bytes: bytes.slice() });
  }

  resize(sizeBytes: number): void {
    this.#unsynced.push({ kind: 'resize', from: this.#seenBytes, to: sizeBytes });
    this.#seen = resized(this.#seen, this.#seenBytes, sizeBytes);
    this.#seenBytes = sizeBytes;
  }

  /** Brings every change to the disk. */
  sync(): void {
    this.#settle((_sector, count) => count, this.#unsynced.length);
  }

  /** A sync that fails: the changes never reach the disk, or those of every second sector do. */
  failSync(reaches: 'nothing' | 'every second sector'): void {
    const all = this.#unsynced.length;
    if (reaches === 'nothing') this.#unsynced = [];
    else this.#settle((sector, count) => (sector % 2 === 0 ? count : 0), all);
  }

  /**
   * The file after a power cut: all unsynced changes are kept, all are lost, or every sector and the length go back to a
   * state of their own somewhere between the last sync and now.
   */
  afterPowerCut(random: SeededRandom): MemoryFile {
    const mode = random.below(4);
    const changes = this.#unsynced.length;
    if (mode === 0) this.#settle((_sector, count) => count, changes);
    else if (mode === 1) this.#unsynced = [];
    else this.#settle((_sector, count) => random.below(count + 1), random.below(changes + 1));
    const after = new MemoryFile();
    after.#seen = this.#durable.slice(0, this.#durableBytes);
    after.#seenBytes = this.#durableBytes;
    after.#durable = this.#durable;
    after.#durableBytes = this.#durableBytes;
    return after;
  }

  /**
   * Moves unsynced changes to the disk: of each sector the first `kept(sector, count)` of the `count` changes that touch
   * it, and the length as it was after the first `resizes` changes.
   */
  #settle(kept: (sector: number, count: number) => number, resizes: number): void {
    const counts = new Map<number, number>();
    let longest = this.#durableBytes;
    for (const change of this.#unsynced) {
      const [first, end] = sectorsOf(change);
      for (let sector = first; sector < end; sector++) counts.set(sector, (counts.get(sector) ?? 0) + 1);
      longest = Math.max(longest, change.kind === 'write' ? change.offset + change.bytes.length : change.to);
    }
    for (const [sector, count] of counts) counts.set(sector, kept(sector, count));
    const bytes = resized(this.#durable, this.#durableBytes, longest);
    let size = this.#durableBytes;
    for (const [index, change] of this.#unsynced.entries()) {
      if (index < resizes) size = sizeAfter(change, size);
      const [first, end] = sectorsOf(change);
      for (let sector = first; sector < end; sector++) {
        const left = counts.get(sector) ?? 0;
        if (left > 0) copySector(bytes, sector, change);
        counts.set(sector, left - 1);
      }
    }
    this.#durable = resized(bytes, longest, size);
    this.#durableBytes = size;
    this.#unsynced = [];
  }
}

/** The length after a change. A write brings the length with it, also where a failed sync forgot that the file had grown. */
function sizeAfter(change: UnsyncedChange, before: number): number {
  return change.kind === 'resize' ? change.to : Math.max(before, change.offset + change.bytes.length);
}

/** The sectors that a change touches, as a half-open range. */
function sectorsOf(change: UnsyncedChange): readonly [number, number] {
  const start = change.kind === 'write' ? change.offset : Math.min(change.from, change.to);
  const end = change.kind === 'write' ? change.offset + change.bytes.length : Math.max(change.from, change.to);
  return [Math.floor(start / SECTOR_BYTES), Math.ceil(end / SECTOR_BYTES)];
}

/** Does to one sector what the change does to it; bytes that a resize cuts off or adds become zeros. */
function copySector(bytes: Uint8Array, sector: number, change: UnsyncedChange): void {
  const start = sector * SECTOR_BYTES;
  const end = start + SECTOR_BYTES;
  if (change.kind === 'write') {
    const from = Math.max(start, change.offset);
    const to = Math.min(end, change.offset + change.bytes.length);
    bytes.set(change.bytes.subarray(from - change.offset, to - change.offset), from);
  } else {
    const from = Math.max(start, Math.min(change.from, change.to));
    bytes.fill(0, from, Math.max(from, Math.min(end, Math.max(change.from, change.to))));
  }
}

/** An array that holds the first `size` of `used` bytes, zeros behind them; with room to grow, so that appending is cheap. */
function resized(bytes: Uint8Array<ArrayBuffer>, used: number, size: number): Uint8Array<ArrayBuffer> {
  if (size < used) {
    bytes.fill(0, size, used);
    return bytes;
  }
  if (size <= bytes.length) return bytes;
  const grown = new Uint8Array(Math.max(size, Math.min(bytes.length * 2, bytes.length + 1_048_576)));
  grown.set(bytes.subarray(0, used));
  return grown;
}
