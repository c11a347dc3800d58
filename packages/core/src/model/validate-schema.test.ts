import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashText } from '../codec/xxhash32.ts';
import {
  aBucket,
  aCache,
  aGroup,
  aMultiEdgeSchema,
  anEdgeSchema,
  anIndex,
  someProperties,
} from '../reduce/test-edges.ts';
import type { TableSchema } from './schema.ts';
import { schemaChangeProblems, validateSchema } from './validate-schema.ts';

const table = { database: 'likes', name: 'likes' };
const someTimes = someProperties({ at: 'long', n: 'int', text: 'string', real: 'double' });

type Expected = readonly (readonly [path: string, message: RegExp])[];

function expectProblems(found: readonly { path: string; message: string }[], expected: Expected): void {
  assert.deepEqual(
    found.map((problem) => problem.path),
    expected.map(([path]) => path),
  );
  for (const [i, [, message]] of expected.entries()) assert.match(found[i]?.message ?? '', message);
}

const valid: Readonly<Record<string, TableSchema>> = {
  'an edge table without anything': anEdgeSchema(),
  'a multi-edge table without anything': aMultiEdgeSchema(),
  'an edge table of everything': anEdgeSchema({
    properties: someTimes,
    indexes: [anIndex('a', 'at DESC', 'text'), anIndex('b', 'version', 'source', 'target DESC'), anIndex('c')],
    groups: [
      aGroup({ group: 'a', fields: [{ name: 'at', bucket: aBucket() }] }),
      aGroup({ group: 'b', type: 'SUM', valueField: 'n', fields: [{ name: 'text', bucket: null }] }),
      aGroup({ group: 'c', type: 'SUM', valueField: 'version' }),
    ],
    caches: [aCache('a', 'real DESC')],
  }),
  'a multi-edge table of everything': aMultiEdgeSchema({
    properties: someTimes,
    indexes: [anIndex('a', '_source', '_target DESC', 'version')],
    groups: [aGroup({ type: 'SUM', valueField: '_source' })],
    caches: [aCache('a', '_target')],
  }),
  'an edge table with properties called like those of multi edges': anEdgeSchema({
    properties: someProperties({ _id: 'long', _source: 'long', _target: 'long' }),
  }),
  'names of any characters': anEdgeSchema({
    properties: someProperties({ 'ü:;,.': 'long', [`${'x'.repeat(256)}`]: 'long' }),
  }),
};

for (const [name, schema] of Object.entries(valid)) {
  test(`valid: ${name}`, () => {
    assert.deepEqual(validateSchema(schema, table), []);
  });
}

for (const name of [
  'version',
  'source',
  'target',
  'direction',
  'dir',
  'ts',
  'src',
  'tgt',
  'edgeId',
  'active',
  'offset',
]) {
  test(`a property called ${name} is refused in both kinds of tables`, () => {
    for (const build of [anEdgeSchema, aMultiEdgeSchema]) {
      const schema = build({ properties: someProperties({ fine: 'int', [name]: 'long' }) });
      expectProblems(validateSchema(schema, table), [
        ['properties[1].name', new RegExp(`"${name}" is a reserved name; reserved are version, source, .*offset`)],
      ]);
    }
  });
}

