import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aTableDefinition, exchangeAnswer, exchangeBody } from '../../fixtures/shop.ts';
import { parseJson } from '../codec/json-text.ts';
import { printAlias, printDatabase, printTable } from './descriptor-json.ts';
import { parseDatabaseCreate, parseTableCreate } from './metadata-json.ts';
import { parseTableSchema } from './schema-json.ts';

/** What the reference prints for every entity. */
const NO_AUDIT = { revision: -1, createdAt: -1, createdBy: '', updatedAt: -1, updatedBy: '' };
const AUDIT = {
  revision: 3,
  createdAt: 1_700_000_000_000,
  createdBy: 'ann',
  updatedAt: 1_700_000_000_001,
  updatedBy: 'bob',
};
const AUDIT_TEXT =
  '"revision":3,"createdAt":1700000000000,"createdBy":"ann","updatedAt":1700000000001,"updatedBy":"bob"}';

describe('printDatabase', () => {
  it('prints the answer of the documented exchange', () => {
    const definition = { ...parseDatabaseCreate(exchangeBody(1)), active: true, ...NO_AUDIT };
    assert.equal(printDatabase(definition, 'local'), exchangeAnswer(1));
  });

  it('prints who changed it, and when', () => {
    assert.equal(
      printDatabase({ ...AUDIT, database: 'd', active: false, comment: '"' }, 't'),
      `{"tenant":"t","database":"d","active":false,"comment":"\\"",${AUDIT_TEXT}`,
    );
  });
});

describe('printTable', () => {
  it('prints the answers of the documented exchange', () => {
    const { schema, ...members } = parseTableCreate(exchangeBody(2));
    const definition = aTableDefinition(schema, members);
    assert.equal(printTable(definition, 'local'), exchangeAnswer(2));
    assert.equal(printTable({ ...definition, active: false }, 'local'), exchangeAnswer(30));
  });

  it('prints how far the reworks are, where there are any', () => {
    const { schema, ...members } = parseTableCreate(exchangeBody(2));
    const definition = aTableDefinition(schema, members);
    const index = { kind: 'index', name: 'newest' } as const;
    const failure = { kind: 'group', name: 'sum', edge: '7 -> a', reason: 'why' } as const;
    const rework = {
      builds: [index],
      removes: [{ kind: 'cache', name: 'top' } as const],
      failed: [failure],
      phase: 'rows' as const,
      cursor: 'AAAA',
      rows: 20,
      states: 5,
    };
    const text = printTable(definition, 'local', [rework]);
    const member =
      ',"reworks":[{"builds":["index newest"],"removes":["cache top"],"rows":20,"states":5,' +
      '"failed":[{"name":"group sum","edge":"7 -> a","reason":"why"}]}]}';
    assert.equal(text, exchangeAnswer(2).slice(0, -1) + member);
  });

  it('names the kind of a multi edge twice', () => {
    const schema = parseTableSchema(
      parseJson(`{"type":"MULTI_EDGE","id":{"type":"long","comment":""},"source":{"type":"long","comment":""},
        "target":{"type":"long","comment":""},"direction":"OUT"}`),
      'schema',
    );
    const text = printTable(aTableDefinition(schema, AUDIT), 't');
    assert.ok(
      text.startsWith(
        '{"type":"multiEdge","tenant":"t","database":"shop","table":"wish","schema":{"type":"multiEdge","id":',
      ),
    );
    assert.ok(
      text.endsWith(`"mode":"SYNC","storage":"datastore://shop/wish","active":true,"comment":"wishes",${AUDIT_TEXT}`),
    );
  });
});

it('printAlias prints the alias and its table behind the database', () => {
  assert.equal(
    printAlias(
      { ...NO_AUDIT, database: 'd', alias: 'a', tableDatabase: 'd', table: 't', active: true, comment: 'c' },
      'local',
    ),
    '{"tenant":"local","database":"d","alias":"a","table":"t","active":true,"comment":"c",' +
      '"revision":-1,"createdAt":-1,"createdBy":"","updatedAt":-1,"updatedBy":""}',
  );
});
