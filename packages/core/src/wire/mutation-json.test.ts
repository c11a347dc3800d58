import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aTable, exchangeAnswer, exchangeBody, giftTable, wishTable } from '../../fixtures/shop.ts';
import { parseJson } from '../codec/json-text.ts';
import { Failure } from '../failure.ts';
import type { EdgeKey } from '../model/edge.ts';
import { admitItems, groupByKey, type MutationResult, parseMutations, printMutationResults } from './mutation-json.ts';

const wish = wishTable();
const gift = giftTable();

describe('parseMutations', () => {
  it('reads the edges of a request', () => {
    const items = parseMutations(exchangeBody(4), 'edge', 10);
    const properties = { at: 2000, color: 'blue' };
    assert.deepEqual(items, [{ type: 'INSERT', version: 11n, source: 7, target: 'sku-b', id: undefined, properties }]);
  });

  it('reads multi edges, with or without their ends', () => {
    const items = parse(
      'multiEdge',
      '{"version":1,"id":5,"source":"a","target":7}',
      '{"version":2,"id":"6","source":null}',
    );
    assert.deepEqual(
      items.map(({ id, source, target }) => [id, source, target]),
      [
        [5, 'a', 7],
        ['6', undefined, undefined],
      ],
    );
  });

  const versions: readonly [string, bigint][] = [
    ['', 0n],
    ['"version":null,', 0n],
    ['"version":"",', 0n],
    ['"version":"123",', 123n],
    ['"version":1.5,', 1n],
    ['"version":1e3,', 1000n],
    ['"version":-9223372036854775808,', -(2n ** 63n)],
    ['"version":9223372036854775807,', 2n ** 63n - 1n],
  ];
  for (const [member, version] of versions) {
    it(`reads the version ${version} of {${member}...}`, () => {
      assert.equal(parse('edge', `{${member}"source":1,"target":2}`)[0]?.version, version);
    });
  }

  it('reads missing properties as none and ignores unknown members', () => {
    const [item] = parse('edge', '{"source":1,"target":2,"id":9,"colour":"red"}');
    assert.deepEqual(item, { type: 'INSERT', version: 0n, source: 1, target: 2, id: undefined, properties: {} });
  });

  it('reads an empty list', () => assert.deepEqual(parseMutations(parseJson('{"mutations":[]}'), 'edge', 10), []));

  const edge = '{"source":1,"target":2}';
  const bad: readonly [string, string][] = [
    ['[]', 'mutations is missing; expected an array'],
    ['{}', 'mutations is missing; expected an array'],
    ['{"mutations":null}', 'mutations is null; expected an array'],
    ['{"mutations":{}}', 'mutations is an object; expected an array'],
    ['{"mutations":[null]}', 'mutations[0] is null; expected an object'],
    [`{"mutations":[{"edge":${edge}}]}`, 'mutations[0].type is missing'],
    [
      `{"mutations":[{"type":"MERGE","edge":${edge}}]}`,
      'mutations[0].type is "MERGE"; expected INSERT, UPDATE or DELETE',
    ],
    [
      `{"mutations":[{"type":"insert","edge":${edge}}]}`,
      'mutations[0].type is "insert"; expected INSERT, UPDATE or DELETE',
    ],
    ['{"mutations":[{"type":"INSERT"}]}', 'mutations[0].edge is missing'],
    ['{"mutations":[{"type":"INSERT","edge":null}]}', 'mutations[0].edge is null; expected an object'],
    ['{"mutations":[{"type":"DELETE","edge":{"target":2}}]}', 'mutations[0].edge.source is missing or null'],
    [
      '{"mutations":[{"type":"DELETE","edge":{"source":1,"target":null}}]}',
      'mutations[0].edge.target is missing or null',
    ],
    [
      '{"mutations":[{"type":"INSERT","edge":{"source":1,"target":2,"properties":null}}]}',
      'mutations[0].edge.properties is null; expected an object',
    ],
    [
      '{"mutations":[{"type":"INSERT","edge":{"version":true,"source":1,"target":2}}]}',
      'mutations[0].edge.version is true; expected a 64-bit integer',
    ],
    [
      '{"mutations":[{"type":"INSERT","edge":{"version":9223372036854775808,"source":1,"target":2}}]}',
      'mutations[0].edge.version is 9223372036854775808; expected a 64-bit integer',
    ],
    [
      `{"mutations":[{"type":"INSERT","edge":${edge}},null,{"type":"X","edge":{"version":"x","source":1,"target":2}}]}`,
      'mutations[1] is null; expected an object; mutations[2].type is "X"; expected INSERT, UPDATE or DELETE; ' +
        'mutations[2].edge.version is "x"; expected a 64-bit integer',
    ],
  ];
  for (const [text, message] of bad) {
    it(`refuses ${text}`, () => {
      assert.throws(() => parseMutations(parseJson(text), 'edge', 10), isFailure('malformed-json', message));
    });
  }

  it('refuses a multi edge without an id', () => {
    const message = 'mutations[0].edge.id is missing or null';
    assert.throws(() => parse('multiEdge', '{"source":1,"target":2}'), isFailure('malformed-json', message));
    assert.throws(() => parse('multiEdge', '{"id":null}'), isFailure('malformed-json', message));
  });

  it('refuses more items than the limit, before it reads them', () => {
    const message = 'mutations has 3 items; at most 2 are allowed in one request';
    assert.throws(
      () => parseMutations(parseJson('{"mutations":[null,null,null]}'), 'edge', 2),
      isFailure('too-many-items', message),
    );
    assert.equal(parseMutations(exchangeBody(3), 'edge', 5).length, 5);
  });
});

