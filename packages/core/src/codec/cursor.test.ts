import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { decodeBase64Url, encodeBase64Url } from './base64url.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';

describe('base64url', () => {
  it('is written like Node writes it, and read back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
        const text = encodeBase64Url(bytes);
        assert.equal(text, Buffer.from(bytes).toString('base64url'));
        assert.deepEqual(decodeBase64Url(text), bytes);
        assert.deepEqual(decodeBase64Url(text.padEnd(Math.ceil(text.length / 4) * 4, '=')), bytes);
      }),
      { numRuns: 200 },
    );
  });

  it('is refused with another letter, wrong padding or a single last letter', () => {
    for (const text of ['a', 'abcde', 'ab+/', 'ab c', 'abc!', 'ab=', 'abcd=', 'ab===', '=', 'a=bc', 'é'.repeat(4)]) {
      assert.equal(decodeBase64Url(text), undefined, text);
    }
  });

  it('may have leftover bits', () => {
    assert.deepEqual(decodeBase64Url('AB'), Uint8Array.of(0));
  });
});

describe('cursors', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
        assert.deepEqual(decodeCursor(encodeCursor(bytes)), bytes);
      }),
      { numRuns: 100 },
    );
  });

  it('that are not base64url are refused with the offset and what is allowed', () => {
    assert.throws(() => decodeCursor('not base64!'), { code: 'invalid-offset', message: /'not base64!'.*base64url/ });
    assert.throws(() => decodeCursor('A'.repeat(16_388)), { code: 'invalid-offset' });
  });
});
