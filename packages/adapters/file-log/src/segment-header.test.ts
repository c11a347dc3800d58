import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeSegmentHeader, encodeSegmentHeader, parseSegmentName, segmentName } from './segment-header.ts';

const example = {
  epoch: 1,
  partition: 0,
  term: 7,
  base: 42,
  stampBeforeMs: 1_750_000_000_000,
  previous: { base: 0, term: 0, usedBytes: 9000 },
};

test('the example in the drawing of the layout is what is written', () => {
  const hex = [
    '41425345474d4e54',
    '00000001',
    '00000001',
    '00000000',
    '00000007',
    '000000000000002a',
    '000001977420dc00',
    '0000000000000000',
    '0000000000002328',
    '00000000',
    'c786d86f',
  ].join('');
  assert.equal(Buffer.from(encodeSegmentHeader(example).subarray(0, 64)).toString('hex'), hex);
});

test('a header from before there were terms is read, and its bytes are what they were', () => {
  const old = { ...example, term: 0 };
  assert.equal(Buffer.from(encodeSegmentHeader(old).subarray(60, 64)).toString('hex'), 'f3b4b1b0');
  assert.deepEqual(decodeSegmentHeader(encodeSegmentHeader(old)), { kind: 'whole', header: old });
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

test('a name says base and term, and other files are none', () => {
  assert.equal(segmentName({ base: 42, term: 0 }), '00000000000000000042.log');
  assert.equal(segmentName({ base: 42, term: 7 }), '00000000000000000042.0000000007.log');
  for (const id of [
    { base: 42, term: 0 },
    { base: 42, term: 7 },
    { base: 0, term: 0xffffffff },
  ]) {
    assert.deepEqual(parseSegmentName(segmentName(id)), id);
  }
  const others = ['log.meta', 'lock', '42.log', '00000000000000000042.log.new', '99999999999999999999.log', '42.7.log'];
  for (const name of [...others, '0000000007.term', '00000000000000000042.9999999999.log']) {
    assert.equal(parseSegmentName(name), undefined, name);
  }
});
