import assert from 'node:assert/strict';
import test from 'node:test';
import { printAligned, printTabbed, visible } from './text-table.ts';
import { textWidth } from './text-width.ts';

const TABLE = {
  columns: ['NAME', 'COUNT', 'NOTE'],
  rows: [
    ['한글', '7', 'a'],
    ['sku-1', '1200', ''],
  ],
};

test('wide characters take two columns, marks none', () => {
  for (const [text, width] of [
    ['abc', 3],
    ['한글', 4],
    ['日本語', 6],
    ['ｆｕ', 4],
    ['e\u0301', 1],
    ['👍🏽', 2],
    ['❤️', 2],
    ['é', 1],
    ['', 0],
  ] as const) {
    assert.equal(textWidth(text), width, text);
  }
});

test('columns are aligned by width, numbers to the right', () => {
  const head = (text: string): string => `<${text}>`;
  assert.equal(printAligned(TABLE, head), '<NAME   COUNT  NOTE>\n한글       7  a\nsku-1   1200\n');
});

test('without a terminal cells are separated by tabs', () => {
  assert.equal(printTabbed(TABLE), 'NAME\tCOUNT\tNOTE\n한글\t7\ta\nsku-1\t1200\t\n');
  assert.equal(printTabbed({ ...TABLE, isContinued: true }), '한글\t7\ta\nsku-1\t1200\t\n');
});

test('no cell moves the cursor, breaks a line or begins a cell', () => {
  assert.equal(visible('a\tb\nc\u001b[31m\u202e'), 'a\\tb\\nc\\u001b[31m\\u202e');
  const table = { columns: ['X'], rows: [['a\tb\n']] };
  assert.equal(printTabbed(table), 'X\na\\tb\\n\n');
});
