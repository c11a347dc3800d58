import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { MalformedBytes } from '../codec/malformed-bytes.ts';
import { encodeStateValue } from '../codec/row-value.ts';
import { type Entry, INITIAL_STATE } from '../model/edge.ts';
import { tableId } from '../model/table.ts';
import type { Value } from '../model/value.ts';
import { reduce } from '../reduce/reduce.ts';
import { aTable } from '../testing/a-table.ts';
import { bindEntry, rawEvent, rawKey } from './bind-entry.ts';
import { decodeFeedRecord } from './decode-feed-record.ts';
import { decodeLogRecord } from './decode-log-record.ts';
import { encodeFeedRecord } from './encode-feed-record.ts';
import type { LoadOutcome } from './load-outcome.ts';
import { encodeLoadRecord, encodeLoadRows } from './load-record.ts';

const stamp = { timeMs: 1737377177245, requestId: 'r1', actor: '-' };
const mode = { table: 'SYNC', request: 'SYNC', system: null, force: false, effective: 'SYNC' } as const;
const header = { stamp, mode, table: tableId(7), schemaRevision: 1, alias: null };
const table = aTable({ fields: { created_at: 'long', memo: 'string', share: 'double' } });

const entry: fc.Arbitrary<Entry> = fc
  .record({
    source: fc.constantFrom('Alice', '스타', ''),
    target: fc.string({ unit: 'grapheme-ascii' }).map((text) => text.replaceAll('\0', '')),
    version: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    createdAt: fc.option(fc.bigInt({ min: 0n, max: 2n ** 62n })),
    memo: fc.option(fc.constantFrom('', 'a wish', 'é')),
    share: fc.option(fc.double({ noNaN: true })),
  })
  .map(({ source, target, version, createdAt, memo, share }) => {
    const properties: readonly Value[] = [createdAt, memo, share];
    return { key: { kind: 'edge', source, target }, events: [{ type: 'INSERT', version, properties }] };
  });

const entries = fc.array(entry, { maxLength: 5 });
const cell = fc.option(fc.uint8Array({ maxLength: 6 }));
const exceptions = fc.uniqueArray(
  fc.record({
    place: fc.nat(4),
    status: fc.constantFrom('CREATED' as const, 'IDLE' as const, 'ERROR' as const),
    refusal: fc.option(fc.constant('missing-property')),
    before: cell,
    after: cell,
  }),
  { selector: ({ place }) => place, maxLength: 5 },
);

function outcomeOf(some: readonly Entry[], others: LoadOutcome['exceptions']): LoadOutcome {
  const known = others.filter(({ place }) => place < some.length);
  const { alias, table: id, schemaRevision } = header;
  const rows = encodeLoadRows(table, some);
  return { kind: 'load', stamp, alias, table: id, schemaRevision, rows, exceptions: known };
}

function feedOf(outcome: LoadOutcome): Uint8Array {
  return encodeFeedRecord({ offset: 42, previousOffset: 41, stampMs: 5, outcomes: [outcome] });
}

describe('a load record', () => {
  it('has the documented bytes', () => {
    const short = aTable({ fields: { created_at: 'long' } });
    const alice: Entry = {
      key: { kind: 'edge', source: 'Alice', target: 'Phone' },
      events: [{ type: 'INSERT', version: 1n, properties: [5n] }],
    };
    const bytes = encodeLoadRecord(header, encodeLoadRows(short, [alice]));
    const expected =
      '01 2988 2c8000019483bfde9d 34723100 342d00 2981 2981 05 35 2981 2b80000007 2b80000001 05 ' +
      '2981 2b80000001 2bd5673825 2b80000001 2b80000020 34416c69636500 3450686f6e6500 2c8000000000000001 2c8000000000000005';
    assert.equal(Buffer.from(bytes).toString('hex'), expected.replaceAll(' ', ''));
  });

  it('comes back as it was admitted', () => {
    fc.assert(
      fc.property(entries, (some) => {
        const rows = encodeLoadRows(table, some);
        const record = decodeLogRecord(encodeLoadRecord(header, rows));
        assert.ok(record.kind === 'load');
        const { kind: _kind, entries: raw, rows: read, ...rest } = record;
        assert.deepEqual(rest, header);
        assert.deepEqual(read, rows);
        assert.deepEqual(
          raw.map((one) => bindEntry(table, one)),
          some,
        );
      }),
      { numRuns: 200 },
    );
  });

  it('is malformed with a byte less or more', () => {
    fc.assert(
      fc.property(entries, (some) => {
        const bytes = encodeLoadRecord(header, encodeLoadRows(table, some));
        assert.throws(() => decodeLogRecord(bytes.subarray(0, -1)), MalformedBytes);
        assert.throws(() => decodeLogRecord(Uint8Array.from([...bytes, 5])), MalformedBytes);
      }),
      { numRuns: 100 },
    );
  });

  it('makes nothing of changed bytes but a record or MalformedBytes', () => {
    fc.assert(
      fc.property(entries, fc.nat(), fc.nat(255), (some, at, byte) => {
        for (const [bytes, decode] of [
          [encodeLoadRecord(header, encodeLoadRows(table, some)), decodeLogRecord],
          [feedOf(outcomeOf(some, [])), decodeFeedRecord],
        ] as const) {
          bytes[at % bytes.length] = byte;
          try {
            decode(bytes);
          } catch (error) {
            assert.ok(error instanceof MalformedBytes, String(error));
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('the outcome of a load', () => {
  it('tells each edge as any request does: created with the state of one INSERT, unless it says otherwise', () => {
    fc.assert(
      fc.property(entries, exceptions, (some, others) => {
        const outcome = outcomeOf(some, others);
        const { outcomes } = decodeFeedRecord(feedOf(outcome));
        const expected = some.map(({ key, events }, place) => {
          const [event] = events;
          assert.ok(event !== undefined);
          const other = outcome.exceptions.find((one) => one.place === place);
          return {
            kind: 'edge',
            rules: 'v3',
            stamp,
            alias: null,
            table: 7,
            schemaRevision: 1,
            status: other?.status ?? 'CREATED',
            refusal: other?.refusal ?? null,
            key: rawKey(table, key),
            entry: place,
            eventCount: 1,
            lastEvent: rawEvent(table, event),
            before: other?.before ?? null,
            after: other === undefined ? encodeStateValue(table, reduce(table, INITIAL_STATE, event)) : other.after,
            message: null,
          };
        });
        assert.deepEqual(outcomes, expected);
      }),
      { numRuns: 200 },
    );
  });
});
