import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exchangeAnswer, exchangeBody } from '../../fixtures/shop.ts';
import { parseJson } from '../codec/json-text.ts';
import type { JsonValue } from '../codec/json-value.ts';
import { Failure } from '../failure.ts';
import type { TableSchema } from '../model/schema.ts';
import { isJsonObject, memberOf } from './json-place.ts';
import { parseTableSchema, printTableSchema } from './schema-json.ts';

const ENDS = '"source":{"type":"long","comment":"src"},"target":{"type":"string","comment":"tgt"}';

describe('parseTableSchema', () => {
  for (const [type, kind] of [
    ['EDGE', 'edge'],
    ['edge', 'edge'],
    ['MULTI_EDGE', 'multiEdge'],
    ['multiEdge', 'multiEdge'],
  ]) {
    it(`takes ${type} for ${kind}`, () => {
      const id = '"id":{"type":"int","comment":"i"}';
      assert.equal(parse(`{"type":"${type}",${ENDS},"direction":"OUT",${id}}`).kind, kind);
    });
  }

  it('fills in what may be left out', () => {
    const schema = parse(`{"type":"EDGE",${ENDS},"direction":"IN",
      "properties":[{"name":"at","type":"long","comment":"time"}],
      "indexes":[{"index":"i","fields":[{"field":"at","order":"ASC"}],"primary":7,"batch":9}],
      "groups":[{"group":"g","type":"COUNT","fields":[{"name":"at"},{"name":"at","bucket":null}]}],
      "caches":[{"cache":"c","fields":[]}]}`);
    assert.deepEqual(schema, {
      kind: 'edge',
      source: { type: 'long', comment: 'src' },
      target: { type: 'string', comment: 'tgt' },
      properties: [{ name: 'at', type: 'long', comment: 'time', nullable: false }],
      direction: 'IN',
      indexes: [{ index: 'i', fields: [{ field: 'at', order: 'ASC' }], comment: '' }],
      groups: [
        {
          group: 'g',
          type: 'COUNT',
          fields: [
            { name: 'at', bucket: null },
            { name: 'at', bucket: null },
          ],
          valueField: '-',
          comment: '',
          directionType: 'BOTH',
          ttl: 691_200_000,
        },
      ],
      caches: [{ cache: 'c', fields: [], limit: 100, comment: '' }],
    });
  });

  it('fills in empty lists', () => {
    const { properties, indexes, groups, caches } = parse(`{"type":"EDGE",${ENDS},"direction":"IN"}`);
    assert.deepEqual([properties, indexes, groups, caches], [[], [], [], []]);
  });

  const bad: readonly [string, string][] = [
    ['null', 'schema is null; expected an object'],
    [`{${ENDS},"direction":"OUT"}`, 'schema.type is missing'],
    [
      `{"type":"Edge",${ENDS},"direction":"OUT"}`,
      'schema.type is "Edge"; expected one of EDGE, edge, MULTI_EDGE, multiEdge',
    ],
    [`{"type":"EDGE",${ENDS}}`, 'schema.direction is missing'],
    [`{"type":"EDGE",${ENDS},"direction":"out"}`, 'schema.direction is "out"; expected one of OUT, IN, BOTH'],
    [`{"type":"MULTI_EDGE",${ENDS},"direction":"OUT"}`, 'schema.id is missing'],
    [
      '{"type":"EDGE","source":{"type":"int","comment":""},"target":{"type":"STRING"},"direction":"OUT"}',
      'schema.source.type is "int"; expected one of long, string; schema.target.type is "STRING"; ' +
        'expected one of long, string; schema.target.comment is missing',
    ],
    [withMember('"properties":null'), 'schema.properties is null; expected an array'],
    [
      withMember('"properties":[{"name":"a","type":"INT","comment":"","nullable":"yes"},{}]'),
      'schema.properties[0].type is "INT"; expected one of boolean, byte, short, int, long, float, double, string, ' +
        'object; schema.properties[0].nullable is "yes"; expected true or false; ' +
        'schema.properties[1].name is missing; schema.properties[1].type is missing; schema.properties[1].comment is missing',
    ],
    [withMember('"indexes":[{"index":"i"}]'), 'schema.indexes[0].fields is missing'],
    [
      withMember('"indexes":[{"index":"i","fields":[{"field":"a","order":"UP"},{"field":"b"}]}]'),
      'schema.indexes[0].fields[0].order is "UP"; expected one of ASC, DESC; schema.indexes[0].fields[1].order is missing',
    ],
    [
      withMember('"groups":[{"group":"g","type":"AVG","fields":[],"ttl":"x"}]'),
      'schema.groups[0].type is "AVG"; expected one of COUNT, SUM; schema.groups[0].ttl is "x"; ' +
        'expected an integer from -9007199254740991 to 9007199254740991',
    ],
    [
      withMember(
        '"groups":[{"group":"g","type":"SUM","fields":[{"name":"a","bucket":{"type":"hash","name":"d","unit":"DAY"}}]}]',
      ),
      'schema.groups[0].fields[0].bucket.type is "hash"; expected "date"; schema.groups[0].fields[0].bucket.unit is "DAY"; ' +
        'expected one of NANOSECOND, MICROSECOND, MILLISECOND, SECOND; ' +
        'schema.groups[0].fields[0].bucket.timezone is missing; schema.groups[0].fields[0].bucket.format is missing',
    ],
    [
      withMember('"caches":[{"cache":"c","fields":[],"limit":0}]'),
      'schema.caches[0].limit is 0; expected an integer from 1 to 2147483647',
    ],
  ];
  for (const [text, message] of bad) {
    it(`refuses ${text.slice(-60)}`, () => {
      assert.throws(
        () => parse(text),
        (error) => {
          assert(error instanceof Failure);
          assert.deepEqual([error.code, error.message], ['malformed-json', message]);
          return true;
        },
      );
    });
  }
});

