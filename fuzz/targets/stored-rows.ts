import { isDeepStrictEqual } from 'node:util';
import { edgeOfRow, readDerivedRow } from '@actionbase/core/codec/derived-row';
import { MalformedBytes } from '@actionbase/core/codec/malformed-bytes';
import { keyOwner, recordTypeOf } from '@actionbase/core/codec/record-type';
import {
  decodeCacheQualifier,
  decodeGroupQualifier,
  decodeIndexKey,
  decodeStateKey,
  encodeCacheKey,
  encodeCacheQualifier,
  encodeCountKey,
  encodeGroupKey,
  encodeGroupQualifier,
  encodeIndexKey,
  encodeStateKey,
} from '@actionbase/core/codec/row-key';
import {
  decodeCount,
  decodeGroupCell,
  decodeIndexValue,
  decodeStateValue,
  encodeCount,
  encodeGroupCell,
  encodeIndexValue,
  encodeStateValue,
  indexValueOfState,
} from '@actionbase/core/codec/row-value';
import { isDerivable, rowsOfState } from '@actionbase/core/derive/rows-of-state';
import { BrokenInvariant } from '@actionbase/core/failure';
import type { Table } from '@actionbase/core/model/table';
import {
  decodeParkedKey,
  decodeParkedMutation,
  encodeParkedKey,
  encodeParkedMutation,
} from '@actionbase/core/record/parked-mutation';
import { aTable, only } from '@actionbase/core/testing/a-table';
import { readQueueMark } from '@actionbase/engine/queue/queue-mark';
import { readParkedCount } from '@actionbase/engine/queue/side-queue-rows';
import { joinBytes } from '../mutate-bytes.ts';
import { pureTarget, type Target } from '../target.ts';

const FIELDS = { at: 'long', color: 'string', qty: 'int', price: 'double', flag: 'boolean', doc: 'object' } as const;
const SHAPE = {
  saltBytes: 0,
  fields: FIELDS,
  indexes: { newest: { at: 'DESC', color: 'ASC' } },
  caches: { top: { price: 'DESC' } },
  groups: { colors: ['color', 'qty'] },
} as const;
const EDGES = aTable(SHAPE);
const ORDERS = aTable({ ...SHAPE, idType: 'long', sourceType: 'long', targetType: 'string', saltBytes: 4 });
const TABLES = [EDGES, ORDERS];

/** Reads bytes as one kind of row, and writes and reads it again where there is a writer; a sentence when that differs. */
type RowReader = (table: Table, bytes: Uint8Array) => string | undefined;

const READERS: readonly RowReader[] = [
  (table, bytes) =>
    same('state key', decodeStateKey(table, bytes), (key) => decodeStateKey(table, encodeStateKey(table, key))),
  readState,
  (table, bytes) => {
    const index = only(table.indexes);
    const again = (far: ReturnType<typeof decodeIndexKey>): unknown =>
      decodeIndexKey(
        table,
        index,
        'OUT',
        encodeIndexKey(table, index, { direction: 'OUT', vertex: vertexOf(table), ...far }),
      );
    return same('index key', decodeIndexKey(table, index, 'OUT', bytes), again);
  },
  (table, bytes) =>
    same('index value', decodeIndexValue(table, bytes), ({ version, values }) =>
      decodeIndexValue(table, encodeIndexValue(table, version, values)),
    ),
  (_, bytes) => same('count', decodeCount(bytes), (count) => decodeCount(encodeCount(count))),
  (_, bytes) => same('group cell', decodeGroupCell(bytes), (cell) => decodeGroupCell(encodeGroupCell(cell))),
  (table, bytes) => {
    const group = only(table.groups);
    const again = (values: ReturnType<typeof decodeGroupQualifier>): unknown =>
      decodeGroupQualifier(group, encodeGroupQualifier(group, values));
    return same('group qualifier', decodeGroupQualifier(group, bytes), again);
  },
  (table, bytes) => {
    const cache = only(table.caches);
    const again = (entry: ReturnType<typeof decodeCacheQualifier>): unknown =>
      decodeCacheQualifier(table, cache, 'OUT', encodeCacheQualifier(table, cache, entry));
    return same('cache qualifier', decodeCacheQualifier(table, cache, 'OUT', bytes), again);
  },
  (table, bytes) => {
    recordTypeOf(bytes, table.saltBytes);
    keyOwner(bytes, table.saltBytes);
    return undefined;
  },
  readAddress,
  (_, bytes) => same('parked key', decodeParkedKey(bytes), (key) => decodeParkedKey(encodeParkedKey(key))),
  (_, bytes) =>
    same('parked row', decodeParkedMutation(bytes), (row) => decodeParkedMutation(encodeParkedMutation(row))),
  (_, bytes) => {
    readQueueMark(bytes);
    readParkedCount(bytes);
    return undefined;
  },
];

