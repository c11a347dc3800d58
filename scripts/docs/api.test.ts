import assert from 'node:assert/strict';
import test from 'node:test';
import { OPERATIONS } from '@actionbase/server/openapi/families';
import { labelOf } from '@actionbase/server/openapi/operation';
import { apiPages } from './api.ts';

test('the page has a heading for every operation, and every link within it leads to one heading', async () => {
  const page = await apiPages.print();
  const headings = [...page.matchAll(/^#{2,3} (.+)$/gm)].map(([, heading]) => heading ?? '');
  for (const operation of OPERATIONS) assert.ok(headings.includes(labelOf(operation)), labelOf(operation));
  const anchors = headings.map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^a-z0-9_ -]/g, '')
      .replaceAll(' ', '-'),
  );
  assert.equal(new Set(anchors).size, anchors.length, 'two headings with one anchor');
  for (const [, anchor] of page.matchAll(/\]\(#([^)]*)\)/g)) assert.ok(anchors.includes(anchor ?? ''), anchor);
});

test('every row of a table has as many cells as its head', async () => {
  let width = 0;
  for (const line of (await apiPages.print()).split('\n')) {
    if (!line.startsWith('|')) width = 0;
    else if (width === 0) width = line.split('|').length;
    else assert.equal(line.split('|').length, width, line);
  }
});
