import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BrokenInvariant } from '../failure.ts';
import {
  aBucket,
  aCache,
  aGroup,
  aMultiEdgeSchema,
  anEdgeSchema,
  anIndex,
  someProperties,
  tableOf,
} from '../reduce/test-edges.ts';

test('codes are those of the reference', () => {
  const table = tableOf(
    anEdgeSchema({
      properties: someProperties({ created_at: 'long' }),
      indexes: [anIndex('recent', 'created_at DESC')],
    }),
  );
  assert.equal(table.code, 207242104);
  assert.equal(table.fields[0]?.code, 1432827941);
  assert.equal(table.indexes[0]?.code, -1757833817);
});

test('a unique edge keeps its properties, and its own members have the types of its vertices', () => {
  const table = tableOf(
    anEdgeSchema({
      target: { type: 'long', comment: '' },
      properties: someProperties({ a: 'int!', b: 'string' }),
      indexes: [anIndex('mixed', 'version DESC', 'source', 'target', 'b DESC')],
    }),
  );
  assert.equal(table.idType, null);
  assert.deepEqual(
    table.fields.map(({ name, type, nullable }) => [name, type, nullable]),
    [
      ['a', 'int', false],
      ['b', 'string', true],
    ],
  );
  assert.deepEqual(table.indexes[0]?.fields, [
    { name: 'version', from: { kind: 'version' }, type: 'long', order: 'DESC' },
    { name: 'source', from: { kind: 'source' }, type: 'string', order: 'ASC' },
    { name: 'target', from: { kind: 'target' }, type: 'long', order: 'ASC' },
    { name: 'b', from: { kind: 'property', place: 1, type: 'string' }, type: 'string', order: 'DESC' },
  ]);
});

test('a multi edge keeps its source and target as its first two properties', () => {
  const table = tableOf(
    aMultiEdgeSchema({
      id: { type: 'string', comment: '' },
      properties: someProperties({ a: 'int' }),
      indexes: [anIndex('mixed', '_target', 'source', 'a')],
    }),
  );
  assert.equal(table.idType, 'string');
  assert.deepEqual(
    table.fields.map(({ name, code, type, nullable }) => [name, code, type, nullable]),
    [
      ['_source', 1144935049, 'long', false],
      ['_target', -907520365, 'long', false],
      ['a', table.fields[2]?.code, 'int', true],
    ],
  );
  assert.deepEqual(
    table.indexes[0]?.fields.map(({ from, type }) => [from, type]),
    [
      [{ kind: 'property', place: 1, type: 'long' }, 'long'],
      [{ kind: 'source' }, 'string'],
      [{ kind: 'property', place: 2, type: 'int' }, 'int'],
    ],
  );
  for (const [place, field] of table.fields.entries()) {
    assert.equal(table.fieldIndexByCode.get(field.code), place);
    assert.equal(table.fieldIndexByName.get(field.name), place);
  }
});

test('a bucket makes text of a number; what a SUM adds is resolved, and a COUNT adds nothing', () => {
  const bucket = aBucket();
  const fields = [
    { name: 'at', bucket },
    { name: 'at', bucket: null },
  ];
  const table = tableOf(
    anEdgeSchema({
      properties: someProperties({ at: 'long', n: 'int' }),
      groups: [
        aGroup({ group: 'sum', type: 'SUM', valueField: 'n', ttl: 5, directionType: 'IN' }),
        aGroup({ group: 'days', fields }),
      ],
      caches: [{ ...aCache('top', 'at DESC'), limit: 7 }],
    }),
  );
  const [sum, days] = table.groups;
  assert.deepEqual(sum?.valueFrom, { kind: 'property', place: 1, type: 'int' });
  assert.deepEqual([sum?.valueName, sum?.ttlMs, sum?.directionType], ['n', 5, 'IN']);
  assert.equal(days?.valueFrom, null);
  assert.deepEqual(
    days?.fields.map((field) => [field.type, field.bucket]),
    [
      ['string', bucket],
      ['long', null],
    ],
  );
  assert.equal(table.caches[0]?.limit, 7);
});

test('a field that the schema does not have is a broken invariant: schemas are validated before', () => {
  assert.throws(() => tableOf(anEdgeSchema({ indexes: [anIndex('recent', 'nope')] })), BrokenInvariant);
});
