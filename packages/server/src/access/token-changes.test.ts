import assert from 'node:assert/strict';
import test from 'node:test';
import { Failure } from '@actionbase/core/failure';
import { aToken } from '../testing/access-tokens.ts';
import { hashTokenText } from './access-token.ts';
import { revokeToken, rotateToken } from './token-changes.ts';

const { token: shop } = aToken({ id: 'shop', expiresMs: 90 });
const { token: club } = aToken({ id: 'club' });
const sha256 = hashTokenText('actionbase_next');

test('a rotation gives a new text, keeps the one before for the grace, and leaves the rest as it is', () => {
  const rotated = rotateToken([shop, club], 'shop', { sha256, nowMs: 10, graceMs: 5 });
  assert.deepEqual(rotated, [{ ...shop, sha256, previous: { sha256: shop.sha256, expiresMs: 15 } }, club]);
});

test('without grace the text before ends at once', () => {
  assert.deepEqual(rotateToken([shop], 'shop', { sha256, nowMs: 10, graceMs: 0 }), [{ ...shop, sha256 }]);
});

test('a second rotation within the grace ends the first text at once', () => {
  const once = rotateToken([shop], 'shop', { sha256, nowMs: 10, graceMs: 5 });
  const [twice] = rotateToken(once, 'shop', { sha256: hashTokenText('third'), nowMs: 11, graceMs: 5 });
  assert.deepEqual(twice?.previous, { sha256, expiresMs: 16 });
});

test('a rotation may give the token another end, or none', () => {
  const end = (expiresMs: number | null) =>
    rotateToken([shop], 'shop', { sha256, nowMs: 0, graceMs: 0, expiresMs })[0]?.expiresMs;
  assert.deepEqual([end(500), end(null)], [500, null]);
});

test('a revoked token is gone; an unknown id is refused without being shown', () => {
  assert.deepEqual(revokeToken([shop, club], 'shop'), [club]);
  for (const change of [
    () => revokeToken([shop], 'secret'),
    () => rotateToken([shop], 'secret', { sha256, nowMs: 0, graceMs: 0 }),
  ]) {
    assert.throws(
      change,
      (error) => error instanceof Failure && error.code === 'unknown-token' && !error.message.includes('secret'),
    );
  }
});
