/**
 * Goal: bytes equal those of the reference, both ways.
 * Method: each golden vector is encoded and compared, and its bytes are decoded and compared with the input. Vectors name
 * codes and types themselves, so a table is built for each; parts that only the reference writes (locks, metastore keys) are
 * composed here.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { EdgeKey, EdgeState } from '../model/edge.ts';
import type { Table, TableOrderedField } from '../model/table.ts';
import type { Direction, PropertyType, SortOrder, Value } from '../model/value.ts';
import { aTable } from '../testing/a-table.ts';
import { decodeBase64Url, encodeBase64Url } from './base64url.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { decodeEdgeId, encodeEdgeId } from './edge-id.ts';
import { KeyWriter } from './key-writer.ts';
import { encodeValue, ValueReader } from './ordered-value.ts';
import { recordTypeOf } from './record-type.ts';
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
  encodeIndexPrefix,
  encodeStateKey,
  plusOne,
  RECORD_TYPE,
} from './row-key.ts';
import {
  decodeCount,
  decodeIndexValue,
  decodeStateValue,
  encodeCount,
  encodeIndexValue,
  encodeStateValue,
} from './row-value.ts';
import { hashText, xxHash32 } from './xxhash32.ts';

interface GoldenValue {
  readonly type: PropertyType | 'null';
  readonly value: string | number | boolean | null;
  readonly order?: SortOrder;
}

interface GoldenProperty extends GoldenValue {
  readonly code: number;
  readonly property: string;
  readonly version: string;
}

interface GoldenInput extends GoldenValue {
  readonly text: string;
  readonly table?: string;
  readonly tableCode?: number;
  readonly source: GoldenValue;
  readonly target: GoldenValue;
  readonly directedSource: GoldenValue;
  readonly directedTarget: GoldenValue;
  readonly direction: Direction;
  readonly indexCode: number;
  readonly indexValues: readonly GoldenValue[];
  readonly cacheCode: number;
  readonly cacheValues: readonly GoldenValue[];
  readonly groupCode: number;
  readonly groupValues: readonly GoldenValue[];
  readonly values: readonly GoldenValue[];
  readonly plusOne?: boolean;
  readonly active: boolean;
  readonly version: string;
  readonly createdAt: string | null;
  readonly deletedAt: string | null;
  readonly properties: readonly GoldenProperty[];
  readonly count: string;
  readonly epochMillis: string;
}

interface MetastoreInput {
  readonly table: string;
  readonly source: string;
  readonly target?: string;
}

interface Vector {
  readonly name: string;
  readonly kind: string;
  readonly input: GoldenInput;
  readonly hex: string;
  readonly text: string;
  readonly signed: number;
}

const folder = new URL('../../fixtures/vectors/', import.meta.url);
const vectors: readonly Vector[] = JSON.parse(readFileSync(new URL('vectors.json', folder), 'utf8'));

const NUMERIC_TYPES: readonly PropertyType[] = ['byte', 'short', 'int', 'long', 'float', 'double'];

const checks: Readonly<Record<string, (vector: Vector) => void>> = {
  value: checkValue,
  hash: checkHash,
  'key.state': checkStateKey,
  'key.lock': checkLockKey,
  'key.count': checkCountKey,
  'key.index': checkIndexKey,
  range: checkRange,
  'key.cache': checkCacheKey,
  'key.group': checkGroupKey,
  'qualifier.cache': checkCacheQualifier,
  'qualifier.group': checkGroupQualifier,
  'value.state': ({ input, hex }) => checkStateValue(input, fromHex(hex)),
  'value.index': checkIndexValue,
  'value.cache': checkIndexValue,
  'value.count': checkCount,
  'value.lock': checkLockValue,
  cursor: checkCursor,
  edgeId: checkEdgeId,
  'metastore.key': checkMetastoreKey,
  'metastore.value': ({ input, text }) => checkStateValue(input, bytesOfText(text)),
};

describe('golden vectors', () => {
  for (const vector of vectors) {
    it(`${vector.kind}: ${vector.name}`, () => {
      const check = checks[vector.kind];
      assert.ok(check, `no check for ${vector.kind}`);
      check(vector);
      if (vector.input.tableCode !== undefined && vector.input.table !== undefined) {
        assert.equal(hashText(vector.input.table), vector.input.tableCode);
      }
    });
  }

  for (const type of NUMERIC_TYPES) {
    it(`values of ${type} sort like their bytes`, () => {
      const compare = (a: Vector, b: Vector) => Number(goldenValue(a.input)) - Number(goldenValue(b.input));
      for (const order of ['ASC', 'DESC']) {
        const all = vectors.filter(
          ({ kind, input }) => kind === 'value' && input.type === type && input.order === order,
        );
        const byValue = all.toSorted(compare).map(({ hex }) => hex);
        assert.deepEqual(order === 'ASC' ? byValue : byValue.toReversed(), byValue.toSorted());
      }
    });
  }
});

function checkValue({ input, hex }: Vector): void {
  const order = input.order ?? 'ASC';
  assert.equal(toHex(encodeValue(typeOf(input), goldenValue(input), order)), hex);
  const reader = new ValueReader(fromHex(hex));
  reader.next();
  reader.expectEnd();
  assert.deepEqual(
    { type: reader.type, value: reader.value, order: reader.order },
    { type: input.type === 'null' ? null : input.type, value: goldenValue(input), order },
  );
}

function checkHash({ input, hex, signed }: Vector): void {
  assert.equal(xxHash32(new TextEncoder().encode(input.text)).toString(16).padStart(8, '0'), hex);
  assert.equal(hashText(input.text), signed);
}

function checkStateKey({ name, input, hex }: Vector): void {
  const isMulti = name.startsWith('multi-edge');
  const table = tableOf(input, isMulti ? { idType: typeOf(input.source) } : {});
  const key: EdgeKey = isMulti
    ? { kind: 'multiEdge', id: goldenValue(input.source) }
    : { kind: 'edge', source: goldenValue(input.source), target: goldenValue(input.target) };
  assert.equal(toHex(encodeStateKey(table, key)), hex);
  assert.deepEqual(decodeStateKey(table, fromHex(hex)), key);
  assert.equal(recordTypeOf(fromHex(hex)), 'state');
}

function checkLockKey({ input, hex }: Vector): void {
  const writer = new KeyWriter();
  writer.skip(4);
  writer.writeValue(typeOf(input.source), goldenValue(input.source));
  writer.writeInt32(input.tableCode ?? 0);
  writer.writeInt8(RECORD_TYPE.lock);
  writer.fillSalt();
  writer.writeValue(typeOf(input.target), goldenValue(input.target));
  assert.equal(toHex(writer.take()), hex);
  assert.equal(recordTypeOf(fromHex(hex)), 'lock');
}

function checkCountKey({ input, hex }: Vector): void {
  const table = tableOf(input);
  assert.equal(toHex(encodeCountKey(table, input.direction, goldenValue(input.directedSource))), hex);
}

function checkIndexKey({ name, input, hex }: Vector): void {
  const table = tableOf(input, name.startsWith('multi-edge') ? { idType: typeOf(input.directedTarget) } : {});
  const index = { name: 'index', code: input.indexCode, fields: input.indexValues.map(orderedFieldOf) };
  const { direction } = input;
  const suffix = { values: input.indexValues.map(goldenValue), far: goldenValue(input.directedTarget) };
  const entry = { direction, vertex: goldenValue(input.directedSource), ...suffix };
  assert.equal(toHex(encodeIndexKey(table, index, entry)), hex);
  assert.deepEqual(decodeIndexKey(table, index, direction, fromHex(hex)), suffix);
}

function checkRange({ input, hex }: Vector): void {
  const index = { name: 'index', code: input.indexCode, fields: [] };
  const prefix = encodeIndexPrefix(tableOf(input), index, input.direction, goldenValue(input.directedSource));
  const bound = Uint8Array.from([...prefix, ...encodeAll(input.indexValues)]);
  const found = input.plusOne === true ? plusOne(bound) : bound;
  assert.ok(found);
  assert.equal(toHex(found), hex);
}

function checkCacheKey({ input, hex }: Vector): void {
  const cache = { name: 'cache', code: input.cacheCode, fields: [], limit: 100 };
  assert.equal(toHex(encodeCacheKey(tableOf(input), cache, input.direction, goldenValue(input.directedSource))), hex);
}

function checkGroupKey({ input, hex }: Vector): void {
  const group = groupOf(input.groupCode, []);
  assert.equal(toHex(encodeGroupKey(tableOf(input), group, input.direction, goldenValue(input.directedSource))), hex);
}

function checkCacheQualifier({ input, hex }: Vector): void {
  const table = aTable({ targetType: typeOf(input.directedTarget) });
  const cache = { name: 'cache', code: 1, fields: input.cacheValues.map(orderedFieldOf), limit: 100 };
  const entry = { values: input.cacheValues.map(goldenValue), far: goldenValue(input.directedTarget) };
  assert.equal(toHex(encodeCacheQualifier(table, cache, entry)), hex);
  assert.deepEqual(decodeCacheQualifier(table, cache, 'OUT', fromHex(hex)), entry);
}

function checkGroupQualifier({ input, hex }: Vector): void {
  const group = groupOf(1, input.groupValues.map(orderedFieldOf));
  const values = input.groupValues.map(goldenValue);
  assert.equal(toHex(encodeGroupQualifier(group, values)), hex);
  assert.deepEqual(decodeGroupQualifier(group, fromHex(hex)), values);
}

function checkStateValue(input: GoldenInput, bytes: Uint8Array): void {
  const table = aTable({ fields: fieldsOf(input) });
  const state: EdgeState = {
    active: input.active,
    version: BigInt(input.version),
    createdAt: input.createdAt === null ? null : BigInt(input.createdAt),
    deletedAt: input.deletedAt === null ? null : BigInt(input.deletedAt),
    properties: input.properties.map((property) => ({
      version: BigInt(property.version),
      value: goldenValue(property),
    })),
  };
  assert.equal(toHex(encodeStateValue(table, state)), toHex(bytes));
  assert.deepEqual(decodeStateValue(table, bytes), state);
}

function checkIndexValue({ input, hex }: Vector): void {
  const table = aTable({ fields: fieldsOf(input) });
  const value = { version: BigInt(input.version), values: input.properties.map(goldenValue) };
  assert.equal(toHex(encodeIndexValue(table, value.version, value.values)), hex);
  assert.deepEqual(decodeIndexValue(table, fromHex(hex)), value);
}

function checkCount({ input, hex }: Vector): void {
  assert.equal(toHex(encodeCount(BigInt(input.count))), hex);
  assert.equal(decodeCount(fromHex(hex)), BigInt(input.count));
}

function checkLockValue({ input, hex }: Vector): void {
  assert.equal(toHex(encodeValue('long', BigInt(input.epochMillis), 'ASC')), hex);
}

function checkCursor({ input, text }: Vector): void {
  const bytes = encodeAll(input.values);
  assert.equal(encodeCursor(bytes), text);
  assert.deepEqual(decodeCursor(text), bytes);
}

function checkEdgeId({ input, text }: Vector): void {
  const [source = null, target = null] = input.values.map(goldenValue);
  assert.equal(encodeEdgeId(aTable(), { kind: 'edge', source, target }), text);
  assert.deepEqual(decodeEdgeId(text ?? ''), { source, target });
}

/** A metastore key holds a state key in two parts: base64url up to the record type, then hex of the target. */
function checkMetastoreKey({ input, text }: Vector): void {
  const { table, source, target }: MetastoreInput = JSON.parse(JSON.stringify(input));
  const key = encodeStateKey(aTable({ name: table }), { kind: 'edge', source, target: target ?? '' });
  const targetBytes = encodeValue('string', target ?? '', 'ASC');
  const prefix = encodeBase64Url(key.subarray(0, key.length - targetBytes.length));
  assert.equal(target === undefined ? prefix : `${prefix}:${toHex(targetBytes)}`, text);
}

