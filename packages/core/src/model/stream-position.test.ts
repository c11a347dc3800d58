import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseStreamPosition, printStreamPosition } from './stream-position.ts';

test('a place in a stream is printed as it is parsed', () => {
  for (const text of ['e1-p0-1842-3', 'e1-p0-1842', 'e12-p7-0-0']) {
    const position = parseStreamPosition(text);
    assert.ok(position !== undefined);
    assert.equal(printStreamPosition(position), text);
  }
  assert.deepEqual(parseStreamPosition('e1-p0-1842-3'), { epoch: 1, partition: 0, offset: 1842, item: 3 });
});

test('what is no place in a stream is not parsed', () => {
  for (const text of ['', 'e1', 'e1-p0', 'e1-p0--1', 'e1-p0-1-', 'e1-p0-1-x', 'e1-p0-1-2-3', ' e1-p0-1', '1842']) {
    assert.equal(parseStreamPosition(text), undefined, text);
  }
});
