import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findDifference, readCommandBlocks } from './readme-blocks.ts';

const fence = '```';

test('commands are read with the output right below them, and only with that', () => {
  const document = [
    `${fence}sh`,
    'echo 1',
    'echo 2',
    fence,
    '',
    `${fence}text`,
    '1',
    '2',
    fence,
    `${fence}sh`,
    'true',
    fence,
    'Something else:',
    `${fence}json`,
    '{}',
    fence,
  ].join('\n');
  assert.deepEqual(readCommandBlocks(document), [
    { line: 1, commands: 'echo 1\necho 2', expected: { kind: 'text', text: '1\n2' } },
    { line: 10, commands: 'true', expected: undefined },
  ]);
});

test('shown text stands for itself, but for the placeholder', () => {
  const difference = (text: string, output: string) => findDifference({ kind: 'text', text }, output);
  assert.equal(difference('a (1)\nb … c', 'a (1)\nb 17 ms c\n'), undefined);
  assert.equal(difference('…', ''), undefined);
  assert.equal(difference('  1  a   b', '1\ta\tb\t'), undefined);
  assert.match(difference('a', 'ab') ?? '', /expected\na\ngot\nab/);
  assert.match(difference('a.c', 'abc') ?? '', /expected/);
  assert.match(difference('a … c', 'a\nc') ?? '', /expected/);
});

test('shown JSON is compared by value, and names the place of the first difference', () => {
  const difference = (text: string, output: string) => findDifference({ kind: 'json', text }, output);
  assert.equal(difference('{"a": [1, "…"], "b": null}', '{"b":null,"a":[1,{"c":2}]}'), undefined);
  assert.equal(difference('{"a": {"b": 1}}', '{"a":{"b":2}}'), '.a.b is 2, expected 1');
  assert.equal(difference('{"a": "…"}', '{}'), '.a is missing');
  assert.equal(difference('{}', '{"a":1}'), '.a is not shown');
  assert.equal(difference('[1]', '[]'), '.0 is undefined, expected 1');
  assert.equal(difference('{}', 'oops'), 'expected JSON, got oops');
});