/** Rows of the store. Layout of an input: one byte for the kind of row, one for the table, the row. */
export const STORED_ROWS: Target = {
  name: 'stored-rows',
  promise: 'any bytes are a row of a kind, which is written and read again as the same one, or malformed',
  code: /\/packages\/(?:core\/src\/(?:codec|derive|record)|engine\/src\/queue)\//,
  batch: 64,
  seeds: seedRows,
  words: ['\x2b\x80\0\0\x01', '\x29\x81', '\x34a\0', '\xcb\x9e\xff', '\x05', '\xfa'],
  open: () => pureTarget(playRow),
};

function playRow(input: Uint8Array): string | undefined {
  const read = READERS[(input[0] ?? 0) % READERS.length];
  const table = TABLES[(input[1] ?? 0) % TABLES.length];
  if (read === undefined || table === undefined) return undefined;
  try {
    return read(table, input.slice(2));
  } catch (error) {
    if (error instanceof MalformedBytes || error instanceof BrokenInvariant) return undefined;
    throw error;
  }
}

function same<T>(what: string, value: T, again: (value: T) => unknown): string | undefined {
  return isDeepStrictEqual(again(value), value) ? undefined : `a ${what} is another one when written and read again`;
}

/** What a state says is derived as an audit does it; a state that nobody can derive from is told before. */
function readState(table: Table, bytes: Uint8Array): string | undefined {
  const state = decodeStateValue(table, bytes);
  indexValueOfState(bytes);
  const key =
    table.idType === null
      ? ({ kind: 'edge', source: 'Alice', target: 'Phone' } as const)
      : ({ kind: 'multiEdge', id: 9n } as const);
  if (isDerivable(key, state)) rowsOfState(table, key, state);
  return same('state', state, (value) => decodeStateValue(table, encodeStateValue(table, value)));
}

function readAddress(table: Table, bytes: Uint8Array): string | undefined {
  const keyBytes = Math.min(bytes[0] ?? 0, bytes.length);
  const key = bytes.slice(1, 1 + keyBytes);
  const qualifier = bytes.slice(1 + keyBytes);
  for (const address of [{ key }, { key, qualifier }]) {
    const row = attempt(() => readDerivedRow(table, address));
    if (row?.kind === 'index' || row?.kind === 'cache') encodeStateKey(table, edgeOfRow(table, row));
  }
  return undefined;
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof MalformedBytes) return undefined;
    throw error;
  }
}

function vertexOf(table: Table): string | bigint {
  return table.sourceType === 'string' ? 'Alice' : 7n;
}

function seedRows(): Uint8Array[] {
  return TABLES.flatMap((table, place) => {
    const [index, group, cache] = [only(table.indexes), only(table.groups), only(table.caches)];
    const key =
      table.idType === null
        ? ({ kind: 'edge', source: 'Alice', target: 'Phone' } as const)
        : ({ kind: 'multiEdge', id: 9n } as const);
    const far = table.idType === null ? 'Phone' : 9n;
    const ends = table.idType === null ? [] : [7n, 'Phone'];
    const values = [...ends, 5n, 'red', -3, 1.5, true, '{"a":1}'];
    const state = {
      active: true,
      version: 3n,
      createdAt: 1n,
      deletedAt: null,
      properties: values.map((value) => ({ version: 2n, value })),
    };
    const entry = { direction: 'OUT', vertex: vertexOf(table), values: [5n, 'red'], far } as const;
    const address = (row: Uint8Array, cell: Uint8Array = new Uint8Array(0)): Uint8Array =>
      joinBytes(Uint8Array.of(row.length), row, cell);
    const cacheCell = encodeCacheQualifier(table, cache, { values: [1.5], far });
    const groupCell = encodeGroupQualifier(group, ['red', -3]);
    const rows: readonly (readonly [number, Uint8Array])[] = [
      [0, encodeStateKey(table, key)],
      [1, encodeStateValue(table, state)],
      [1, encodeStateValue(table, { ...state, active: false, deletedAt: 4n, properties: [] })],
      [2, encodeIndexKey(table, index, entry)],
      [3, encodeIndexValue(table, 3n, values)],
      [4, encodeCount(7n)],
      [5, encodeGroupCell({ sum: 7n, lastMs: 1000 })],
      [6, groupCell],
      [7, cacheCell],
      [8, encodeStateKey(table, key)],
      [9, address(encodeIndexKey(table, index, entry))],
      [9, address(encodeCountKey(table, 'OUT', vertexOf(table)))],
      [9, address(encodeGroupKey(table, group, 'OUT', vertexOf(table)), groupCell)],
      [9, address(encodeCacheKey(table, cache, 'OUT', vertexOf(table)), cacheCell)],
      [10, encodeParkedKey({ epoch: 1, partition: 0, offset: 7, record: 0, entry: 1 })],
      [
        11,
        encodeParkedMutation({
          code: 'missing-property',
          message: 'at',
          database: 'd',
          table: 't',
          tries: 1,
          parkedMs: 1,
          record: Uint8Array.of(1),
        }),
      ],
      [12, new Uint8Array(8)],
    ];
    return rows.map(([kind, row]) => joinBytes(Uint8Array.of(kind, place), row));
  });
}
