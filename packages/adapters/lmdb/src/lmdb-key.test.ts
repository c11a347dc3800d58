import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  afterHead,
  cellKey,
  type LmdbKey,
  ownPrefix,
  prefixBytes,
  prefixStart,
  rowKey,
  writeLmdbKey,
} from './lmdb-key.ts';
import {
  decodeInboxPosition,
  decodeProgress,
  encodeFormat,
  encodeInboxPosition,
  encodeProgress,
  feedKey,
  feedOffset,
  formatKey,
  formatVersion,
  inboxKey,
  inboxOrigin,
  progressKey,
} from './lmdb-record.ts';

const keys: readonly (readonly [string, LmdbKey])[] = [
  ['00000007abcd', rowKey(7, Uint8Array.of(0xab, 0xcd))],
  ['80000007abcdff', cellKey(7, Uint8Array.of(0xab, 0xcd), Uint8Array.of(0xff))],
  ['7ffffffe', prefixStart(0x7fff_fffe)],
  ['ffffffff00', formatKey],
  ['ffffffff0100000002', progressKey(2)],
  ['ffffffff020000000261c3bc', inboxKey(2, 'aü')],
  ['ffffffff03000000000000000000000732', feedKey(0, 1842)],
  ['ffffffff03000000020020000000000000', feedKey(2, 2 ** 53)],
];

for (const [hex, key] of keys) {
  test(`a key of the file's format is written as ${hex}`, () => assert.equal(printKey(key), hex));
}

test('records of the file format are written as they always were', () => {
  assert.equal(hexOf(encodeFormat(formatVersion)), '00000001');
  const progress = { epoch: 3, offset: 1842, stampMs: 1_700_000_000_000 };
  assert.equal(hexOf(encodeProgress(progress)), '000000000000000300000000000007320000018bcfe56800');
  assert.deepEqual(decodeProgress(encodeProgress(progress)), progress);
  assert.equal(hexOf(encodeInboxPosition(-2n)), 'fffffffffffffffe');
  assert.equal(decodeInboxPosition(encodeInboxPosition(-(2n ** 63n))), -(2n ** 63n));
});

test('what a key says is read from what follows its prefix', () => {
  assert.equal(feedOffset(withoutPrefix(feedKey(7, 2 ** 40 + 5))), 2 ** 40 + 5);
  assert.equal(inboxOrigin(withoutPrefix(inboxKey(7, 'ü'))), 'ü');
});

test('the key after a head is above all that begin with it', () => {
  assert.equal(printKey(afterHead(5, Uint8Array.of(1, 2))), '000000050103');
  assert.equal(printKey(afterHead(5, Uint8Array.of(1, 255, 255))), '0000000502');
  assert.equal(printKey(afterHead(5, Uint8Array.of(255))), '00000006');
  assert.equal(printKey(afterHead(5, Uint8Array.of())), '00000006');
  assert.throws(() => afterHead(ownPrefix, Uint8Array.of(255)), { name: 'BrokenInvariant' });
});

function printKey(key: LmdbKey): string {
  const target = new Uint8Array(100);
  return hexOf(target.subarray(3, writeLmdbKey(key, target, 3)));
}

function withoutPrefix(key: LmdbKey): Uint8Array {
  const target = new Uint8Array(100);
  return target.slice(prefixBytes, writeLmdbKey(key, target, 0));
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
