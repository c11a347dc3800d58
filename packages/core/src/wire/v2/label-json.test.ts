import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aTableDefinition } from '../../../fixtures/shop.ts';
import { parseJson } from '../../codec/json-text.ts';
import { Failure } from '../../failure.ts';
import type { TableDefinition } from '../../model/catalog.ts';
import { planLabelUpdate } from './label-change.ts';
import { parseLabelCopy, parseLabelCreate, parseLabelUpdate, printLabel } from './label-json.ts';

const LIKES = {
  desc: 'Like',
  type: 'INDEXED',
  schema: {
    src: { type: 'STRING' },
    tgt: { type: 'LONG', desc: null },
    fields: [{ name: 'created_at', type: 'LONG', nullable: false }],
  },
  dirType: 'BOTH',
  storage: 'datastore://likes/likes',
};

const RECENT = {
  name: 'recent',
  fields: [
    { name: 'created_at', order: 'DESC' },
    { name: 'tgt', order: 'ASC' },
  ],
};

function create(members: object): ReturnType<typeof parseLabelCreate> {
  return parseLabelCreate(parseJson(JSON.stringify({ ...LIKES, ...members })));
}

function aLabel(members: object, changes: Partial<TableDefinition> = {}): TableDefinition {
  const { schema, ...parts } = create(members);
  return aTableDefinition(schema, { ...parts, database: 'likes', table: 'likes', ...changes });
}

function updateOf(before: TableDefinition, body: object): ReturnType<typeof planLabelUpdate> {
  return planLabelUpdate(before, parseLabelUpdate(parseJson(JSON.stringify(body))));
}

