import assert from 'node:assert/strict';
import test from 'node:test';
import { replaceBlock } from './generated-block.ts';

const document = 'before\n<!-- a:begin -->\nold\n<!-- a:end -->\nafter\n';

test('only what lies between the markers is replaced', () => {
  const expected = 'before\n<!-- a:begin -->\n\nnew\n\n<!-- a:end -->\nafter\n';
  assert.equal(replaceBlock(document, 'a', '\nnew\n'), expected);
});

test('replacing by the same text changes nothing', () => {
  const once = replaceBlock(document, 'a', 'new');
  assert.ok(once !== undefined);
  assert.equal(replaceBlock(once, 'a', 'new'), once);
});

test('dollar signs in the text are kept', () => {
  assert.match(replaceBlock(document, 'a', "$& $1 $'") ?? '', /\n\$& \$1 \$'\n/);
});

test('missing, doubled and reversed markers are refused', () => {
  assert.equal(replaceBlock(document, 'b', 'new'), undefined);
  assert.equal(replaceBlock(document + document, 'a', 'new'), undefined);
  assert.equal(replaceBlock('<!-- a:end --><!-- a:begin -->', 'a', 'new'), undefined);
});
