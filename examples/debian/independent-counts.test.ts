/**
 * Goal: awk and the converter, which share no code, see the same graph; and neither sees a wrong one with the other.
 * Method: facts about the sample, counted by hand; then texts that are generated from pieces of every kind.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { compareCounts, countIndependently, type Direction } from './compare-counts.ts';
import { convertText } from './convert-text.ts';
import type { DependencyEdge } from './dependency-edges.ts';

const skip = spawnSync('awk', ['BEGIN {}']).status === 0 ? false : 'there is no awk here';
const sample = join(import.meta.dirname, 'fixtures/sample-packages.txt');
const folder = mkdtempSync(join(tmpdir(), 'debian-counts-'));
after(() => rmSync(folder, { recursive: true }));

async function convert(textPath: string): Promise<DependencyEdge[]> {
  const linesPath = join(folder, 'edges.jsonl');
  await convertText(textPath, linesPath);
  const lines = readFileSync(linesPath, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as DependencyEdge);
}

/** The answers of a server that loaded exactly these edges. */
function answerFrom(edges: readonly DependencyEdge[]) {
  return async (direction: Direction, names: readonly string[]): Promise<number[]> => {
    const far = new Map<string, Set<string>>();
    for (const { source, target } of edges) {
      const [near, other] = direction === 'OUT' ? [source, target] : [target, source];
      far.set(near, (far.get(near) ?? new Set()).add(other));
    }
    return names.map((name) => far.get(name)?.size ?? 0);
  };
}

test('awk counts what can be counted by hand in the sample', { skip }, async () => {
  const counts = await countIndependently(sample, folder);
  // Three paragraphs of libamber2: amber-base, libquartz6, libslate1, dpkg-like, amber-tools, libarm-unwind1.
  assert.equal(counts.OUT.get('libamber2'), 6);
  assert.equal(counts.OUT.get('odd-same-order'), 1);
  assert.equal(counts.OUT.get('odd-restrictions'), 5);
  assert.equal(counts.OUT.get('odd-self'), 2);
  assert.equal(counts.IN.get('odd-self'), 1);
  assert.equal(counts.OUT.get('amber-base'), 0);
  assert.equal(counts.IN.get('amber-base'), 7);
  assert.equal(counts.IN.get('flint'), 4);
  assert.equal(counts.IN.get('odd-blank'), 1);
  assert.equal(counts.IN.get('libstdc++-like6'), 1);
  assert.equal(counts.IN.has('python-like:any'), false);
  assert.equal(counts.IN.get('idle-like'), undefined);
});

test('awk and the converter agree on the sample', { skip }, async () => {
  const comparison = await compareCounts(await countIndependently(sample, folder), answerFrom(await convert(sample)));
  assert.deepEqual(comparison.differences, []);
  assert.ok(comparison.sources > 40 && comparison.targets > 100);
});

test('a lost edge, an edge too much and a wrong target are found in both directions', { skip }, async () => {
  const expected = await countIndependently(sample, folder);
  const edges = await convert(sample);
  const lost = edges.find(({ source }) => source === 'mime-like');
  assert.equal(lost?.target, 'mailcap-like');
  const others = edges.filter((edge) => edge !== lost);
  for (const [changed, names] of [
    [others, ['mime-like', 'mailcap-like']],
    [
      [...edges, { ...lost, target: 'flint' }],
      ['mime-like', 'flint'],
    ],
    [
      [...others, { ...lost, target: 'flint' }],
      ['mailcap-like', 'flint'],
    ],
  ] as const) {
    const { differences } = await compareCounts(expected, answerFrom(changed));
    assert.deepEqual(differences.map(({ name }) => name).sort(), [...names].sort());
  }
});

const name = fc.constantFrom('a', 'b', 'libc6', 'g++', 'x.y-1', '7z');
const space = fc.constantFrom('', ' ', '  ', '\n ', '\n\t');
const constraint = fc.constantFrom('', '(>= 1:1.2~)', ' (<<2)', ' ( = 1 )', '  (> 3)');
const qualifier = fc.constantFrom('', ':any', ':amd64');
const restriction = fc.constantFrom('', ' [amd64 !i386]', '<!nocheck>', ' <a> <b>');
const alternative = fc.tuple(space, name, qualifier, constraint, restriction, space).map((parts) => parts.join(''));
const item = fc.array(alternative, { minLength: 0, maxLength: 3 }).map((alternatives) => alternatives.join('|'));
const field = fc
  .tuple(
    fc.constantFrom('Depends', 'PRE-DEPENDS', 'Breaks', 'enhances', 'Provides', 'Description', 'Tag'),
    fc.constantFrom(':', ': ', ':  '),
    fc.array(item, { maxLength: 4 }).map((items) => items.join(',')),
  )
  // A line of nothing but space would part paragraphs in the middle of the field.
  .map((parts) => `${parts.join('').replaceAll(/\n[ \t]*(?=\n|$)/g, '')}\n`);
const paragraph = fc
  .tuple(name, fc.array(field, { maxLength: 5 }), fc.constantFrom('\n', '\n\n', ' \n', '\t \n\n'))
  .map(([of, fields, end]) => `Package: ${of}\n${fields.join('')}${end}`);
const text = fc.array(paragraph, { minLength: 1, maxLength: 12 }).map((paragraphs) => paragraphs.join(''));

test('awk and the converter agree on any text', { skip }, async () => {
  await fc.assert(
    fc.asyncProperty(text, async (packages) => {
      const textPath = join(folder, 'generated.txt');
      writeFileSync(textPath, packages);
      const expected = await countIndependently(textPath, folder);
      const { differences } = await compareCounts(expected, answerFrom(await convert(textPath)));
      assert.deepEqual(differences, []);
    }),
    { numRuns: 100 },
  );
});
