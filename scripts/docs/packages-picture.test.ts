import assert from 'node:assert/strict';
import test from 'node:test';
import { printPackages } from './packages-picture.ts';

const toCore = { specifier: '@actionbase/core/value', to: 'packages/core/src/value.ts' };

test('the picture shows each arrow once, and only those of production code', () => {
  const picture = printPackages([
    { from: 'packages/ports/src/store.ts', ...toCore },
    { from: 'packages/ports/src/log.ts', ...toCore },
    { from: 'packages/core/src/edge.ts', specifier: './value.ts', to: 'packages/core/src/value.ts' },
    { from: 'packages/client/src/client.test.ts', ...toCore },
    { from: 'packages/ports/src/contracts/store.ts', specifier: 'lmdb', to: 'node_modules/lmdb/index.js' },
  ]);
  assert.match(picture, /^ 1 {2}ports +-> {2}core$/m);
  assert.match(picture, /^ 3 {2}client +-> {2}-$/m);
  assert.deepEqual(picture.match(/^.*-->.*$/gm), ['  ports --> core']);
});

test('the picture has a row for each level, the top one first', () => {
  const rows = [...printPackages([]).matchAll(/^ (\d) {2}\S/gm)].map(([, row]) => Number(row));
  assert.deepEqual(
    rows,
    rows.toSorted((a, b) => b - a),
  );
  assert.ok(rows.includes(0));
});
