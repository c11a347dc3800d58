/** Goal: WAL and CDC records are the reference's, byte for byte; its documented examples are among them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodeStateValue } from '../codec/row-value.ts';
import type { EdgeState, EntryStatus } from '../model/edge.ts';
import type { Table } from '../model/table.ts';
import type { RawEvent, RawKey, ResolvedMode, TypedValue } from '../record/log-record.ts';
import { aTable } from '../testing/a-table.ts';
import { type CdcItem, isPublished, printCdcRecord } from './cdc-json.ts';
import { recordKey } from './event-json.ts';
import { printTraceId } from './trace-id.ts';
import { printWalRecord, type WalItem } from './wal-json.ts';

const likes = aTable();
const orders = aTable({
  name: 'shop.orders',
  idType: 'long',
  sourceType: 'long',
  targetType: 'long',
  fields: { amount: 'long' },
});

const place = { epoch: 1, partition: 0, offset: 3, stampMs: 1_737_377_177_300, entry: 0, event: 0 };
const traceId = printTraceId(place);
const stamp = { timeMs: 1_737_377_177_299, requestId: '-', actor: '-' };
const LOCAL = { phase: 'local', tenant: 'local' };
const SYNC: ResolvedMode = { table: 'SYNC', request: null, system: null, force: false, effective: 'SYNC' };

const ALICE_PHONE: RawKey = {
  kind: 'edge',
  source: { type: 'string', value: 'Alice' },
  target: { type: 'string', value: 'Phone' },
};
const ORDER_5: RawKey = { kind: 'multiEdge', id: { type: 'long', value: 5n } };

function anEvent(table: Table, type: RawEvent['type'], properties: Record<string, TypedValue> = {}): RawEvent {
  return {
    type,
    version: 1_737_377_177_245n,
    properties: Object.entries(properties).map(([name, value]) => {
      const field = table.fields.find((one) => one.name === name);
      assert.ok(field !== undefined);
      return { code: field.code, ...value };
    }),
  };
}

const INSERT = anEvent(likes, 'INSERT', { created_at: { type: 'long', value: 1_737_377_177_245n } });

function aWalItem(parts: Partial<WalItem>): WalItem {
  return { table: likes, place, stamp, alias: null, key: ALICE_PHONE, event: INSERT, mode: SYNC, ...parts };
}

function aCdcItem(parts: Partial<CdcItem>): CdcItem {
  return {
    table: likes,
    place,
    stamp,
    alias: null,
    key: ALICE_PHONE,
    event: INSERT,
    status: 'CREATED',
    message: null,
    before: null,
    after: cell(likes, { active: true, properties: [1_737_377_177_245n] }),
    ...parts,
  };
}

interface StateParts {
  readonly active: boolean;
  readonly version?: bigint;
  readonly properties: readonly (bigint | string | null | undefined)[];
}

function cell(table: Table, { active, version = 1_737_377_177_245n, properties }: StateParts): Uint8Array {
  const state: EdgeState = {
    active,
    version,
    createdAt: version,
    deletedAt: active ? null : version,
    properties: properties.map((value) => (value === undefined ? undefined : { version, value })),
  };
  return encodeStateValue(table, state);
}

describe('printWalRecord', () => {
  it('prints the documented example', () => {
    assert.equal(
      printWalRecord(aWalItem({}), LOCAL),
      '{"alias":null,"label":"likes.likes","edge":{"ts":1737377177245,"src":"Alice","tgt":"Phone",' +
        `"props":{"created_at":1737377177245},"traceId":"${traceId}"},"op":"INSERT",` +
        '"mode":{"l":"SYNC","r":null,"s":null,"f":false,"queue":false},"audit":{"actor":"-"},"requestId":"-",' +
        '"ts":1737377177299,"version":"2","phase":"local","tenant":"local"}',
    );
  });

  const modes: readonly (readonly [string, ResolvedMode, string])[] = [
    [
      'SYNC with force on an ASYNC table',
      { table: 'ASYNC', request: 'SYNC', system: null, force: true, effective: 'SYNC' },
      '{"l":"ASYNC","r":"SYNC","s":null,"f":true,"queue":false}',
    ],
    [
      'a plain mutation of an ASYNC table',
      { table: 'ASYNC', request: null, system: null, force: false, effective: 'ASYNC' },
      '{"l":"ASYNC","r":null,"s":null,"f":false,"queue":true}',
    ],
    [
      'a plain mutation of a DROP table',
      { table: 'DROP', request: null, system: null, force: false, effective: 'DROP' },
      '{"l":"IGNORE","r":null,"s":null,"f":false,"queue":true}',
    ],
    [
      'a system that drops everything',
      { table: 'SYNC', request: 'SYNC', system: 'DROP', force: false, effective: 'DROP' },
      '{"l":"SYNC","r":"SYNC","s":"IGNORE","f":false,"queue":true}',
    ],
  ];
  for (const [name, mode, expected] of modes) {
    it(`prints the mode of ${name}`, () => {
      assert.match(printWalRecord(aWalItem({ mode }), LOCAL), new RegExp(`"mode":${escapeRegExp(expected)},`));
    });
  }

  const edges: readonly (readonly [string, Partial<WalItem>, string, string])[] = [
    ['a DELETE of a unique edge', { event: anEvent(likes, 'DELETE') }, '"Alice","tgt":"Phone","props":{}', 'DELETE'],
    [
      'an UPDATE that unsets',
      { event: anEvent(likes, 'UPDATE', { created_at: { type: null, value: null } }) },
      '"Alice","tgt":"Phone","props":{"created_at":null}',
      'UPDATE',
    ],
    [
      'a multi edge',
      {
        table: orders,
        key: ORDER_5,
        event: anEvent(orders, 'INSERT', {
          _source: { type: 'long', value: 9_007_199_254_740_993n },
          _target: { type: 'long', value: 7n },
          amount: { type: 'long', value: -1n },
        }),
      },
      '9007199254740993,"tgt":7,"props":{"amount":-1,"_id":5}',
      'INSERT',
    ],
    [
      'a DELETE of a multi edge without ends',
      { table: orders, key: ORDER_5, event: anEvent(orders, 'DELETE') },
      '"0","tgt":"0","props":{"_id":5}',
      'DELETE',
    ],
  ];
  for (const [name, parts, edge, op] of edges) {
    it(`prints ${name}`, () => {
      const text = `"edge":{"ts":1737377177245,"src":${edge},"traceId":"${traceId}"},"op":"${op}",`;
      assert.ok(printWalRecord(aWalItem(parts), LOCAL).includes(text), printWalRecord(aWalItem(parts), LOCAL));
    });
  }

  it('prints alias, actor, request id, phase and tenant as JSON texts', () => {
    const named = { alias: 'likes."all"', stamp: { ...stamp, requestId: 'r\n1', actor: 'ann' } };
    const text = printWalRecord(aWalItem(named), { phase: 'pro"d', tenant: 'acme' });
    assert.ok(text.startsWith('{"alias":"likes.\\"all\\"","label":"likes.likes",'));
    assert.ok(
      text.includes('"audit":{"actor":"ann"},"requestId":"r\\n1",') &&
        text.endsWith('"phase":"pro\\"d","tenant":"acme"}'),
    );
  });

  it('leaves out a property that the revision of its table does not have', () => {
    const event: RawEvent = { ...INSERT, properties: [{ code: 1, type: 'long', value: 1n }] };
    assert.ok(printWalRecord(aWalItem({ event }), LOCAL).includes('"props":{},'));
  });
});

describe('printCdcRecord', () => {
  it('prints the documented example', () => {
    assert.equal(
      printCdcRecord(aCdcItem({}), LOCAL),
      '{"label":"likes.likes","edge":{"ts":1737377177245,"src":"Alice","tgt":"Phone",' +
        `"props":{"created_at":1737377177245},"traceId":"${traceId}"},"op":"INSERT","status":"CREATED","before":null,` +
        '"after":{"active":true,"ts":1737377177245,"src":"Alice","tgt":"Phone","props":{"created_at":1737377177245}},' +
        '"acc":1,"alias":null,"message":null,"audit":{"actor":"-"},"requestId":"-","ts":1737377177300,"version":"2",' +
        '"phase":"local","tenant":"local"}',
    );
  });

  it('prints an inactive edge after a DELETE, its properties null', () => {
    const before = cell(likes, { active: true, properties: [5n] });
    const after = cell(likes, { active: false, version: 9n, properties: [null] });
    const text = printCdcRecord(aCdcItem({ status: 'DELETED', before, after }), LOCAL);
    assert.ok(
      text.includes('"before":{"active":true,"ts":1737377177245,"src":"Alice","tgt":"Phone","props":{"created_at":5}}'),
    );
    assert.ok(
      text.includes(
        '"after":{"active":false,"ts":9,"src":"Alice","tgt":"Phone","props":{"created_at":null}},"acc":-1,',
      ),
    );
  });

  it('prints the hidden ends of a multi edge among its properties, and null for one that lacks an end', () => {
    const before = cell(orders, { active: true, properties: [1n, 2n, 30n] });
    const after = cell(orders, { active: false, properties: [null, null, null] });
    const item = aCdcItem({ table: orders, key: ORDER_5, event: anEvent(orders, 'DELETE'), status: 'DELETED' });
    const text = printCdcRecord({ ...item, before, after }, LOCAL);
    const state = '{"active":true,"ts":1737377177245,"src":1,"tgt":2,"props":{"_source":1,"_target":2,"amount":30}}';
    assert.ok(text.includes(`"before":${state},"after":null,"acc":-1,`), text);
    assert.ok(text.includes('"src":"0","tgt":"0","props":{"_id":5}'), text);
  });

  it('prints a PURGE with the state that it forgot, which counts if it was active', () => {
    for (const [active, acc] of [
      [true, -1],
      [false, 0],
    ] as const) {
      const before = cell(likes, { active, properties: [5n] });
      const text = printCdcRecord(
        aCdcItem({ event: anEvent(likes, 'PURGE'), status: 'PURGED', before, after: null }),
        LOCAL,
      );
      const state = `{"active":${active},"ts":1737377177245,"src":"Alice","tgt":"Phone","props":{"created_at":5}}`;
      assert.ok(text.includes(`"op":"PURGE","status":"PURGED","before":${state},"after":null,"acc":${acc},`), text);
    }
  });

  it('prints a refusal without states, with its message and a name as alias', () => {
    const before = cell(likes, { active: true, properties: [5n] });
    const item = aCdcItem({ status: 'ERROR', before, after: before, message: 'a "b"' });
    const tail = (alias: string) =>
      `"status":"ERROR","before":null,"after":null,"acc":0,"alias":"${alias}","message":"a \\"b\\"",`;
    const [own, named] = [printCdcRecord(item, LOCAL), printCdcRecord({ ...item, alias: 'likes.fav' }, LOCAL)];
    assert.ok(own.includes(tail('likes.likes')), own);
    assert.ok(named.includes(tail('likes.fav')), named);
  });

  it('prints what the count changes by for each status', () => {
    const accs: readonly (readonly [EntryStatus, number])[] = [
      ['CREATED', 1],
      ['UPDATED', 0],
      ['DELETED', -1],
      ['IDLE', 0],
      ['PURGED', 0],
    ];
    for (const [status, acc] of accs) {
      const text = printCdcRecord(aCdcItem({ status }), LOCAL);
      assert.ok(text.includes(`"status":"${status}",`) && text.includes(`,"acc":${acc},`), text);
    }
  });
});

describe('isPublished', () => {
  const statuses: readonly EntryStatus[] = ['CREATED', 'UPDATED', 'DELETED', 'IDLE', 'QUEUED', 'ERROR', 'PURGED'];
  it('is true for all but what was queued or refused', () => {
    const published = statuses.filter((status) => isPublished({ status, rules: 'v3' }));
    assert.deepEqual(published, ['CREATED', 'UPDATED', 'DELETED', 'IDLE', 'PURGED']);
  });

  it('is true for what was refused by v2 rules', () => {
    const published = statuses.filter((status) => isPublished({ status, rules: 'v2' }));
    assert.deepEqual(published, ['CREATED', 'UPDATED', 'DELETED', 'IDLE', 'ERROR', 'PURGED']);
  });
});

describe('recordKey', () => {
  it('is source and target of a unique edge', () => {
    assert.equal(recordKey(ALICE_PHONE), 'Alice:Phone');
    const numbers: RawKey = {
      kind: 'edge',
      source: { type: 'long', value: -7n },
      target: { type: 'string', value: '스"' },
    };
    assert.equal(recordKey(numbers), '-7:스"');
  });

  it('is the id of a multi edge, so that all its records have one key', () => {
    assert.equal(recordKey(ORDER_5), '5');
    assert.equal(recordKey({ kind: 'multiEdge', id: { type: 'double', value: 1 } }), '1.0');
  });
});

function escapeRegExp(text: string): string {
  return text.replace(/[{}"?.[\]]/g, '\\$&');
}
