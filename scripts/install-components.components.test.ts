import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import test from 'node:test';

test('strace can follow the system calls of a process here', () => {
  const result = spawnSync('strace', ['-f', '-e', 'trace=exit_group', process.execPath, '-e', 'process.exit(7)'], {
    encoding: 'utf8',
  });
  assert.equal(result.status, 7);
  assert.match(result.stderr, /exit_group\(7\)/);
});
