import assert from 'node:assert/strict';
import test from 'node:test';
import type { TableSchema } from '@actionbase/core/model/schema';
import { PLAIN_COLUMNS, parseColumnMap } from './column-map.ts';
import { mapCsvRow, mapJsonRow, type RowMapping } from './map-row.ts';

const EDGES: TableSchema = {
  kind: 'edge',
  source: { type: 'long', comment: '' },
  target: { type: 'string', comment: '' },
  properties: [
    { name: 'at', type: 'long', comment: '', nullable: false },
    { name: 'big', type: 'boolean', comment: '', nullable: true },
    { name: 'tree', type: 'object', comment: '', nullable: true },
  ],
  direction: 'BOTH',
  indexes: [],
  groups: [],
  caches: [],
};
const MULTI_EDGES: TableSchema = { ...EDGES, kind: 'multiEdge', id: { type: 'long', comment: '' } };
const MAPPING: RowMapping = { schema: EDGES, map: null, type: 'INSERT', version: { kind: 'row' } };

function messageOf(row: ReturnType<typeof mapJsonRow>): string {
  assert.equal(row.kind, 'problem');
  return row.kind === 'problem' ? row.message : '';
}

test('a line that is an edge is taken as it is, without losing a digit', () => {
  const text = '{"type":"update","source":9007199254740993,"target":"a","version":5,"properties":{"at":1.50}}';
  const row = mapJsonRow(text, 1, MAPPING);
  assert.equal(row.kind === 'mutation' && row.type, 'UPDATE');
  assert.equal(row.kind === 'mutation' && row.key, '9007199254740993\0a');
  assert.equal(row.kind === 'mutation' && 'source' in row.edge && row.edge.source, 9007199254740993n);
});

test('rows about one edge have one key, however its ends are written', () => {
  const keys = ['7', '"7"', '"+7"', '"007"'].map((source) => {
    const row = mapJsonRow(`{"source":${source},"target":"a","version":1}`, 1, MAPPING);
    return row.kind === 'mutation' ? row.key : row.message;
  });
  assert.deepEqual(keys, ['7\0a', '7\0a', '7\0a', '7\0a']);
});

test('an end or id beyond 64 bits is a problem of its row, and not another key', () => {
  const beyond = '18446744073709551617';
  const edge = messageOf(mapJsonRow(`{"source":${beyond},"target":"a","version":1}`, 1, MAPPING));
  assert.equal(edge, `source: ${beyond} cannot be cast to long: it is not within 64 bits`);
  const ofMulti = { ...MAPPING, schema: MULTI_EDGES };
  assert.match(messageOf(mapJsonRow(`{"id":-${beyond},"version":1}`, 1, ofMulti)), /^id: .* is not within 64 bits$/);
  const text = mapJsonRow(`{"source":1,"target":${beyond},"version":1}`, 1, MAPPING);
  assert.equal(text.kind === 'mutation' && text.key, `1\0${beyond}`);
});

test('with a map any flat object is an edge; once a property is named, the others are left out', () => {
  const text = '{"user":7,"sku":"a","ts":3,"at":1,"junk":2}';
  const all = mapJsonRow(text, 1, { ...MAPPING, map: parseColumnMap(['source=user,target=sku', 'version=ts']) });
  assert.deepEqual(all.kind === 'mutation' && all.edge.properties, { at: 1, junk: 2 });
  const named = mapJsonRow(text, 1, {
    ...MAPPING,
    map: parseColumnMap(['source=user,target=sku,version=ts,seen=at']),
  });
  assert.deepEqual(named.kind === 'mutation' && named.edge, {
    version: 3n,
    source: 7,
    target: 'a',
    properties: { seen: 1 },
  });
});

test('versions are those of the rows, their lines, or one for all', () => {
  const text = '{"source":7,"target":"a","version":5}';
  const versions = [{ kind: 'row' }, { kind: 'line' }, { kind: 'fixed', version: 99 }] as const;
  const found = versions.map((version) => {
    const row = mapJsonRow(text, 12, { ...MAPPING, version });
    return row.kind === 'mutation' ? row.edge.version : undefined;
  });
  assert.deepEqual(found, [5n, 12n, 99n]);
});

test('a multi edge needs its id alone', () => {
  const row = mapJsonRow('{"id":5,"version":1,"type":"DELETE"}', 1, { ...MAPPING, schema: MULTI_EDGES });
  assert.equal(row.kind === 'mutation' && row.key, '5');
  assert.match(
    messageOf(mapJsonRow('{"source":5,"version":1}', 1, { ...MAPPING, schema: MULTI_EDGES })),
    /^id is missing/,
  );
});

const BROKEN: readonly (readonly [string, RegExp])[] = [
  ['nope', /unexpected/],
  ['[1]', /not a JSON object/],
  ['{"source":7,"version":1}', /^target is missing/],
  ['{"source":"x","target":"a","version":1}', /source: "x" cannot be cast to long/],
  ['{"source":1.5,"target":"a","version":1}', /source is 1\.5; expected text or an integer/],
  ['{"source":7,"target":"a"}', /version is missing/],
  ['{"source":7,"target":"a","version":"v1"}', /version: "v1" is not an integer/],
  ['{"source":7,"target":"a","version":1,"at":5}', /"at" is no member of an edge .*--map/],
  ['{"source":7,"target":"a","version":1,"type":"merge"}', /type is merge; expected insert, update or delete/],
  ['{"source":7,"target":"a","version":1,"properties":[]}', /properties is not an object/],
];

for (const [text, message] of BROKEN) {
  test(`the row ${text} is refused with its reason`, () => {
    assert.match(messageOf(mapJsonRow(text, 1, MAPPING)), message);
  });
}

test('CSV fields are text of their types: an empty one is not there, a quoted one is empty text', () => {
  const columns = ['source', 'target', 'version', 'at', 'big', 'tree'];
  const mapping = { ...MAPPING, map: PLAIN_COLUMNS, columns };
  const row = mapCsvRow(['7', '', '3', null, 'TRUE', '{"a":[1]}'], 1, mapping);
  assert.deepEqual(row.kind === 'mutation' && row.edge, {
    version: 3n,
    source: '7',
    target: '',
    properties: { big: true, tree: { a: [1] } },
  });
  assert.match(messageOf(mapCsvRow(['7'], 1, mapping)), /has 1 fields; the header names 6/);
  assert.match(messageOf(mapCsvRow(['7', 'a', '3', '1', 'yes', null], 1, mapping)), /"yes" is not true or false/);
});

test('a map that says something twice, or nothing, is a usage error', () => {
  assert.throws(() => parseColumnMap(['source=a,source=b']), { message: '--map names source twice.' });
  assert.throws(() => parseColumnMap(['source']), { message: /--map has "source"; expected NAME=COLUMN/ });
});

test('a property called __proto__ is plain data', () => {
  const columns = ['source', 'target', 'version', '__proto__'];
  const rows = [
    mapJsonRow('{"source":1,"target":"a","version":1,"__proto__":"x"}', 1, { ...MAPPING, map: PLAIN_COLUMNS }),
    mapCsvRow(['1', 'a', '1', 'x'], 2, { ...MAPPING, map: PLAIN_COLUMNS, columns }),
  ];
  for (const row of rows) {
    assert.ok(row.kind === 'mutation');
    assert.deepEqual(Object.entries(row.edge.properties ?? {}), [['__proto__', 'x']]);
  }
});