describe('admitItems', () => {
  it('casts an edge to its table, properties aligned with the fields', () => {
    const items = parse(
      'edge',
      '{"version":3,"source":"1000","target":9,"properties":{"qty":"5","at":1.9,"shape":"round"}}',
    );
    assert.deepEqual(admitItems(wish, items), [
      {
        key: { kind: 'edge', source: 1000n, target: '9' },
        event: { type: 'INSERT', version: 3n, properties: [1n, undefined, 5] },
      },
    ]);
  });

  it('unsets with an explicit null, of a multi edge too', () => {
    const [unique] = admitItems(wish, parse('edge', '{"source":1,"target":2,"properties":{"color":null}}'));
    assert.deepEqual(unique?.event.properties, [undefined, null, undefined]);
    const [multi] = admitItems(gift, parse('multiEdge', '{"id":1,"properties":{"note":null,"at":4}}'));
    assert.deepEqual(multi?.event.properties, [undefined, undefined, 4n, null]);
  });

  it('takes the ends of a multi edge for its hidden properties', () => {
    const [item] = admitItems(gift, parse('multiEdge', '{"id":"100","source":1,"target":"2"}'));
    assert.deepEqual(item?.key, { kind: 'multiEdge', id: 100n });
    assert.deepEqual(item?.event.properties, ['1', 2n, undefined, undefined]);
  });

  it('does not let properties name the hidden ends', () => {
    const text = '{"id":1,"properties":{"_source":"x","_target":2,"_id":3}}';
    const [item] = admitItems(gift, parse('multiEdge', text));
    assert.deepEqual(item?.event.properties, [undefined, undefined, undefined, undefined]);
  });

  it('does not find properties that every JavaScript object inherits', () => {
    const table = aTable(`{"type":"edge","source":{"type":"long","comment":""},"target":{"type":"long","comment":""},
      "direction":"OUT","properties":[{"name":"constructor","type":"string","comment":"","nullable":true}]}`);
    const [item] = admitItems(table, parse('edge', '{"source":1,"target":2}'));
    assert.deepEqual(item?.event.properties, [undefined]);
  });

  const good = '{"source":1,"target":2}';
  const bad: readonly [string, string][] = [
    ['{"source":"seven","target":2}', 'mutations[1].edge.source: "seven" cannot be cast to long'],
    [
      '{"source":1,"target":2,"properties":{"at":1,"qty":"1.5"}}',
      'mutations[1].edge.properties.qty: "1.5" cannot be cast to int',
    ],
    [
      '{"source":1,"target":2,"properties":{"at":true}}',
      'mutations[1].edge.properties.at: true cannot be cast to long',
    ],
  ];
  for (const [text, message] of bad) {
    it(`refuses ${text}`, () => {
      assert.throws(() => admitItems(wish, parse('edge', good, text)), isFailure('cast-failed', message));
    });
  }

  const badMulti: readonly [string, string][] = [
    ['{"id":"x"}', 'mutations[0].edge.id: "x" cannot be cast to long'],
    ['{"id":1,"target":"x"}', 'mutations[0].edge.target: "x" cannot be cast to long'],
  ];
  for (const [text, message] of badMulti) {
    it(`refuses the multi edge ${text}`, () => {
      assert.throws(() => admitItems(gift, parse('multiEdge', text)), isFailure('cast-failed', message));
    });
  }
});

