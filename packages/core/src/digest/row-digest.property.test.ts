import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { BUCKETS, bucketOfText, digestText, hashOfText } from './row-digest.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.nat(200).map((length) => 'x'.repeat(length)),
);

test('the hash of a text is the first eight bytes of its MD5', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const expected = createHash('md5').update(text, 'utf8').digest().readBigUInt64BE(0);
      assert.equal(hashOfText(text), expected);
    }),
    { numRuns: 300 },
  );
});

test('texts whose length is around the border of a block hash right', () => {
  for (let length = 0; length <= 200; length++) {
    const text = 'é'.repeat(length >> 1) + 'a'.repeat(length & 1);
    assert.equal(hashOfText(text), createHash('md5').update(text).digest().readBigUInt64BE(0), `${length} bytes`);
  }
});

test('the bucket of a text is its CRC-32 modulo the number of buckets', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      assert.equal(bucketOfText(text), crc32(Buffer.from(text, 'utf8')) % BUCKETS);
    }),
    { numRuns: 300 },
  );
});

test('the text of a row carries the bytes of each field, and tells rows apart', () => {
  assert.equal(digestText(['7', 'sku-a', null]), '1:75:sku-a-');
  assert.equal(digestText(['é', '', '🎁']), '2:é0:4:🎁');
  const fields = fc.array(fc.option(fc.string({ unit: 'grapheme', maxLength: 8 })), { maxLength: 4 });
  fc.assert(
    fc.property(fields, fields, (one, other) => {
      const isSame = JSON.stringify(one) === JSON.stringify(other);
      assert.equal(digestText(one) === digestText(other), isSame);
    }),
    { numRuns: 300 },
  );
});

test('the length of a field is that of its bytes, also where half a surrogate pair stands alone', () => {
  for (const text of ['\ud800', 'a\udc00b', '\ud83c\udf81', '\ud83c\ud83c\udf81', 'ÿ\u07ff\u0800']) {
    assert.equal(digestText([text]), `${Buffer.byteLength(text, 'utf8')}:${text}`);
  }
});