const invalid: Readonly<Record<string, readonly [schema: TableSchema, expected: Expected]>> = {
  'hidden properties of a multi edge': [
    aMultiEdgeSchema({ properties: someProperties({ _id: 'long', _source: 'long', _target: 'long' }) }),
    [
      ['properties[0].name', /"_id" is a reserved name/],
      ['properties[1].name', /"_source" is a reserved name/],
      ['properties[2].name', /"_target" is a reserved name/],
    ],
  ],
  'doubled names': [
    anEdgeSchema({
      properties: [...someProperties({ a: 'int' }), ...someProperties({ a: 'long' })],
      indexes: [anIndex('i'), anIndex('i')],
      groups: [aGroup({ group: 'g' }), aGroup({ group: 'g' })],
      caches: [aCache('c'), aCache('c')],
    }),
    [
      ['properties[1].name', /another property called "a"/],
      ['indexes[1].index', /another index called "i"/],
      ['groups[1].group', /another group called "g"/],
      ['caches[1].cache', /another cache called "c"/],
    ],
  ],
  'names of one code': [
    anEdgeSchema({
      properties: someProperties({ poup: 'int', p57wp: 'int' }),
      indexes: [anIndex('poup'), anIndex('p57wp')],
      groups: [aGroup({ group: 'poup' }), aGroup({ group: 'p57wp' })],
      caches: [aCache('poup'), aCache('p57wp')],
    }),
    [
      ['properties[1].name', /"p57wp" has the same xxHash32 code \(-1373508053\) as "poup"/],
      ['indexes[1].index', /same xxHash32 code/],
      ['groups[1].group', /same xxHash32 code/],
      ['caches[1].cache', /same xxHash32 code/],
    ],
  ],
  'the names of a state row’s own cells': [
    anEdgeSchema({ properties: someProperties({ __InsertTs__: 'long', __DeleteTs__: 'long' }) }),
    [
      ['properties[0].name', /the same xxHash32 code \(306306609\)/],
      ['properties[1].name', /the same xxHash32 code \(1013158786\)/],
    ],
  ],
  'empty and long names': [
    anEdgeSchema({ properties: someProperties({ '': 'int', [`${'x'.repeat(257)}`]: 'int' }), indexes: [anIndex('')] }),
    [
      ['properties[0].name', /1 to 256 characters, not 0/],
      ['properties[1].name', /1 to 256 characters, not 257/],
      ['indexes[0].index', /not 0/],
    ],
  ],
  'unknown fields': [
    anEdgeSchema({
      indexes: [anIndex('i', 'version', 'nope')],
      groups: [aGroup({ type: 'SUM', fields: [{ name: 'nope', bucket: null }], valueField: '-' })],
      caches: [aCache('c', '_source')],
    }),
    [
      ['indexes[0].fields[1].field', /"nope" is neither a property nor one of version, source, target/],
      ['groups[0].fields[0].name', /"nope"/],
      ['groups[0].valueField', /"-" is neither/],
      ['caches[0].fields[0].field', /"_source" is neither/],
    ],
  ],
  'fields of a multi edge that would mean its id': [
    aMultiEdgeSchema({
      indexes: [anIndex('i', 'source', 'target', 'tgt', 'edgeId')],
      groups: [aGroup({ fields: [{ name: 'src', bucket: null }] })],
    }),
    [
      ['indexes[0].fields[0].field', /use "_source"/],
      ['indexes[0].fields[1].field', /use "_target"/],
      ['indexes[0].fields[2].field', /use "_target"/],
      ['indexes[0].fields[3].field', /neither a property nor one of version, _source, _target/],
      ['groups[0].fields[0].name', /use "_source"/],
    ],
  ],
  'sums of what is no integer': [
    anEdgeSchema({ properties: someTimes, groups: [aGroup({ type: 'SUM', valueField: 'real' })] }),
    [['groups[0].valueField', /"real" is double; SUM adds up a field of type byte, short, int, long/]],
  ],
  'buckets that cannot be read, or of what is no integer': [
    anEdgeSchema({
      properties: someTimes,
      groups: [aGroup({ fields: [{ name: 'text', bucket: aBucket({ timezone: 'Mars', format: 'YYYY' }) }] })],
    }),
    [
      ['groups[0].fields[0].name', /"text" is string; a date bucket needs/],
      ['groups[0].fields[0].bucket.timezone', /"Mars"/],
      ['groups[0].fields[0].bucket.format', /"YYYY" has the letter "Y"/],
    ],
  ],
  'limits and times that are not above 0': [
    anEdgeSchema({
      groups: [aGroup({ ttl: 0 })],
      caches: [
        { ...aCache('c'), limit: 0 },
        { ...aCache('d'), limit: 1.5 },
      ],
    }),
    [
      ['groups[0].ttl', /above 0 \(milliseconds\), not 0/],
      ['caches[0].limit', /above 0, not 0/],
      ['caches[1].limit', /not 1.5/],
    ],
  ],
  'too many of everything': [
    anEdgeSchema({
      properties: someProperties(Object.fromEntries(numbers(257).map((i) => [`p${i}`, 'int' as const]))),
      indexes: numbers(65).map((i) => anIndex(`i${i}`)),
      groups: numbers(65).map((i) => aGroup({ group: `g${i}` })),
      caches: [...numbers(64).map((i) => aCache(`c${i}`)), aCache('wide', ...numbers(17).map((i) => `p${i}`))],
    }),
    [
      ['properties', /likes.likes declares 257 properties; at most 256 are allowed/],
      ['indexes', /65 indexes; at most 64/],
      ['groups', /65 groups; at most 64/],
      ['caches', /65 caches; at most 64/],
      ['caches[64].fields', /17 fields are declared; at most 16/],
    ],
  ],
};

for (const [name, [schema, expected]] of Object.entries(invalid)) {
  test(`refused: ${name}`, () => expectProblems(validateSchema(schema, table), expected));
}

test('types that a caller let through are refused', () => {
  const schema = JSON.parse(
    JSON.stringify(aMultiEdgeSchema({ properties: someProperties({ a: 'int' }) }))
      .replaceAll('"long"', '"uuid"')
      .replace('"int"', '"INT"'),
  );
  expectProblems(validateSchema(schema, table), [
    ['source.type', /uuid is not one of long, string/],
    ['target.type', /uuid/],
    ['id.type', /uuid is not one of boolean, byte/],
    ['properties[0].type', /INT is not one of/],
  ]);
});

test('the collision of the tests is a real one', () => {
  assert.equal(hashText('poup'), hashText('p57wp'));
});

const before = anEdgeSchema({
  properties: someProperties({ at: 'long!', n: 'int', free: 'string', text: 'string' }),
  indexes: [anIndex('recent', 'at DESC')],
  groups: [aGroup({ group: 'sum', type: 'SUM', valueField: 'n', fields: [{ name: 'at', bucket: aBucket() }] })],
  caches: [aCache('top', 'text')],
});
const [recent] = before.indexes;
const [sum] = before.groups;
const [top] = before.caches;
assert.ok(recent !== undefined && sum !== undefined && top !== undefined);