describe('printTableSchema', () => {
  it('prints the schema of the documented exchange', () => {
    const answer = parseJson(exchangeAnswer(2));
    const printed = printTableSchema(parseTableSchema(memberIn(exchangeBody(2), 'schema'), 'schema'));
    assert.ok(exchangeAnswer(2).includes(`"schema":${printed},"mode"`));
    assert.deepEqual(parseJson(printed), memberIn(answer, 'schema'));
  });

  it('prints a multi edge with groups as the reference does', () => {
    const text =
      '{"type":"multiEdge","id":{"type":"long","comment":"i"},"source":{"type":"string","comment":"src"},' +
      '"target":{"type":"string","comment":"tgt"},"properties":[{"name":"score","type":"int","comment":"score","nullable":true}],' +
      '"direction":"OUT","indexes":[{"index":"recent","fields":[{"field":"createdAt","order":"DESC"}],"comment":"","primary":-1,"batch":0}],' +
      '"groups":[{"group":"daily","type":"COUNT","fields":[{"name":"createdAt","bucket":{"type":"date","name":"day","unit":"MILLISECOND",' +
      '"timezone":"Asia/Seoul","format":"yyyy-MM-dd"}},{"name":"x","bucket":null}],"valueField":"-","comment":"",' +
      '"directionType":"BOTH","ttl":691200000}],"caches":[{"cache":"c","fields":[{"field":"createdAt","order":"DESC"}],"limit":100,"comment":""}]}';
    assert.equal(printTableSchema(parse(text)), text);
  });
});

function parse(text: string): TableSchema {
  return parseTableSchema(parseJson(text), 'schema');
}

function withMember(member: string): string {
  return `{"type":"EDGE",${ENDS},"direction":"OUT",${member}}`;
}

function memberIn(json: JsonValue, name: string): JsonValue {
  return (isJsonObject(json) ? memberOf(json, name) : undefined) ?? null;
}
