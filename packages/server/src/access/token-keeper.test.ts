import assert from 'node:assert/strict';
import test from 'node:test';
import { aToken } from '../testing/access-tokens.ts';
import { TokenKeeper, tokenTextOf } from './token-keeper.ts';

test('a header brings a token as Bearer, in any case, or alone; an empty one brings none', () => {
  const texts = new Map([
    ['Bearer abc', 'abc'],
    ['bearer  abc ', 'abc'],
    ['BEARER abc', 'abc'],
    ['abc', 'abc'],
    ['bearerabc', 'bearerabc'],
    ['', ''],
    ['Bearer', ''],
    ['Bearer ', ''],
  ]);
  for (const [header, text] of texts) assert.equal(tokenTextOf(header), text, header);
  assert.equal(tokenTextOf(undefined), '');
});

test('a token is known until the millisecond in which it ends', () => {
  const { text, token } = aToken({ expiresMs: 1_000 });
  const keeper = new TokenKeeper([token]);
  assert.equal(keeper.identify(text, 999).kind, 'token');
  assert.deepEqual(keeper.identify(text, 1_000), { kind: 'nobody', reason: 'expired-token' });
});

test('the reason tells apart no token, and one that is not known', () => {
  const { text, token } = aToken();
  const keeper = new TokenKeeper([token]);
  assert.deepEqual(keeper.identify(undefined, 0), { kind: 'nobody', reason: 'no-token' });
  for (const wrong of [
    `${text}x`,
    text.slice(0, -1),
    text.toUpperCase(),
    `Basic ${text}`,
    Buffer.from(token.sha256).toString('hex'),
  ]) {
    assert.deepEqual(keeper.identify(wrong, 0), { kind: 'nobody', reason: 'unknown-token' });
  }
});

test('tokens that replace others count from then on', () => {
  const [before, after] = [aToken({ id: 'x' }), aToken({ id: 'x' })];
  const keeper = new TokenKeeper([before.token]);
  keeper.replace([after.token]);
  assert.equal(keeper.identify(before.text, 0).kind, 'nobody');
  assert.equal(keeper.identify(after.text, 0).kind, 'token');
});