describe('a label', () => {
  it('is created with the defaults of the reference', () => {
    const { schema, ...rest } = create({});
    assert.deepEqual(rest, {
      layout: 'INDEXED',
      mode: 'SYNC',
      storage: 'datastore://likes/likes',
      comment: 'Like',
      event: false,
      readOnly: false,
    });
    assert.deepEqual(schema, {
      kind: 'edge',
      source: { type: 'string', comment: '' },
      target: { type: 'long', comment: '' },
      direction: 'BOTH',
      properties: [{ name: 'created_at', type: 'long', comment: '', nullable: false }],
      indexes: [],
      groups: [],
      caches: [],
    });
  });

  it('is printed as the server of the reference prints it', () => {
    assert.equal(
      printLabel(aLabel({ indices: [RECENT], mode: 'IGNORE' })),
      '{"active":true,"name":"likes.likes","desc":"Like","type":"INDEXED",' +
        '"schema":{"src":{"type":"STRING","desc":""},"tgt":{"type":"LONG","desc":""},' +
        '"fields":[{"name":"created_at","type":"LONG","nullable":false,"desc":""}]},' +
        '"dirType":"BOTH","storage":"datastore://likes/likes","groups":[],' +
        '"indices":[{"name":"recent","fields":[{"name":"created_at","order":"DESC"},{"name":"tgt","order":"ASC"}],"desc":""}],' +
        '"caches":[],"event":false,"readOnly":false,"mode":"IGNORE"}',
    );
  });

  it('has its own members under their v3 names in the catalog and under their v2 names in answers', () => {
    const group = { group: 'g', type: 'SUM', fields: [{ name: 'src' }], valueField: 'ts', ttl: 0 };
    const cache = { cache: 'c', fields: [{ field: 'ts', order: 'DESC' }] };
    const label = aLabel({ indices: [RECENT], groups: [group], caches: [cache] });
    const { indexes, groups, caches } = label.schema;
    assert.deepEqual(indexes[0]?.fields[1], { field: 'target', order: 'ASC' });
    assert.deepEqual(groups[0]?.fields, [{ name: 'source', bucket: null }]);
    assert.equal(groups[0]?.valueField, 'version');
    assert.equal(groups[0]?.ttl, 691_200_000);
    assert.deepEqual(caches[0]?.fields, [{ field: 'version', order: 'DESC' }]);
    const printed = printLabel(label);
    assert.match(printed, /"fields":\[\{"name":"src","bucket":null\}\],"valueField":"ts"/);
    assert.match(
      printed,
      /"caches":\[\{"cache":"c","fields":\[\{"field":"ts","order":"DESC"\}\],"limit":100,"comment":""\}\]/,
    );
  });

  it('of multi edges has its id among the fields, first in answers', () => {
    const fields = [...LIKES.schema.fields, { name: '_id', type: 'INT', nullable: true, desc: 'order' }];
    const label = aLabel({ type: 'MULTI_EDGE', schema: { ...LIKES.schema, fields } });
    assert.deepEqual(label.schema.kind === 'multiEdge' && label.schema.id, { type: 'int', comment: 'order' });
    assert.match(
      printLabel(label),
      /"type":"MULTI_EDGE".*"fields":\[\{"name":"_id","type":"INT","nullable":false,"desc":"order"\},\{"name":"created_at"/,
    );
  });

  for (const type of ['INDEXED', 'HASH', 'NIL'] as const) {
    it(`of type ${type} keeps its type`, () => {
      const label = aLabel({ type });
      assert.equal(label.layout, type);
      assert.match(printLabel(label), new RegExp(`"type":"${type}"`));
    });
  }

  for (const type of ['BYTE', 'SHORT', 'INT', 'LONG', 'BOOLEAN', 'FLOAT', 'DOUBLE', 'STRING', 'JSON']) {
    it(`prints a field of type ${type} as it was declared`, () => {
      const fields = [{ name: 'x', type, nullable: true, desc: '' }];
      const printed = printLabel(aLabel({ schema: { ...LIKES.schema, fields } }));
      assert.deepEqual(JSON.parse(printed).schema.fields, fields);
    });
  }

  const refusals: readonly [string, object, RegExp][] = [
    [
      'IMMUTABLE_INDEXED',
      { type: 'IMMUTABLE_INDEXED' },
      /type is "IMMUTABLE_INDEXED"; expected one of INDEXED, HASH, MULTI_EDGE, NIL/,
    ],
    [
      'DECIMAL',
      { schema: { ...LIKES.schema, fields: [{ name: 'x', type: 'DECIMAL', nullable: true }] } },
      /schema\.fields\[0\]\.type is DECIMAL, which no row can hold; expected one of BYTE/,
    ],
    [
      'a field without nullable',
      { schema: { ...LIKES.schema, fields: [{ name: 'x', type: 'INT' }] } },
      /schema\.fields\[0\]\.nullable is missing/,
    ],
    [
      'an end of type INT',
      { schema: { ...LIKES.schema, src: { type: 'INT' } } },
      /schema\.src\.type is "INT"; expected one of LONG, STRING/,
    ],
    ['a multi edge without id', { type: 'MULTI_EDGE' }, /schema\.fields has no field "_id"/],
    ['no desc', { desc: undefined }, /desc is missing/],
    ['a blank desc', { desc: ' ' }, /desc is blank/],
    ['a v3 mode', { mode: 'DROP' }, /mode is "DROP"; expected one of SYNC, ASYNC, IGNORE/],
    ['two problems', { dirType: 'out', storage: 1 }, /dirType is "out".*storage is 1/],
  ];
  for (const [name, members, part] of refusals) {
    it(`is refused: ${name}`, () => assert.throws(() => create(members), refusal(part)));
  }

  it('is copied under a name', () => {
    assert.deepEqual(parseLabelCopy(parseJson('{"target":"b","storage":"s"}')), { target: 'b', storage: 's' });
    assert.throws(
      () => parseLabelCopy(parseJson('{"target":"a.b","storage":"s"}')),
      refusal(/target is "a\.b"; a name has/),
    );
  });
});

describe('an update of a label', () => {
  const before = aLabel({ indices: [RECENT] });

  it('changes what it names and nothing else', () => {
    const { schema, layout, from, ...rest } = updateOf(before, { active: false, desc: null, mode: 'IGNORE' });
    assert.deepEqual([schema, layout, from], [undefined, undefined, undefined]);
    const kind = { kind: 'update-table', database: 'likes', table: 'likes' };
    assert.deepEqual(rest, { ...kind, active: false, comment: undefined, mode: 'DROP', readOnly: undefined });
  });

  it('takes the parts of the schema that it leaves out from the label', () => {
    const fields = [...LIKES.schema.fields, { name: 'memo', type: 'STRING', nullable: true }];
    const schema = { ...LIKES.schema, fields };
    const change = updateOf(before, { schema });
    assert.deepEqual(change.schema?.indexes, before.schema.indexes);
    assert.deepEqual(change.from, { id: before.id, revision: before.schemaRevision });
    assert.deepEqual(
      change.schema?.properties.map(({ name }) => name),
      ['created_at', 'memo'],
    );
    assert.deepEqual(updateOf(before, { indices: [] }).schema, { ...before.schema, indexes: [] });
  });

  it('changes the type within one kind of edges', () => {
    assert.equal(updateOf(before, { type: 'HASH' }).layout, 'HASH');
    const refused = refusal(/type is "MULTI_EDGE"; likes\.likes is of type INDEXED and keeps its kind/);
    assert.throws(() => updateOf(before, { type: 'MULTI_EDGE' }), refused);
    const fields = [{ name: '_id', type: 'LONG', nullable: false }];
    const multi = aLabel({ type: 'MULTI_EDGE', schema: { ...LIKES.schema, fields }, indices: [] });
    assert.throws(() => updateOf(multi, { type: 'NIL' }), refusal(/type is "NIL".*allowed: MULTI_EDGE$/));
  });

  it('of multi edges keeps the id', () => {
    const fields = [{ name: '_id', type: 'LONG', nullable: false }, ...LIKES.schema.fields];
    const schema = { ...LIKES.schema, fields };
    const multi = aLabel({ type: 'MULTI_EDGE', schema });
    assert.deepEqual(updateOf(multi, { type: 'MULTI_EDGE', schema }).schema, multi.schema);
    assert.throws(() => updateOf(multi, { schema: LIKES.schema }), refusal(/schema\.fields has no field "_id"/));
  });
});

function refusal(part: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof Failure && error.kind.status === 400 && part.test(error.message);
}
