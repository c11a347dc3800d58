import { invariant } from '@actionbase/core/failure';
import type { StoreProgress } from '@actionbase/ports/store';
import { type LmdbKey, ownPrefix } from './lmdb-key.ts';

/**
 * The store's own records, all under the prefix ff ff ff ff. Numbers are big-endian.
 *
 *     key                                   value
 *     00                                    format, 4 bytes
 *     01 | partition 4                      epoch 8 | offset 8 | stamp 8
 *     02 | partition 4 | origin UTF-8       position 8, signed
 *     03 | partition 4 | offset 8           the frame's feed record
 *     04 | partition 4                      term, as LMDB compares it: a 64-bit float in the byte order of the machine
 *
 *     feed of frame 1842, partition 0 -> ff ff ff ff 03 00 00 00 00 00 00 00 00 00 00 07 32
 */
export const formatKey: LmdbKey = { prefix: ownPrefix, head: Uint8Array.of(0) };

/** The layout that this program writes and reads. */
export const formatVersion = 1;

export type ProgressRecord = Omit<StoreProgress, 'inbox'>;

export function encodeFormat(version: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, version);
  return bytes;
}

export function decodeFormat(bytes: Uint8Array): number {
  invariant(bytes.length === 4, `a format record has 4 bytes, not ${bytes.length}`);
  return viewOf(bytes).getUint32(0);
}

export function progressKey(partition: number): LmdbKey {
  return { prefix: ownPrefix, head: partitionHead(1, partition) };
}

export function encodeProgress(progress: ProgressRecord): Uint8Array {
  const bytes = new Uint8Array(24);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(progress.epoch));
  view.setBigUint64(8, BigInt(progress.offset));
  view.setBigUint64(16, BigInt(progress.stampMs));
  return bytes;
}

export function decodeProgress(bytes: Uint8Array): ProgressRecord {
  invariant(bytes.length === 24, `a progress record has 24 bytes, not ${bytes.length}`);
  const view = viewOf(bytes);
  return {
    epoch: Number(view.getBigUint64(0)),
    offset: Number(view.getBigUint64(8)),
    stampMs: Number(view.getBigUint64(16)),
  };
}

/** What the keys of a partition's inbox begin with. */
export function inboxHead(partition: number): Uint8Array {
  return partitionHead(2, partition);
}

export function inboxKey(partition: number, origin: string): LmdbKey {
  return { prefix: ownPrefix, head: inboxHead(partition), tail: new TextEncoder().encode(origin) };
}

/** The origin in what follows the prefix of an inbox key. */
export function inboxOrigin(key: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(key.subarray(5));
}

export function encodeInboxPosition(position: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, position);
  return bytes;
}

export function decodeInboxPosition(bytes: Uint8Array): bigint {
  invariant(bytes.length === 8, `an inbox record has 8 bytes, not ${bytes.length}`);
  return viewOf(bytes).getBigInt64(0);
}

export function termKey(partition: number): LmdbKey {
  return { prefix: ownPrefix, head: partitionHead(4, partition) };
}

/** The one number in a store that is not big-endian: `term 7 -> 00 00 00 00 00 00 1c 40` on a little-endian machine. */
export function encodeTerm(term: number): Uint8Array {
  return new Uint8Array(Float64Array.of(term).buffer);
}

export function decodeTerm(bytes: Uint8Array): number {
  invariant(bytes.length === 8, `a term record has 8 bytes, not ${bytes.length}`);
  return new Float64Array(bytes.slice().buffer)[0] ?? 0;
}

/** What the keys of a partition's feed begin with. */
export function feedHead(partition: number): Uint8Array {
  return partitionHead(3, partition);
}

export function feedKey(partition: number, offset: number): LmdbKey {
  const tail = new Uint8Array(8);
  new DataView(tail.buffer).setBigUint64(0, BigInt(Math.max(0, offset)));
  return { prefix: ownPrefix, head: feedHead(partition), tail };
}

/** The offset in what follows the prefix of a feed key. */
export function feedOffset(key: Uint8Array): number {
  invariant(key.length === 13, `a feed key has 13 bytes after its prefix, not ${key.length}`);
  return Number(viewOf(key).getBigUint64(5));
}

function partitionHead(kind: number, partition: number): Uint8Array {
  const head = new Uint8Array(5);
  head[0] = kind;
  new DataView(head.buffer).setUint32(1, partition);
  return head;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