function tableOf(input: GoldenInput, overrides: { idType?: PropertyType } = {}): Table {
  const start = input.source ?? input.directedSource;
  const end = input.target ?? input.directedTarget ?? start;
  const isOut = input.direction !== 'IN';
  return aTable({
    code: input.tableCode ?? 0,
    sourceType: typeOf(isOut ? start : end),
    targetType: typeOf(isOut ? end : start),
    ...overrides,
  });
}

function groupOf(code: number, fields: readonly TableOrderedField[]) {
  const [group] = aTable({ groups: { daily: [] } }).groups;
  assert.ok(group);
  return { ...group, code, fields: fields.map((field) => ({ ...field, bucket: null })) };
}

function fieldsOf(input: GoldenInput): Record<string, PropertyType> {
  const fields = Object.fromEntries(input.properties.map((property) => [property.property, typeOf(property)]));
  for (const { property, code } of input.properties) assert.equal(hashText(property), code);
  return fields;
}

function orderedFieldOf(golden: GoldenValue): TableOrderedField {
  return { name: 'field', from: { kind: 'version' }, type: typeOf(golden), order: golden.order ?? 'ASC' };
}

function encodeAll(values: readonly GoldenValue[]): Uint8Array {
  const writer = new KeyWriter();
  for (const value of values) writer.writeValue(typeOf(value), goldenValue(value), value.order);
  return writer.take();
}

function typeOf(golden: GoldenValue): PropertyType {
  return golden.type === 'null' ? 'string' : golden.type;
}

function goldenValue({ type, value }: GoldenValue): Value {
  if (type === 'long') return BigInt(String(value));
  return type === 'float' ? Math.fround(Number(value)) : value;
}

function bytesOfText(text: string): Uint8Array {
  const bytes = decodeBase64Url(text);
  assert.ok(bytes);
  return bytes;
}

function fromHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
