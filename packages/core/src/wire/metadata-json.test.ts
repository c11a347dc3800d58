import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exchangeBody } from '../../fixtures/shop.ts';
import { parseJson } from '../codec/json-text.ts';
import type { JsonValue } from '../codec/json-value.ts';
import { Failure } from '../failure.ts';
import {
  isName,
  isStorage,
  parseAliasCreate,
  parseAliasUpdate,
  parseDatabaseCreate,
  parseDatabaseUpdate,
  parseTableCreate,
  parseTableUpdate,
} from './metadata-json.ts';

const SCHEMA = `{"type":"EDGE","source":{"type":"long","comment":""},"target":{"type":"long","comment":""},"direction":"OUT"}`;
const NAME_RULE = 'a name is a letter and up to 63 more letters, digits, "_" or "-"';

describe('isName', () => {
  for (const name of ['a', 'A9', 'my-table_1', `a${'b'.repeat(63)}`]) {
    it(`takes ${name}`, () => assert.equal(isName(name), true));
  }
  for (const name of ['', '1a', '_a', 'a.b', 'a b', 'é', 'a\n', `a${'b'.repeat(64)}`]) {
    it(`refuses ${JSON.stringify(name)}`, () => assert.equal(isName(name), false));
  }
});

describe('isStorage', () => {
  it('takes a namespace and a table', () => assert.equal(isStorage('datastore://my_ns/Table_9'), true));
  for (const storage of [
    '',
    'datastore://ns',
    'datastore://ns/',
    'datastore://ns1/t',
    'datastore://Ns/t',
    'datastore://ns/t-1',
    'hbase://ns/t',
  ]) {
    it(`refuses "${storage}"`, () => assert.equal(isStorage(storage), false));
  }
});

describe('bodies of metadata requests', () => {
  it('reads a database; active and version are dropped', () => {
    assert.deepEqual(parseDatabaseCreate(exchangeBody(1)), { database: 'shop', comment: 'demo shop' });
    const body = parseJson('{"database":"d","comment":"","active":false,"version":7,"x":1}');
    assert.deepEqual(parseDatabaseCreate(body), { database: 'd', comment: '' });
  });

  it('reads the table of the documented exchange', () => {
    const { schema, ...rest } = parseTableCreate(exchangeBody(2));
    assert.deepEqual(rest, { table: 'wish', mode: 'SYNC', storage: 'datastore://shop/wish', comment: 'wishes' });
    assert.deepEqual(
      schema.indexes.map((index) => index.index),
      ['newest', 'by_color'],
    );
  });

  it('takes SYNC for a missing mode', () => {
    const body = parseJson(`{"table":"t","schema":${SCHEMA},"storage":"datastore://a/b","comment":""}`);
    assert.equal(parseTableCreate(body).mode, 'SYNC');
  });

  it('reads an alias', () => {
    const body = parseJson('{"alias":"a","table":"t","comment":"c"}');
    assert.deepEqual(parseAliasCreate(body), { alias: 'a', table: 't', comment: 'c' });
  });

  it('leaves alone what an update does not name, or names with null', () => {
    const nothing = parseJson('{"active":null,"comment":null,"table":null,"schema":null,"mode":null}');
    for (const body of [parseJson('{}'), nothing]) {
      assert.deepEqual(parseDatabaseUpdate(body), { active: undefined, comment: undefined });
      assert.deepEqual(parseAliasUpdate(body), { active: undefined, table: undefined, comment: undefined });
      const unchanged = { active: undefined, schema: undefined, mode: undefined, comment: undefined };
      assert.deepEqual(parseTableUpdate(body), unchanged);
    }
  });

  it('reads the members of an update', () => {
    const body = parseJson(`{"active":false,"comment":"c","table":"t","mode":"DROP","schema":${SCHEMA}}`);
    assert.deepEqual(parseDatabaseUpdate(body), { active: false, comment: 'c' });
    assert.deepEqual(parseAliasUpdate(body), { active: false, table: 't', comment: 'c' });
    const { schema, ...rest } = parseTableUpdate(body);
    assert.deepEqual(rest, { active: false, mode: 'DROP', comment: 'c' });
    assert.equal(schema?.direction, 'OUT');
  });

  const long = 'x'.repeat(1_001);
  const table = (members: string) => `{"schema":${SCHEMA},${members}}`;
  const bad: readonly [(json: JsonValue) => unknown, string, string, string][] = [
    [parseDatabaseCreate, '[]', 'malformed-json', 'the body is an array; expected an object'],
    [parseDatabaseCreate, '{"database":"d"}', 'malformed-json', 'comment is missing'],
    [
      parseDatabaseCreate,
      '{"database":1,"comment":null}',
      'malformed-json',
      'database is 1; expected text; comment is null; expected text',
    ],
    [parseDatabaseCreate, '{"database":"1d","comment":""}', 'invalid-name', `database is "1d"; ${NAME_RULE}`],
    [parseDatabaseUpdate, '{"active":"no"}', 'malformed-json', 'active is "no"; expected true or false'],
    [
      parseTableCreate,
      '{}',
      'malformed-json',
      'table is missing; schema is missing; storage is missing; comment is missing',
    ],
    [
      parseTableCreate,
      table('"table":"t","storage":"datastore://a/b","comment":"","mode":"DENY"'),
      'malformed-json',
      'mode is DENY: V3 MutationMode.DENY is not supported in V2, nor here; expected SYNC, ASYNC or DROP',
    ],
    [
      parseTableCreate,
      table('"table":"t","storage":"datastore://a/b","comment":"","mode":"IGNORE"'),
      'malformed-json',
      'mode is "IGNORE"; expected one of SYNC, ASYNC, DROP',
    ],
    [
      parseTableCreate,
      table(`"table":"t.1","storage":"x","comment":"${long}"`),
      'validation-failed',
      `table is "t.1"; ${NAME_RULE}; storage is "x"; expected datastore://namespace/table, the namespace in lower case ` +
        'letters and "_", the table in letters, digits and "_"; comment has 1001 characters; at most 1000 are allowed',
    ],
    [
      parseTableUpdate,
      '{"schema":{}}',
      'malformed-json',
      'schema.type is missing; schema.source is missing; schema.target is missing; schema.direction is missing',
    ],
    [
      parseTableUpdate,
      `{"comment":"${long}"}`,
      'validation-failed',
      'comment has 1001 characters; at most 1000 are allowed',
    ],
    [
      parseAliasCreate,
      '{"alias":"-","table":"","comment":""}',
      'validation-failed',
      `alias is "-"; ${NAME_RULE}; table is ""; ${NAME_RULE}`,
    ],
    [parseAliasUpdate, '{"table":"a b"}', 'validation-failed', `table is "a b"; ${NAME_RULE}`],
  ];
  for (const [parse, text, code, message] of bad) {
    it(`${parse.name} refuses ${text.slice(-50)} with ${code}`, () => {
      assert.throws(
        () => parse(parseJson(text)),
        (error) => {
          assert(error instanceof Failure);
          assert.deepEqual([error.code, error.message], [code, message]);
          return true;
        },
      );
    });
  }
});
