import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GtidPosition } from '../gtid-position.ts';
import type { LogEvent, LoggedColumn } from './log-event.ts';
import { TransactionBuilder } from './transaction-builder.ts';

const columns: readonly LoggedColumn[] = [{ name: 'id', type: 'bigint', kind: 'integer' }];
const row = { kind: 'rows', table: 'wish', bytes: 100, rows: [{ before: undefined, after: { id: 1n } }] } as const;
const xid = { kind: 'commit' } as const;

function make(known = new Map<string, readonly LoggedColumn[]>()) {
  const from = GtidPosition.parse('0-1-10');
  const builder = new TransactionBuilder({ schema: 'shop', tables: ['wish'], from, bytesMax: 1_000, columns: known });
  return (events: readonly LogEvent[]) =>
    events.map((event) => builder.take(event)).filter((built) => built !== undefined);
}

function begin(gtid: string, isAlone = false): LogEvent {
  return { kind: 'begin', gtid, atMs: 7_000, isAlone };
}

function said(text: string, schema = 'shop'): LogEvent {
  return { kind: 'statement', text, schema };
}

test('a transaction is given at its commit, with the position behind it, in every domain', () => {
  const built = make()([begin('0-1-11'), row, row, xid, begin('3-1-5'), row, said('COMMIT'), begin('0-2-12'), xid]);
  assert.deepEqual(
    built.map(({ transaction }) => [transaction.position, transaction.changes.length]),
    [
      ['0-1-11', 2],
      ['0-1-11,3-1-5', 1],
      ['0-2-12,3-1-5', 0],
    ],
  );
  assert.equal(built[0]?.bytes, 200);
  assert.equal(built[0]?.transaction.committedMs, 7_000);
});

test('a statement on its own is a transaction without changes', () => {
  const built = make()([
    begin('0-1-11', true),
    said('CREATE TABLE other (id INT)'),
    begin('0-1-12'),
    said('SAVEPOINT a'),
    xid,
  ]);
  assert.deepEqual(
    built.map(({ transaction }) => transaction.position),
    ['0-1-11', '0-1-12'],
  );
});

test('a transaction that the connection lost in the middle is not given', () => {
  assert.deepEqual(make()([begin('0-1-11'), row, begin('0-1-11'), row, xid]).length, 1);
});

test('columns that differ from those seen before end it, with the position before the transaction', () => {
  const known = new Map<string, readonly LoggedColumn[]>();
  const take = make(known);
  take([begin('0-1-11'), { kind: 'table', table: 'wish', columns }, row, xid]);
  const wider = [...columns, { name: 'note', type: 'text', kind: 'text' } as const];
  const changed = [begin('0-1-12'), { kind: 'table', table: 'wish', columns: wider } as const];
  const message = /columns of wish changed from id bigint to id bigint, note text.* go on from 0-1-11/;
  assert.throws(() => take(changed), { code: 'legacy-schema-changed', message });
  make(known)(changed);
});

test('a statement that changes the table ends it, with the position behind the statement', () => {
  const message = /wish was changed by: ALTER TABLE wish ADD x INT.* go on from 0-1-11/;
  const take = make();
  assert.throws(() => take([begin('0-1-11', true), said('ALTER TABLE wish ADD x INT')]), {
    code: 'legacy-schema-changed',
    message,
    details: { position: '0-1-11' },
  });
});

const refusedCases: readonly [string, readonly LogEvent[], RegExp][] = [
  [
    'rows that were written as a statement',
    [begin('0-1-11'), said('DELETE FROM wish')],
    /text only, not as rows: DELETE/,
  ],
  ['rows of a prepared XA transaction', [begin('0-1-11'), row, { kind: 'prepared' }], /XA transaction/],
  [
    'a transaction that is too large',
    [begin('0-1-11'), ...Array.from({ length: 11 }, () => row)],
    /more than 1000 bytes/,
  ],
  ['rows outside of transactions', [row], /outside of any transaction/],
];

for (const [name, events, message] of refusedCases) {
  test(`it ends at ${name}`, () => {
    const take = make();
    assert.throws(() => take(events), { code: 'legacy-refused', message });
  });
}
