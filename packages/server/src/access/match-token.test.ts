import assert from 'node:assert/strict';
import { timingSafeEqual } from 'node:crypto';
import test from 'node:test';
import { aToken } from '../testing/access-tokens.ts';
import { hashTokenText } from './access-token.ts';
import { matchToken } from './match-token.ts';

const texts = [aToken({ id: 'a' }), aToken({ id: 'b' }), aToken({ id: 'c' })];
const old = hashTokenText('actionbase_old');
const tokens = texts.map(({ token }) =>
  token.id === 'b' ? { ...token, previous: { sha256: old, expiresMs: 7 } } : token,
);

test('a hash finds its token', () => {
  for (const { text, token } of texts) {
    assert.equal(matchToken(tokens, hashTokenText(text))?.token.id, token.id);
  }
  assert.equal(matchToken(tokens, hashTokenText('actionbase_other')), undefined);
  assert.equal(matchToken([], old), undefined);
});

test('the text before a rotation ends with its grace, or with the token', () => {
  const end = (expiresMs: number | null) =>
    matchToken(
      tokens.map((token) => ({ ...token, expiresMs })),
      old,
    )?.expiresMs;
  assert.deepEqual([end(null), end(9), end(5)], [7, 7, 5]);
});

test('all hashes are compared in full, whichever one matches: no early end tells where it was', () => {
  for (const sha256 of [...texts.map(({ text }) => hashTokenText(text)), old, hashTokenText('actionbase_other')]) {
    const compared: string[] = [];
    matchToken(tokens, sha256, (a, b) => {
      assert.equal(a.length, b.length);
      compared.push(Buffer.from(a).toString('hex'));
      return timingSafeEqual(a, b);
    });
    const all = tokens.flatMap(({ sha256: own, previous }) => [own, ...(previous === null ? [] : [previous.sha256])]);
    assert.deepEqual(
      compared,
      all.map((each) => Buffer.from(each).toString('hex')),
    );
  }
});
