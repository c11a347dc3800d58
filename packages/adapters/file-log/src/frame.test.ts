import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeFrame, encodeFrame, frameLengthBytes } from './frame.ts';

const place = 4096;
const expected = { epoch: 1, place };
const example = {
  epoch: 1,
  offset: 7,
  stampMs: 1_750_000_000_000,
  durableEnd: 7,
  entries: [Uint8Array.of(0x68, 0x69), new Uint8Array(0)],
};

function encoded(content: typeof example): Uint8Array {
  let entryBytes = 0;
  for (const entry of content.entries) entryBytes += entry.length;
  const target = new Uint8Array(frameLengthBytes(content.entries.length, entryBytes));
  assert.equal(encodeFrame(target, place, content), target.length);
  return target;
}

test('the example in the drawing of the layout is what is written', () => {
  const hex = [
    '41426672',
    '3731a137',
    '00000048',
    '00000002',
    '0000000000000007',
    '000001977420dc00',
    '0000000000000007',
    '00001000',
    '00000001',
    '00000002d8932aac',
    '0000000000000000',
    '6869000000000000',
  ].join('');
  assert.equal(Buffer.from(encoded(example)).toString('hex'), hex);
});

test('a frame is read as it was written', () => {
  const entries = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 12 });
  fc.assert(
    fc.property(entries, fc.maxSafeNat(), fc.maxSafeNat(), (blobs, offset, stampMs) => {
      const content = { ...example, offset, stampMs, entries: blobs.map((blob) => Uint8Array.from(blob)) };
      const bytes = encoded(content);
      const decoded = decodeFrame(bytes, 0, expected);
      assert.ok(decoded.kind === 'whole');
      assert.deepEqual(decoded.frame, content);
      assert.equal(decoded.lengthBytes, bytes.length);
      assert.equal(bytes.length % 8, 0);
    }),
  );
});

test('a change of any byte is noticed', () => {
  const bytes = encoded(example);
  for (let at = 0; at < bytes.length; at++) {
    for (const flip of [1, 0x80, 0xff]) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ flip;
      assert.notEqual(decodeFrame(changed, 0, expected).kind, 'whole', `byte ${at}`);
    }
  }
});

test('damage within an entry names the entry', () => {
  const bytes = encoded({ ...example, entries: [Uint8Array.of(1), Uint8Array.of(2, 3), Uint8Array.of(4)] });
  const at = bytes.indexOf(3, 72);
  bytes[at] = 9;
  assert.deepEqual(decodeFrame(bytes, 0, expected), { kind: 'bad', why: 'entry 1 of 3 does not match its checksum' });
});

test('a frame at another place or of another epoch is none', () => {
  const bytes = encoded(example);
  assert.equal(decodeFrame(bytes, 0, { epoch: 1, place: 8192 }).kind, 'bad');
  assert.equal(decodeFrame(bytes, 0, { epoch: 2, place }).kind, 'bad');
  const shifted = new Uint8Array(bytes.length + 16);
  shifted.set(bytes, 16);
  assert.equal(decodeFrame(shifted, 16, expected).kind, 'whole');
});

test('a part of a frame asks for what is missing, step by step', () => {
  const bytes = encoded(example);
  for (let length = 0; length < bytes.length; length++) {
    const decoded = decodeFrame(bytes.subarray(0, length), 0, expected);
    const neededBytes = length < 48 ? 48 : length < 64 ? 64 : bytes.length;
    assert.deepEqual(decoded, { kind: 'short', neededBytes });
  }
});
