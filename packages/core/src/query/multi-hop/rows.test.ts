/** Post-processors and aggregators on a frame made by hand. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../../failure.ts';
import { printMultiHop } from '../../wire/multi-hop-json.ts';
import { aggregate } from './aggregate.ts';
import { type PostLimits, postProcess, TextBudget } from './post-process.ts';
import type { SplitExplodeProcessor } from './query-item.ts';
import { type CellValue, columnValues, type RowFrame } from './row-frame.ts';
import { parseSplitPattern } from './split-pattern.ts';

const ROWS_MAX = 100;

function limits(): PostLimits {
  return { rowsMax: ROWS_MAX, texts: new TextBudget() };
}

function aFrame(...rows: readonly (readonly CellValue[])[]): RowFrame {
  const columns = [
    { name: 'source', type: 'long' },
    { name: 'text', type: 'string' },
    { name: 'price', type: 'double' },
  ] as const;
  return { columns, rows, offset: 'x', hasNext: true };
}

function print(frame: RowFrame): string {
  return printMultiHop([{ name: 'n', frame }])
    .replace('{"items":[{"name":"n","data":', '')
    .replace(/,"rows".*/, '');
}

function aSplit(parts: Partial<SplitExplodeProcessor> = {}): SplitExplodeProcessor {
  const parsed = parseSplitPattern(',');
  assert.equal(parsed.kind, 'parsed');
  const pattern = parsed.kind === 'parsed' ? parsed.pattern : { elements: [] };
  return {
    type: 'SPLIT_EXPLODE',
    field: 'text',
    pattern,
    limit: 0,
    alias: 'tag',
    dataType: 'string',
    drop: true,
    ...parts,
  };
}

const isInvalid = (error: unknown): boolean => error instanceof Failure && error.code === 'invalid-query';

test('members of a JSON text become columns of their own kinds', () => {
  const text =
    '{"a":{"b":1,"d":1e3,"t":"x","o":{"p":[1, 2.50]},"n":null},"big":9007199254740993,"huge":1e400,"y":true}';
  const names = ['a.b', 'a.d', 'a.t', 'a.o', 'a.n', 'big', 'y', 'none', 'a.b.c'];
  const paths = names.map((path) => ({ path: path.split('.'), alias: path }));
  const frame = postProcess(
    aFrame([1n, text, 1], [2n, null, 1]),
    { type: 'JSON_OBJECT', field: 'text', paths, drop: true },
    limits(),
  );
  assert.equal(
    print(frame),
    '[{"source":1,"price":1.0,"a.b":1,"a.d":1000.0,"a.t":"x","a.o":"{\\"p\\":[1,2.50]}","a.n":null,"big":9007199254740993,"y":true,"none":null,"a.b.c":null},' +
      '{"source":2,"price":1.0,"a.b":null,"a.d":null,"a.t":null,"a.o":null,"a.n":null,"big":null,"y":null,"none":null,"a.b.c":null}]',
  );
  assert.deepEqual([frame.offset, frame.hasNext], ['x', true], 'the rows are the same, so the cursor stays');
});

test('a member that names a prototype is none, and a text that is no JSON is refused', () => {
  const processor = {
    type: 'JSON_OBJECT',
    field: 'text',
    paths: [{ path: ['constructor'], alias: 'c' }],
    drop: false,
  } as const;
  assert.equal(
    print(postProcess(aFrame([1n, '{}', 1]), processor, limits())),
    '[{"source":1,"text":"{}","price":1.0,"c":null}]',
  );
  assert.throws(() => postProcess(aFrame([1n, '{', 1]), processor, limits()), isInvalid);
});

test('a text becomes one row per piece that is not empty; rows without text vanish', () => {
  const frame = aFrame([1n, 'a,,b', 1], [2n, null, 1], [3n, '', 1]);
  const exploded = postProcess(frame, aSplit(), limits());
  assert.equal(print(exploded), '[{"source":1,"price":1.0,"tag":"a"},{"source":1,"price":1.0,"tag":"b"}]');
  assert.deepEqual([exploded.offset, exploded.hasNext], [null, false]);
  const numbers = postProcess(aFrame([1n, '7,x', 1]), aSplit({ dataType: 'int', drop: false }), limits());
  assert.equal(
    print(numbers),
    '[{"source":1,"text":"7,x","price":1.0,"tag":7},{"source":1,"text":"7,x","price":1.0,"tag":null}]',
  );
  assert.equal(print(postProcess(frame, aSplit({ field: 'none' }), limits())), '[]', 'an unknown column has no rows');
  assert.throws(() => postProcess(aFrame([1n, 'a,'.repeat(101), 1]), aSplit(), limits()), isInvalid);
  assert.throws(() => postProcess(aFrame([1n, 'a'.repeat(4_194_305), 1]), aSplit(), limits()), isInvalid);
});

