import assert from 'node:assert/strict';
import test from 'node:test';
import { failureTables } from './failures.ts';

test('every code stands in the document once, with a sentence of its own', async () => {
  const rows = (await failureTables.print()).split('\n').filter((line) => line.startsWith('| `'));
  const codes = rows.map((row) => row.split(' | ')[0]);
  assert.equal(new Set(codes).size, codes.length);
  const sentences = rows.map((row) => row.split(' | ').at(-1));
  assert.equal(new Set(sentences).size, sentences.length);
  for (const row of rows) assert.equal(row.split('|').length, 7, row);
});