const allowed: Readonly<Record<string, TableSchema>> = {
  'no change': before,
  'comments, also of a property that is not nullable': {
    ...before,
    source: { ...before.source, comment: 'c' },
    properties: before.properties.map((property) => ({ ...property, comment: 'c' })),
    indexes: [{ ...recent, comment: 'c' }],
  },
  'a limit, a time to live and the name of a bucket': {
    ...before,
    groups: [{ ...sum, ttl: 1, fields: [{ name: 'at', bucket: aBucket({ name: 'other' }) }] }],
    caches: [{ ...top, limit: 1 }],
  },
  'a new nullable property, in any place': {
    ...before,
    properties: [...someProperties({ fresh: 'int' }), ...before.properties.toReversed()],
  },
  'a property that may be null from now on': {
    ...before,
    properties: someProperties({ at: 'long', n: 'int', text: 'string' }),
  },
  'another type of a nullable property that nothing uses': {
    ...before,
    properties: someProperties({ at: 'long!', n: 'int', free: 'long', text: 'string' }),
  },
  'an index, a group and a cache more': {
    ...before,
    indexes: [...before.indexes, anIndex('more', 'n')],
    groups: [...before.groups, aGroup({ group: 'more' })],
    caches: [...before.caches, aCache('more')],
  },
  'an index less, and its property': {
    ...before,
    properties: someProperties({ n: 'int', text: 'string' }),
    indexes: [],
    groups: [],
  },
};

for (const [name, after] of Object.entries(allowed)) {
  test(`a table with rows allows ${name}`, () => {
    assert.deepEqual(schemaChangeProblems(before, after, true), []);
  });
}

const always: Readonly<Record<string, readonly [after: TableSchema, expected: Expected]>> = {
  'another kind': [aMultiEdgeSchema(), [['type', /type edge cannot become one of type multiEdge/]]],
  'another direction': [{ ...before, direction: 'OUT' }, [['direction', /is BOTH and cannot become OUT/]]],
  'a new property that is not nullable': [
    { ...before, properties: [...before.properties, ...someProperties({ fresh: 'int!' })] },
    [['properties[4].nullable', /^Only optional fields can be added: "fresh"/]],
  ],
  'a property that was nullable': [
    { ...before, properties: someProperties({ at: 'long!', n: 'int', free: 'string!', text: 'string' }) },
    [['properties[2].nullable', /Only optional fields can be added: "free"/]],
  ],
  'another type of a property that is used or not nullable': [
    { ...before, properties: someProperties({ at: 'int!', n: 'long', free: 'string', text: 'int' }) },
    [
      ['properties[0].nullable', /Only optional/],
      ['properties[0].type', /"at" cannot become int: the group "sum" uses it as long/],
      ['properties[1].type', /the group "sum" uses it as int/],
      ['properties[3].type', /the cache "top" uses it as string/],
    ],
  ],
  'no property that is used': [
    { ...before, properties: someProperties({ n: 'int' }) },
    [
      ['properties', /"at" cannot be removed: the group "sum" uses it/],
      ['properties', /"text" cannot be removed: the cache "top" uses it/],
    ],
  ],
  'another meaning of a name': [
    {
      ...before,
      indexes: [anIndex('recent', 'at')],
      groups: [{ ...sum, directionType: 'OUT' }],
      caches: [aCache('top', 'n')],
    },
    [
      ['indexes[0]', /the index "recent" cannot change what it means; drop it/],
      ['groups[0]', /the group "sum" cannot change/],
      ['caches[0]', /the cache "top" cannot change/],
    ],
  ],
  'another bucket': [
    { ...before, groups: [{ ...sum, fields: [{ name: 'at', bucket: aBucket({ timezone: 'UTC' }) }] }] },
    [['groups[0]', /the group "sum" cannot change/]],
  ],
};

for (const [name, [after, expected]] of Object.entries(always)) {
  test(`a table allows no change to ${name}, with rows or without`, () => {
    expectProblems(schemaChangeProblems(before, after, true), expected);
    expectProblems(schemaChangeProblems(before, after, false), expected);
  });
}

test('the value field of a COUNT uses nothing, so a property of its name may be removed', () => {
  const counting = { ...before, groups: [aGroup({ valueField: 'free' })] };
  const after = { ...counting, properties: before.properties.filter((property) => property.name !== 'free') };
  assert.deepEqual(schemaChangeProblems(counting, after, true), []);
});

test('vertices and ids change their types only while a table has no rows', () => {
  const long = { type: 'long', comment: '' } as const;
  const text = { type: 'string', comment: '' } as const;
  assert.deepEqual(schemaChangeProblems(before, { ...before, source: long }, false), []);
  expectProblems(schemaChangeProblems(before, { ...before, source: long, target: long }, true), [
    ['source.type', /is string and cannot become long: the table has rows/],
    ['target.type', /cannot become long/],
  ]);
  expectProblems(schemaChangeProblems(aMultiEdgeSchema(), aMultiEdgeSchema({ id: text }), true), [
    ['id.type', /is long and cannot become string/],
  ]);
});

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => i);
}
