import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { findTests } from './test-files.ts';

describe('findTests', () => {
  const root = mkdtempSync(join(tmpdir(), 'actionbase-test-files-'));
  for (const file of [
    'packages/core/src/b.test.ts',
    'packages/core/src/a.test.ts',
    'packages/core/src/a.ts',
    'packages/core/node_modules/x/x.test.ts',
    'e2e/crash.components.test.ts',
    'other/c.test.ts',
  ]) {
    mkdirSync(join(root, dirname(file)), { recursive: true });
    writeFileSync(join(root, file), '');
  }
  after(() => rmSync(root, { recursive: true }));

  it('finds the tests of all folders, sorted, without what npm installed', () => {
    assert.deepEqual(findTests(root, 'npm', []), ['packages/core/src/a.test.ts', 'packages/core/src/b.test.ts']);
  });

  it('keeps tests that need other programs apart', () => {
    assert.deepEqual(findTests(root, 'components', []), ['e2e/crash.components.test.ts']);
    assert.deepEqual(findTests(root, 'npm', ['e2e']), []);
  });

  it('takes a file as it is named', () => {
    assert.deepEqual(findTests(root, 'npm', ['./e2e/crash.components.test.ts']), ['e2e/crash.components.test.ts']);
    assert.deepEqual(findTests(root, 'npm', ['other']), ['other/c.test.ts']);
  });

  it('finds nothing in a folder that is not there', () => {
    assert.deepEqual(findTests(root, 'npm', ['packages/none']), []);
  });
});
