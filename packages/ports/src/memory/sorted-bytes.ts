import { invariant } from '@actionbase/core/failure';

const chunkEntriesMax = 128;

/** Entries of one part of the key order; `keys` is sorted and as long as `values`. */
interface Chunk {
  readonly keys: readonly string[];
  readonly values: readonly Uint8Array[];
}

export interface SortedEntry {
  readonly key: string;
  readonly value: Uint8Array;
}

export interface SortedRange {
  readonly start: string;
  /** Undefined: to the last key. */
  readonly end: string | undefined;
  readonly limit: number;
  readonly reverse: boolean;
}

/**
 * An immutable sorted map from byte strings (one character per byte) to bytes. A change gives a new map and copies one
 * chunk of at most 128 entries, so that old versions can be kept: snapshots and what a crash leaves are old versions.
 * The map keeps the arrays it is given; whoever hands them in or out copies them.
 */
export class SortedBytes {
  static readonly empty = new SortedBytes([], 0);

  readonly #chunks: readonly Chunk[];
  readonly size: number;

  private constructor(chunks: readonly Chunk[], size: number) {
    this.#chunks = chunks;
    this.size = size;
  }

  get(key: string): Uint8Array | undefined {
    const chunk = this.#chunks[this.#chunkOf(key)];
    if (chunk === undefined) return undefined;
    const at = lowerBound(chunk.keys, key);
    return chunk.keys[at] === key ? chunk.values[at] : undefined;
  }

  with(key: string, value: Uint8Array): SortedBytes {
    const index = this.#chunkOf(key);
    const chunk = this.#chunks[index] ?? { keys: [], values: [] };
    const at = lowerBound(chunk.keys, key);
    const found = chunk.keys[at] === key;
    const removed = found ? 1 : 0;
    const changed = {
      keys: chunk.keys.toSpliced(at, removed, key),
      values: chunk.values.toSpliced(at, removed, value),
    };
    return new SortedBytes(this.#chunks.toSpliced(index, 1, ...split(changed)), this.size + 1 - removed);
  }

  without(key: string): SortedBytes {
    const index = this.#chunkOf(key);
    const chunk = this.#chunks[index];
    if (chunk === undefined) return this;
    const at = lowerBound(chunk.keys, key);
    if (chunk.keys[at] !== key) return this;
    const left = { keys: chunk.keys.toSpliced(at, 1), values: chunk.values.toSpliced(at, 1) };
    return new SortedBytes(this.#chunks.toSpliced(index, 1, ...(left.keys.length === 0 ? [] : [left])), this.size - 1);
  }

  /** Entries with start <= key < end, at most `limit`, in key order or downwards from the end. */
  scan(range: SortedRange): SortedEntry[] {
    return range.reverse ? this.#down(range) : this.#up(range);
  }

  #up({ start, end, limit }: SortedRange): SortedEntry[] {
    const entries: SortedEntry[] = [];
    for (let index = this.#chunkOf(start); index < this.#chunks.length; index += 1) {
      const chunk = this.#chunkAt(index);
      for (let at = lowerBound(chunk.keys, start); at < chunk.keys.length; at += 1) {
        const entry = entryAt(chunk, at);
        if (entries.length === limit || (end !== undefined && entry.key >= end)) return entries;
        entries.push(entry);
      }
    }
    return entries;
  }

  #down({ start, end, limit }: SortedRange): SortedEntry[] {
    const entries: SortedEntry[] = [];
    const last = end === undefined ? this.#chunks.length - 1 : this.#chunkOf(end);
    for (let index = last; index >= 0; index -= 1) {
      const chunk = this.#chunkAt(index);
      const above = end === undefined ? chunk.keys.length : lowerBound(chunk.keys, end);
      for (let at = above - 1; at >= 0; at -= 1) {
        const entry = entryAt(chunk, at);
        if (entries.length === limit || entry.key < start) return entries;
        entries.push(entry);
      }
    }
    return entries;
  }

  /** Index of the last chunk that begins at or below the key; 0 when none does. */
  #chunkOf(key: string): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#chunkAt(middle).keys[0] ?? '') <= key) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? 0 : low - 1;
  }

  #chunkAt(index: number): Chunk {
    const chunk = this.#chunks[index];
    invariant(chunk !== undefined, 'a sorted map has no chunk where it should');
    return chunk;
  }
}

function entryAt(chunk: Chunk, at: number): SortedEntry {
  const key = chunk.keys[at];
  const value = chunk.values[at];
  invariant(key !== undefined && value !== undefined, 'a chunk has as many values as keys');
  return { key, value };
}

function split(chunk: Chunk): readonly Chunk[] {
  if (chunk.keys.length <= chunkEntriesMax) return [chunk];
  const half = chunk.keys.length >>> 1;
  return [
    { keys: chunk.keys.slice(0, half), values: chunk.values.slice(0, half) },
    { keys: chunk.keys.slice(half), values: chunk.values.slice(half) },
  ];
}

/** Index of the first key that is not below `key`. */
function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
