// Hot: runs for every key that is read or written (bench: `npm run bench -- lmdb`).
import { invariant } from '@actionbase/core/failure';

/**
 * A key in parts, so that no caller has to join them. Layout: `prefix` as 4 bytes, big-endian, then `head`, then `tail`.
 *
 *     row of space 7, key ab cd                     -> 00 00 00 07 ab cd
 *     cell of space 7, key ab cd, qualifier ff      -> 80 00 00 07 ab cd ff
 *     the store's own records (see lmdb-record.ts)  -> ff ff ff ff ...
 *
 * Cells have the first bit set, so a scan of rows never meets them. The cells of one wide row are a range of keys; nothing
 * marks where its key ends, which works because the keys of wide rows are self-delimiting: none begins another.
 */
export interface LmdbKey {
  readonly prefix: number;
  readonly head: Uint8Array;
  readonly tail?: Uint8Array | undefined;
}

export const prefixBytes = 4;

/** The prefix of the store's own records: the cells of the one space that nobody may use. */
export const ownPrefix = 0xffff_ffff;

const noBytes = new Uint8Array(0);

export function rowKey(space: number, key: Uint8Array): LmdbKey {
  return { prefix: space, head: key, tail: undefined };
}

export function cellKey(space: number, key: Uint8Array, qualifier: Uint8Array): LmdbKey {
  return { prefix: cellsPrefix(space), head: key, tail: qualifier };
}

export function cellsPrefix(space: number): number {
  return (space | 0x8000_0000) >>> 0;
}

/** The first key of a prefix. */
export function prefixStart(prefix: number): LmdbKey {
  return { prefix, head: noBytes, tail: undefined };
}

/** The first key above all that begin with the prefix and the head. */
export function afterHead(prefix: number, head: Uint8Array): LmdbKey {
  for (let at = head.length - 1; at >= 0; at -= 1) {
    const byte = head[at] ?? 0;
    if (byte === 0xff) continue;
    const after = head.slice(0, at + 1);
    after[at] = byte + 1;
    return { prefix, head: after, tail: undefined };
  }
  invariant(prefix < ownPrefix, 'no key stands above the last prefix');
  return prefixStart(prefix + 1);
}

/** Writes the key at `start` and returns the position after it. */
export function writeLmdbKey(key: LmdbKey, target: Uint8Array, start: number): number {
  const { prefix, head, tail } = key;
  target[start] = prefix >>> 24;
  target[start + 1] = prefix >>> 16;
  target[start + 2] = prefix >>> 8;
  target[start + 3] = prefix;
  target.set(head, start + prefixBytes);
  const end = start + prefixBytes + head.length;
  if (tail === undefined) return end;
  target.set(tail, end);
  return end + tail.length;
}
