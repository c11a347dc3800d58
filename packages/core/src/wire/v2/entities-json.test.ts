import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseJson } from '../../codec/json-text.ts';
import { Failure } from '../../failure.ts';
import type { Audit } from '../../model/catalog.ts';
import { parseV2AliasCreate, parseV2AliasUpdate, printV2Alias } from './alias-json.ts';
import { checkV2Name, isV2Name, parseLabelName } from './entity-name.ts';
import { parseQueryCreate, parseQueryUpdate, printQuery, STORED_QUERY_LENGTH_MAX } from './query-json.ts';
import { parseServiceCreate, parseServiceUpdate, printService } from './service-json.ts';
import { parseStorageCreate, parseStorageUpdate, printStorage } from './storage-json.ts';

const AUDIT: Audit = { revision: 1, createdAt: 1, createdBy: '-', updatedAt: 1, updatedBy: '-' };

describe('a v2 name', () => {
  for (const name of ['a', '1x', '좋아요', 'a-b_c', 'x'.repeat(64)]) {
    it(`may be ${name}`, () => assert.equal(isV2Name(name), true));
  }
  for (const name of ['', 'a.b', 'a/b', 'a:b', 'a b', 'a\u00a0b', 'a\n', 'a\u0000', 'a\ud800', 'x'.repeat(65)]) {
    it(`may not be ${JSON.stringify(name)}`, () => assert.equal(isV2Name(name), false));
  }

  it('is refused with field, value and what is allowed', () => {
    const rule = 'a name has 1 to 64 characters without ".", "/", ":", white space and control characters';
    assert.equal(checkV2Name('label', 'a.b'), `label is "a.b"; ${rule}`);
    assert.equal(checkV2Name('label', 'a'), '');
  });

  it('of a label has two parts', () => {
    assert.deepEqual(parseLabelName('likes.likes'), { database: 'likes', table: 'likes' });
    for (const text of ['', 'likes', '.likes', 'likes.', 'a.b.c', 'a b.c'])
      assert.equal(parseLabelName(text), undefined);
  });
});

describe('a service', () => {
  it('is read and printed', () => {
    assert.deepEqual(parseServiceCreate(parseJson('{"desc":"","audit":{}}')), { comment: '' });
    assert.deepEqual(parseServiceUpdate(parseJson('{"active":false}')), { active: false, comment: undefined });
    const definition = { ...AUDIT, database: 'likes', active: true, comment: 'Likes' };
    assert.equal(printService(definition), '{"active":true,"name":"likes","desc":"Likes"}');
  });

  it('needs a desc', () => assert.throws(() => parseServiceCreate(parseJson('{}')), /desc is missing/));
});

describe('an alias', () => {
  it('is read and printed; its label may be gone', () => {
    const target = { database: 'a', table: 'b' };
    assert.deepEqual(parseV2AliasCreate(parseJson('{"desc":"x","target":"a.b"}')), { comment: 'x', target });
    const update = { active: undefined, comment: undefined, target };
    assert.deepEqual(parseV2AliasUpdate(parseJson('{"target":"a.b"}')), update);
    const names = { database: 'likes', alias: 'fav', tableDatabase: 'a', table: 'b' };
    assert.equal(
      printV2Alias({ ...AUDIT, ...names, active: true, comment: 'x' }, undefined),
      '{"active":true,"name":"likes.fav","desc":"x","target":"a.b","label":null}',
    );
  });

  it('needs a target of two parts', () => {
    const create = (target: unknown) => parseV2AliasCreate(parseJson(JSON.stringify({ desc: '', target })));
    assert.throws(() => create('likes'), /target is "likes"; expected "service\.label"/);
    assert.throws(() => create(7), /target is 7; expected text/);
  });
});

describe('a stored query', () => {
  it('is read and printed; stats are what splitting at commas makes of them', () => {
    const stats = (list: string[]) =>
      parseQueryCreate(parseJson(JSON.stringify({ desc: '', query: 'q', stats: list }))).stats;
    assert.deepEqual(stats([]), ['']);
    assert.deepEqual(stats(['a', 'b,c']), ['a', 'b', 'c']);
    assert.deepEqual(parseQueryUpdate(parseJson('{"query":"p"}')).text, 'p');
    assert.equal(
      printQuery({ ...AUDIT, database: 'd', query: 'q', text: 'select', stats: [''], active: true, comment: 'c' }),
      '{"active":true,"name":"d.q","desc":"c","query":"select","stats":[""]}',
    );
  });

  it('is not longer than the limit', () => {
    const body = { desc: '', query: 'x'.repeat(STORED_QUERY_LENGTH_MAX + 1), stats: [] };
    assert.throws(() => parseQueryCreate(parseJson(JSON.stringify(body))), /query has 65537 characters/);
  });
});

describe('a storage', () => {
  it('keeps its configuration as it came', () => {
    const conf = '{"namespace":"ns","n":12345678901234567890,"f":1.50}';
    const created = parseStorageCreate(parseJson(`{"desc":"d","type":"HBASE","conf":${conf}}`));
    assert.deepEqual(created, { comment: 'd', type: 'HBASE', conf });
    assert.equal(
      printStorage({ ...AUDIT, ...created, storage: 'st', active: true }),
      `{"active":true,"name":"st","desc":"d","type":"HBASE","conf":${conf}}`,
    );
  });

  for (const [body, part] of [
    ['{"desc":"","type":"hbase","conf":{}}', /type is "hbase"; expected one of NIL, LOCAL, JDBC, HBASE, DATASTORE/],
    ['{"desc":"","type":"HBASE","conf":[]}', /conf is an array; expected an object/],
    ['{"desc":"","type":"HBASE"}', /conf is missing/],
  ] as const) {
    it(`is refused: ${body}`, () => assert.throws(() => parseStorageCreate(parseJson(body)), part));
  }

  it('is refused when its configuration is too long', () => {
    const body = JSON.stringify({ conf: { x: 'x'.repeat(70_000) } });
    assert.throws(
      () => parseStorageUpdate(parseJson(body)),
      (error) => error instanceof Failure && /conf has/.test(error.message),
    );
  });
});
