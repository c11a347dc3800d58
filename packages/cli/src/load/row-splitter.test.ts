import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { parseCsvRow } from './parse-csv-row.ts';
import { type RawRow, ROW_BYTES_MAX, RowSplitter } from './row-splitter.ts';

interface Cut {
  readonly line: number;
  readonly nextLine: number;
  readonly endOffset: number;
  readonly text: string;
  readonly problem: RawRow['problem'];
}

/** Cuts a text that arrives in chunks of these sizes; the last size is used again and again. */
function split(text: string, withQuotes: boolean, chunkSizes: readonly number[] = [65_536]): Cut[] {
  const bytes = Buffer.from(text);
  const splitter = new RowSplitter({ withQuotes, offset: 0, line: 1 });
  const rows: RawRow[] = [];
  for (let at = 0, chunk = 0; at < bytes.length; chunk += 1) {
    const size = chunkSizes[Math.min(chunk, chunkSizes.length - 1)] ?? 1;
    for (const row of splitter.push(bytes.subarray(at, at + size))) rows.push(row);
    at += size;
  }
  rows.push(...splitter.end());
  return rows.map(({ bytes: row, ...rest }) => ({ ...rest, text: Buffer.from(row).toString() }));
}

function texts(text: string, withQuotes = true): string[] {
  return split(text, withQuotes).map((row) => row.text);
}

test('lines end with LF or CR LF, the last one with the file, and blank ones are no rows', () => {
  assert.deepEqual(split('a\r\n\nb', false), [
    { line: 1, nextLine: 2, endOffset: 3, text: 'a', problem: null },
    { line: 3, nextLine: 4, endOffset: 5, text: 'b', problem: null },
  ]);
});

test('the mark in front of UTF-8 belongs to no row, also when it arrives byte by byte', () => {
  assert.deepEqual(split('\ufeff"a\nb",c\n', true, [1]), [
    { line: 1, nextLine: 3, endOffset: 11, text: '"a\nb",c', problem: null },
  ]);
  assert.deepEqual(texts('a'), ['a']);
});

test('a line break inside quotes belongs to the row, and a quote inside a plain field opens nothing', () => {
  assert.deepEqual(texts('1,"x\n""\ny"\n2,z\n'), ['1,"x\n""\ny"', '2,z']);
  assert.deepEqual(texts('1,x"y\n2,a""b\n3\n'), ['1,x"y', '2,a""b', '3']);
  assert.deepEqual(texts('"a\nb\n', false), ['"a', 'b']);
});

test('a quote that is never closed takes its first line with it, and no other', () => {
  assert.deepEqual(split('1,a\n2,"b\n3,c\n', true), [
    { line: 1, nextLine: 2, endOffset: 4, text: '1,a', problem: null },
    { line: 2, nextLine: 3, endOffset: 9, text: '2,"b', problem: 'quote-not-closed' },
    { line: 3, nextLine: 4, endOffset: 13, text: '3,c', problem: null },
  ]);
});

test('a line beyond the limit is shown in part and skipped to its end', () => {
  const long = 'x'.repeat(ROW_BYTES_MAX + 10);
  for (const sizes of [[65_536], [ROW_BYTES_MAX * 2]]) {
    const rows = split(`a\n${long}\nb\n${long}`, false, sizes);
    assert.deepEqual(
      rows.map(({ line, text, problem }) => [line, text.length, problem]),
      [
        [1, 1, null],
        [2, 1_000, 'row-too-long'],
        [3, 1, null],
        [4, 1_000, 'row-too-long'],
      ],
    );
    assert.equal(rows[1]?.endOffset, long.length + 3);
  }
});

test('a quote that stays open beyond the limit spoils one line', () => {
  const rows = split(`1,"a\n${'2,b\n'.repeat(400_000)}`, true);
  assert.equal(rows[0]?.problem, 'quote-not-closed');
  assert.equal(rows.length, 400_001);
  assert.ok(rows.slice(1).every(({ problem }) => problem === null));
});

const FIELD = fc.oneof(fc.string(), fc.constantFrom('', '"', ',', '\n', '\r\n', 'a"b', '한글', null));

test('what was printed after RFC 4180 comes out again, wherever the chunks end', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(FIELD, { minLength: 2, maxLength: 4 }), { maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 6 }),
      (rows, sizes) => {
        const text = rows.map((row) => `${row.map(quote).join(',')}\r\n`).join('');
        const cut = split(text, true, sizes);
        assert.deepEqual(
          cut.map((row) => parseCsvRow(row.text)),
          rows,
        );
        assert.equal(cut.at(-1)?.endOffset ?? 0, Buffer.byteLength(text));
      },
    ),
    { numRuns: 300 },
  );
});

test('going on behind any row gives the rows that follow', () => {
  const text = '1,a\n\n2,"b\nc"\r\n3,"d\n4,e\n5,f';
  const all = split(text, true);
  for (const [place, row] of all.entries()) {
    const splitter = new RowSplitter({ withQuotes: true, offset: row.endOffset, line: row.nextLine });
    const rest = [...splitter.push(Buffer.from(text).subarray(row.endOffset)), ...splitter.end()];
    assert.deepEqual(
      rest.map(({ line, endOffset, problem }) => ({ line, endOffset, problem })),
      all.slice(place + 1).map(({ line, endOffset, problem }) => ({ line, endOffset, problem })),
    );
  }
});

test('a row with a quote in the wrong place is no CSV', () => {
  for (const text of ['a"b', '"a"b', '"a', 'x,"']) assert.equal(parseCsvRow(text), undefined, text);
  assert.deepEqual(parseCsvRow('7,"a ""b"", c",,""'), ['7', 'a "b", c', null, '']);
});

/** A field as RFC 4180 prints it; null is empty without quotes. */
function quote(field: string | null): string {
  return field === null ? '' : `"${field.replaceAll('"', '""')}"`;
}
