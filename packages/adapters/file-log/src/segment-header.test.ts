import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeSegmentHeader, encodeSegmentHeader, parseSegmentName, segmentName } from './segment-header.ts';

const example = {
  epoch: 1,
  partition: 0,
  base: 42,
  stampBeforeMs: 1_750_000_000_000,
  previous: { base: 0, usedBytes: 9000 },
};

test('the example in the drawing of the layout is what is written', () => {
  const hex = [
    '41425345474d4e54',
    '00000001',
    '00000001',
    '00000000',
    '00000000',
    '000000000000002a',
    '000001977420dc00',
    '0000000000000000',
    '0000000000002328',
    '00000000',
    'f3b4b1b0',
  ].join('');
  assert.equal(Buffer.from(encodeSegmentHeader(example).subarray(0, 64)).toString('hex'), hex);
});

test('a header is read as it was written, with and without a segment before', () => {
  assert.deepEqual(decodeSegmentHeader(encodeSegmentHeader(example)), { kind: 'whole', header: example });
  const first = { ...example, base: 0, stampBeforeMs: 0, previous: undefined };
  assert.deepEqual(decodeSegmentHeader(encodeSegmentHeader(first)), { kind: 'whole', header: first });
});

test('a change of any byte of the header is noticed', () => {
  for (let at = 0; at < 64; at++) {
    const bytes = encodeSegmentHeader(example);
    bytes[at] = (bytes[at] ?? 0) ^ 0x10;
    assert.equal(decodeSegmentHeader(bytes).kind, 'bad', `byte ${at}`);
  }
  assert.equal(decodeSegmentHeader(encodeSegmentHeader(example).subarray(0, 100)).kind, 'bad');
});

test('names sort as the bases do, and other files are none', () => {
  assert.equal(segmentName(42), '00000000000000000042.log');
  assert.equal(parseSegmentName(segmentName(42)), 42);
  for (const name of ['log.meta', 'lock', '42.log', '00000000000000000042.log.new', '99999999999999999999.log']) {
    assert.equal(parseSegmentName(name), undefined, name);
  }
});
