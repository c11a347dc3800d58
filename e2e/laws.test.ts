/**
 * Goal: `docs/laws.md` stays true. Method: each law that it promises has a row on how it is tested; each file that it names
 * is there; and each file of a law's row holds a test whose name begins with the law's number.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

const root = dirname(import.meta.dirname);
const document = readFileSync(join(root, 'docs/laws.md'), 'utf8');
const [promises = '', tests = ''] = document.split('## How each law is tested');

/** Cells of the table rows that begin with a law. */
function rowsOf(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => /^\| L\d+ \|/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()));
}

function filesOf(text: string): string[] {
  return [...text.matchAll(/`([\w./-]+\.ts)`/g)].map(([, file = '']) => file);
}

test('every law that is promised says how it is tested, and no other does', () => {
  const laws = rowsOf(promises).map(([, law]) => law);
  assert.ok(laws.length >= 9);
  assert.deepEqual(
    rowsOf(tests).map(([, law]) => law),
    laws,
  );
});

test('every file that the laws name is there', () => {
  const missing = filesOf(document).filter((file) => file.includes('/') && !existsSync(join(root, file)));
  assert.deepEqual(missing, []);
});

for (const [, law = '', , where = ''] of rowsOf(tests)) {
  test(`${law} has a test in each file that the document names for it`, () => {
    const files = filesOf(where);
    assert.ok(files.length > 0);
    // A quote, laws in their order, this one among them: 'L3 L4 after any …'.
    const name = new RegExp(`['"\`](?:L\\d+ )*${law} `);
    const without = files.filter((file) => !name.test(readFileSync(join(root, file), 'utf8')));
    assert.deepEqual(without, []);
  });
}
