import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { readToken } from './read-token.ts';
import { trustOnly } from './trust-only.ts';

const folder = mkdtempSync(join(tmpdir(), 'actionbase-token-'));
after(() => rmSync(folder, { recursive: true }));

function fileWith(text: string): string {
  const path = join(folder, 'token');
  writeFileSync(path, text);
  return path;
}

test('the token comes from the file of the flag, else from the variable, else from the file of the variable', () => {
  const path = fileWith('from-file\n');
  assert.equal(readToken(path, { ACTIONBASE_TOKEN: 'x' }), 'from-file');
  assert.equal(readToken(undefined, { ACTIONBASE_TOKEN: 'x', ACTIONBASE_TOKEN_FILE: path }), 'x');
  assert.equal(readToken(undefined, { ACTIONBASE_TOKEN: '', ACTIONBASE_TOKEN_FILE: path }), 'from-file');
  assert.equal(readToken(undefined, { ACTIONBASE_TOKEN_FILE: '' }), undefined);
});

test('a file that holds something else is refused without showing what', () => {
  for (const text of ['', 'secret secret', 'secret\nsecret']) {
    const path = fileWith(text);
    assert.throws(
      () => readToken(path, {}),
      (error) => error instanceof Error && !error.message.includes('secret'),
    );
  }
});

test('a file without certificates is refused', () => {
  for (const text of ['', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n']) {
    assert.throws(() => trustOnly(fileWith(text)), {
      name: 'UsageError',
      message: /holds no certificates to trust, as PEM/,
    });
  }
});
