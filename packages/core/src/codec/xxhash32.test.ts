import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hashText, xxHash32 } from './xxhash32.ts';

const utf8 = new TextEncoder();

/** Of the algorithm's own documentation and of other implementations, seed 0. */
const KNOWN: readonly [string, number][] = [
  ['', 0x02cc5d05],
  ['a', 0x550d7456],
  ['abc', 0x32d153ff],
  ['Nobody inspects the spammish repetition', 0xe2293b2f],
];

describe('xxHash32', () => {
  for (const [text, hash] of KNOWN) {
    it(`of '${text}' is what others compute`, () => {
      assert.equal(xxHash32(utf8.encode(text)), hash);
      assert.equal(hashText(text), hash | 0);
    });
  }

  it('of a part equals that of a copy of the part', () => {
    const bytes = Uint8Array.from({ length: 64 }, (_, i) => (i * 37) & 0xff);
    for (let start = 0; start < 20; start++) {
      for (let end = start; end <= 64; end++) {
        assert.equal(xxHash32(bytes, start, end), xxHash32(bytes.slice(start, end)));
      }
    }
  });

  it('is an unsigned number that every byte decides on', () => {
    const bytes = new Uint8Array(40);
    const seen = new Set([xxHash32(bytes)]);
    for (let i = 0; i < bytes.length; i++) {
      const hash = xxHash32(bytes.with(i, 0x80));
      assert.ok(hash >= 0 && hash < 2 ** 32);
      seen.add(hash);
    }
    assert.equal(seen.size, bytes.length + 1);
  });
});