test('the post-processors of one query share the characters that they make', () => {
  const tree = `{"a":["${'x'.repeat(60_000)}"]}`;
  const paths = Array.from({ length: 60 }, (_, place) => ({ path: ['a'], alias: `a${place}` }));
  const processor = { type: 'JSON_OBJECT', field: 'text', paths, drop: true } as const;
  const shared = limits();
  postProcess(aFrame([1n, tree, 1]), processor, shared);
  assert.throws(() => postProcess(aFrame([1n, tree, 1]), processor, shared), isInvalid);
});

test('an answer that would be too long is refused', () => {
  const row = [1n, 'x'.repeat(100_000), 1] as const;
  const frame = aFrame(...new Array<typeof row>(1_400).fill(row));
  assert.throws(() => printMultiHop([{ name: 'n', frame }]), isInvalid);
});

test('a sum that is no number is the greatest, and the others keep their order', () => {
  const frame = aFrame(
    [1n, 'a', 3],
    [2n, 'b', Number.NaN],
    [3n, 'c', 1],
    [4n, 'd', Number.POSITIVE_INFINITY],
    [5n, 'e', 2],
  );
  const sum = { type: 'SUM', valueField: 'price', keyFields: ['text'], limit: 9 } as const;
  const names = (order: 'ASC' | 'DESC') => aggregate(frame, { ...sum, order }).rows.map((row) => row[0]);
  assert.deepEqual(names('ASC'), ['c', 'e', 'a', 'd', 'b']);
  assert.deepEqual(names('DESC'), ['b', 'd', 'a', 'e', 'c']);
});

test('COUNT and SUM group rows, sort by the value with ties as first seen, and cut to the limit', () => {
  const frame = aFrame([1n, 'b', 1.5], [2n, 'a', 1], [3n, 'c', 9], [4n, 'a', 0.5], [5n, null, null], [6n, 'b', null]);
  const count = (order: 'ASC' | 'DESC', limit: number) =>
    print(aggregate(frame, { type: 'COUNT', field: 'text', order, limit }));
  assert.equal(count('DESC', 3), '[{"text":"b","count":2},{"text":"a","count":2},{"text":"c","count":1}]');
  assert.equal(count('ASC', 2), '[{"text":"c","count":1},{"text":null,"count":1}]');
  const sum = { type: 'SUM', valueField: 'price', keyFields: ['text'], order: 'DESC', limit: 9 } as const;
  assert.equal(
    print(aggregate(frame, sum)),
    '[{"text":"c","price":9.0},{"text":"b","price":1.5},{"text":"a","price":1.5},{"text":null,"price":0.0}]',
  );
  assert.equal(aggregate(frame, { type: 'FLATTEN' }), frame);
  assert.equal(print(aggregate(aFrame(), sum)), '[]', 'no rows give an empty result');
  assert.throws(() => aggregate(frame, { type: 'COUNT', field: 'none', order: 'ASC', limit: 1 }), isInvalid);
  assert.throws(() => aggregate(frame, { ...sum, keyFields: ['none'] }), isInvalid);
  assert.throws(() => aggregate(frame, { ...sum, valueField: 'text' }), isInvalid);
});

test('vertices of a column are its distinct set values, in the order of the rows', () => {
  const frame = aFrame([2n, 'b', 1.5], [1n, null, null], [2n, 'a', 1.5]);
  assert.deepEqual(columnValues(frame, 'source'), [2n, 1n]);
  assert.deepEqual(columnValues(frame, 'text'), ['b', 'a']);
  assert.equal(columnValues(frame, 'price').length, 1);
  assert.deepEqual(columnValues(frame, 'none'), []);
});
