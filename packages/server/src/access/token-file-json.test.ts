import assert from 'node:assert/strict';
import test from 'node:test';
import { Failure } from '@actionbase/core/failure';
import { aToken } from '../testing/access-tokens.ts';
import { hashTokenText } from './access-token.ts';
import { parseTokenFile, printTokenFile, TOKENS_MAX } from './token-file-json.ts';

const SHA = 'ab'.repeat(32);
const GOOD = { id: 'a', sha256: SHA, role: 'read', databases: '*', comment: '', createdAt: '2026-04-01T00:00:00Z' };

function problemOf(text: string): string {
  try {
    parseTokenFile(text);
  } catch (error) {
    assert.ok(error instanceof Failure);
    return error.message;
  }
  return '';
}

function problemWith(change: object): string {
  return problemOf(JSON.stringify({ format: 1, tokens: [{ ...GOOD, ...change }] }));
}

test('what is printed is read again', () => {
  const { token } = aToken({ id: 'x_-9', role: 'write', databases: ['shop', '상점'], comment: 'ä "q"', expiresMs: 5 });
  const previous = { sha256: hashTokenText('old'), expiresMs: 77 };
  for (const tokens of [[], [token], [{ ...token, previous }, aToken().token]]) {
    assert.deepEqual(parseTokenFile(printTokenFile(tokens)), tokens);
  }
});

test('the format of the file stays as it is', () => {
  const token = { ...aToken({ id: 'a', databases: ['shop'] }).token, sha256: Buffer.from(SHA, 'hex') };
  assert.equal(
    printTokenFile([token]),
    `{"format":1,"tokens":[\n{"id":"a","sha256":"${SHA}","role":"read","databases":["shop"],"comment":"","createdAt":"2025-06-15T15:06:40.000Z"}\n]}\n`,
  );
});

test('a comment and an end may be missing', () => {
  const { comment, ...rest } = GOOD;
  const [token] = parseTokenFile(JSON.stringify({ format: 1, tokens: [rest] }));
  assert.deepEqual([token?.comment, token?.expiresMs, token?.previous], ['', null, null]);
});

test('what is wrong is named by its path', () => {
  const problems: readonly (readonly [object, RegExp])[] = [
    [{ id: 'a b' }, /^tokens\[0\]\.id must be 1 to 32 letters/],
    [{ id: undefined }, /^tokens\[0\]\.id is missing/],
    [{ sha256: 'ab' }, /^tokens\[0\]\.sha256 must be the SHA-256 of a token/],
    [{ sha256: SHA.toUpperCase() }, /^tokens\[0\]\.sha256 must be/],
    [{ role: 'root' }, /^tokens\[0\]\.role must be one of read, write, admin/],
    [{ databases: 'shop' }, /^tokens\[0\]\.databases must be a list/],
    [{ databases: [] }, /^tokens\[0\]\.databases must name a database, or be "\*" for all/],
    [{ databases: ['shop', '*'] }, /^tokens\[0\]\.databases\[1\] must be the name of a database; for all/],
    [{ databases: [7] }, /^tokens\[0\]\.databases\[0\] must be the name/],
    [{ comment: 7 }, /^tokens\[0\]\.comment must be text/],
    [{ createdAt: '2026-04-01' }, /^tokens\[0\]\.createdAt must be a time like/],
    [{ expiresAt: '2026-13-01T00:00:00Z' }, /^tokens\[0\]\.expiresAt must be a time that exists/],
    [{ expiresAt: null }, /^tokens\[0\]\.expiresAt must be a time/],
    [{ previous: { sha256: SHA } }, /^tokens\[0\]\.previous\.expiresAt is missing/],
    [{ tables: ['wish'] }, /^tokens\[0\] has 1 unknown members; known are id, /],
  ];
  for (const [change, problem] of problems) assert.match(problemWith(change), problem);
  assert.match(problemOf('{"format":2,"tokens":[]}'), /^format must be 1/);
  assert.match(problemOf('{"format":1}'), /^tokens is missing/);
  assert.match(problemOf('[]'), /must be an object/);
  assert.match(problemOf('{"format":1,"tokens":['), /JSON has an early end/);
});

test('two tokens of one id or of one hash are refused', () => {
  const twice = (change: object) => problemOf(JSON.stringify({ format: 1, tokens: [GOOD, { ...GOOD, ...change }] }));
  const other = 'cd'.repeat(32);
  assert.match(twice({ sha256: other }), /^tokens\[1\] has an id or a hash/);
  assert.match(twice({ id: 'b' }), /^tokens\[1\] has an id or a hash/);
  const previous = { sha256: SHA, expiresAt: '2026-04-01T00:00:00Z' };
  assert.match(twice({ id: 'b', sha256: other, previous }), /^tokens\[1\] has an id or a hash/);
});

test('a file holds a bounded number of tokens', () => {
  const tokens = Array.from({ length: TOKENS_MAX + 1 }, (_, place) => ({
    ...GOOD,
    id: `t${place}`,
    sha256: String(place).padStart(64, '0'),
  }));
  assert.equal(parseTokenFile(JSON.stringify({ format: 1, tokens: tokens.slice(1) })).length, TOKENS_MAX);
  assert.match(problemOf(JSON.stringify({ format: 1, tokens })), /^tokens must have at most 1000 tokens/);
});

test('a token in the clear, wherever it was put, is in no message', () => {
  const { text } = aToken();
  for (const name of [...Object.keys(GOOD), 'previous', 'expiresAt', text]) {
    const problem = problemWith({ [name]: text });
    assert.ok(name === 'comment' || problem !== '', name);
    assert.ok(!problem.includes(text.slice(0, 20)), problem);
  }
  for (const body of [
    text,
    `"${text}"`,
    `{"format":1,"tokens":["${text}"]}`,
    `{"format":"${text}","tokens":"${text}"}`,
    `{"${text}":1}`,
    `"${text}\\q"`,
  ]) {
    const problem = problemOf(body);
    assert.ok(problem !== '' && !problem.includes(text.slice(0, 20)), problem);
  }
});