describe('groupByKey', () => {
  it('puts the events of one key together, after casting, by version, in request order for equal ones', () => {
    const items = parse(
      'edge',
      '{"version":5,"source":7,"target":"a","properties":{"qty":1}}',
      '{"version":1,"source":7,"target":"b"}',
      '{"version":5,"source":"7","target":"a","properties":{"qty":2}}',
      '{"version":4,"source":7,"target":"a","properties":{"qty":3}}',
    );
    const entries = groupByKey(wish, admitItems(wish, items));
    assert.deepEqual(
      entries.map(({ key, events }) => [key, events.map((event) => [event.version, event.properties[2]])]),
      [
        [
          { kind: 'edge', source: 7n, target: 'a' },
          [
            [4n, 3],
            [5n, 1],
            [5n, 2],
          ],
        ],
        [{ kind: 'edge', source: 7n, target: 'b' }, [[1n, undefined]]],
      ],
    );
  });

  it('keeps keys apart whose texts run together', () => {
    const table =
      aTable(`{"type":"edge","source":{"type":"string","comment":""},"target":{"type":"string","comment":""},
      "direction":"OUT"}`);
    const items = parse('edge', '{"source":"a:b","target":"c"}', '{"source":"a","target":"b:c"}');
    assert.equal(groupByKey(table, admitItems(table, items)).length, 2);
  });

  it('keeps the ids 0 and -0 of a double apart, as their rows are', () => {
    const table = aTable(`{"type":"multiEdge","id":{"type":"double","comment":""},"source":{"type":"long","comment":""},
      "target":{"type":"long","comment":""},"direction":"OUT"}`);
    const items = parse('multiEdge', '{"id":0.0}', '{"id":-0.0}', '{"id":0}');
    const entries = groupByKey(table, admitItems(table, items));
    assert.deepEqual(
      entries.map(({ events }) => events.length),
      [2, 1],
    );
  });
});

describe('printMutationResults', () => {
  it('prints the answers of the documented exchange', () => {
    const steps: readonly [number, readonly MutationResult[]][] = [
      [3, [result(8n, 'sku-a'), result(7n, 'sku-c'), { ...result(7n, 'sku-a'), count: 2 }, result(7n, 'sku-b')]],
      [4, [{ ...result(7n, 'sku-b'), status: 'IDLE' }]],
      [22, [{ ...result(7n, 'sku-c'), status: 'DELETED' }]],
    ];
    for (const [step, results] of steps) {
      assert.equal(printMutationResults(wish, results), exchangeAnswer(step), `step ${step}`);
    }
  });

  it('groups and prints a whole request of the documented exchange', () => {
    const entries = groupByKey(wish, admitItems(wish, parseMutations(exchangeBody(3), 'edge', 10)));
    const results = entries.map(({ key, events }) => ({ key, status: 'CREATED' as const, count: events.length }));
    assert.equal(printMutationResults(wish, results), exchangeAnswer(3));
  });

  it('gives an ERROR the count 0, a code and a message', () => {
    const refused: MutationResult = {
      ...result(9n, 'sku-y'),
      status: 'ERROR',
      code: 'missing-property',
      message: 'at must be "provided"',
    };
    assert.equal(
      printMutationResults(wish, [refused]),
      '{"results":[{"source":9,"target":"sku-y","status":"ERROR","count":0,' +
        '"code":"missing-property","message":"at must be \\"provided\\""}]}',
    );
    const { code: _code, message: _message, ...bare } = refused;
    assert.equal(printMutationResults(wish, [bare]), exchangeAnswer(6));
  });

  it('sorts by the text of the key: 10 before 9, by UTF-16 units', () => {
    const keys: readonly EdgeKey[] = [9n, 10n, 1n].map((id) => ({ kind: 'multiEdge', id }));
    const printed = printMutationResults(
      gift,
      keys.map((key) => ({ key, status: 'QUEUED', count: 1 })),
    );
    assert.equal(
      printed,
      '{"results":[{"id":1,"status":"QUEUED","count":1},{"id":10,"status":"QUEUED","count":1},{"id":9,"status":"QUEUED","count":1}]}',
    );
    const ends = printMutationResults(wish, [
      result(1n, '\ue000'),
      result(1n, '😀'),
      result(1n, '10'),
      result(1n, '9'),
    ]);
    assert.deepEqual(ends.match(/"target":"[^"]+"/g), [
      '"target":"10"',
      '"target":"9"',
      '"target":"😀"',
      '"target":"\ue000"',
    ]);
  });

  it('prints no results', () => assert.equal(printMutationResults(wish, []), '{"results":[]}'));
});

function parse(kind: 'edge' | 'multiEdge', ...edges: readonly string[]) {
  const items = edges.map((edge) => `{"type":"INSERT","edge":${edge}}`);
  return parseMutations(parseJson(`{"mutations":[${items.join(',')}]}`), kind, 100);
}

function result(source: bigint, target: string): MutationResult {
  return { key: { kind: 'edge', source, target }, status: 'CREATED', count: 1 };
}

function isFailure(code: string, message: string): (error: unknown) => boolean {
  return (error) => {
    assert(error instanceof Failure);
    assert.deepEqual([error.code, error.message], [code, message]);
    return true;
  };
}
