import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasTest } from './has-test.ts';

test('a test is found by its whole name, however it is quoted', () => {
  const source = `test('a b', () => {});\n  test(\n    \`c (\${d})\`,\n    () => {},\n  );\nconst law = { title: "e.f" };`;
  for (const name of ['a b', 'c ({d})', 'e.f']) assert.ok(hasTest(source, name), name);
});

test('a part of a name, a name in a comment and a name that was changed are not found', () => {
  const source = "// a b\ntest('a b c', () => {});\nmention('a b');";
  for (const name of ['a b', 'b c', 'a.b c']) assert.ok(!hasTest(source, name), name);
});
