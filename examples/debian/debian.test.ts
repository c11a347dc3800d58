/**
 * Goal: the example runs as its README says, kills included. Method: the program itself, on a made-up index of fifty
 * paragraphs, in batches so small that the loader and the server can be killed in the middle.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ExampleResult } from './run-example.ts';

const skip = spawnSync('awk', ['BEGIN {}']).status === 0 ? false : 'there is no awk here';
const sample = join(import.meta.dirname, 'fixtures/sample-packages.txt');

function run(...flags: readonly string[]) {
  const program = join(import.meta.dirname, 'main.ts');
  return spawnSync(process.execPath, [program, ...flags], { encoding: 'utf8', maxBuffer: 64 * 1024 ** 2 });
}

test('a package index is loaded, asked and compared, in peace and through kill -9', { skip }, () => {
  const names = ['--needed', 'libquartz6', '--needing', 'flint'];
  const sizes = ['--batch', '2', '--concurrency', '1', '--requests', '20'];
  const { status, stdout, stderr } = run('--file', sample, ...names, ...sizes, '--seed', '10', '--json');
  assert.equal(status, 0, stderr);
  const { conversion, plain, killed }: ExampleResult = JSON.parse(stdout);
  assert.equal(conversion.paragraphs, 50);
  for (const { comparison } of [plain, killed]) {
    assert.deepEqual(comparison.differences, []);
    // The three paragraphs of libamber2 repeat five of its edges.
    assert.equal(comparison.edges, conversion.lines - 5);
    assert.equal(comparison.compared, 2 * 117);
  }
  assert.deepEqual(
    killed.load.kills.map(({ victim }) => victim),
    ['loader', 'server'],
  );
  for (const { fromLine, atLine } of killed.load.kills) assert.ok(atLine >= fromLine && atLine < conversion.lines);
  assert.ok(killed.load.starts >= 2);
  assert.match(stderr, /compared \d+ counts \(\d+ sources OUT, \d+ targets IN, the rest 0\): 0 different/);
  const [newest, , , count, naming] = plain.queries;
  assert.equal(newest?.rows[0], 'patch-like Depends[0] libquartz6 (>= 2.34)');
  assert.equal(count?.answer, '20');
  assert.equal(naming?.rows[0], 'flint Breaks[0] bash-completion-like (<< 1:1.90-1)');
});

test('a file that is not there and a flag that is no number end with a sentence', () => {
  for (const flags of [['--file', join(import.meta.dirname, 'none.txt')], ['--limit', 'many'], ['--nonsense']]) {
    const { status, stderr } = run(...flags);
    assert.notEqual(status, 0);
    assert.doesNotMatch(stderr, /\n {4}at /);
  }
});
