/**
 * Goal: what is written into the log and the feed comes back, and no bytes do harm to a reader.
 * Method: random records are encoded and decoded; random, cut and changed bytes are decoded, with nothing but a record or
 * MalformedBytes as outcome.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { MalformedBytes } from '../codec/malformed-bytes.ts';
import type { EdgeKey, Entry } from '../model/edge.ts';
import { tableId } from '../model/table.ts';
import { PROPERTY_TYPES, type PropertyType } from '../model/value.ts';
import { aTable } from '../testing/a-table.ts';
import {
  anyInt,
  anyLong,
  anyTableId,
  catalogChange,
  feedRecord,
  origin,
  PLAIN,
  resolvedMode,
  stamp,
} from '../testing/raw-records.ts';
import { storedText, valuesOfType } from '../testing/stored-values.ts';
import { bindEntry, rawEvent, rawKey } from './bind-entry.ts';
import { decodeFeedRecord } from './decode-feed-record.ts';
import { decodeLogRecord } from './decode-log-record.ts';
import { encodeFeedRecord } from './encode-feed-record.ts';
import { encodeCatalogRecord, encodeMutateRecord, encodeRawMutateRecord } from './encode-log-record.ts';
import { encodeDropRecord, encodeRetryRecord } from './encode-side-queue-record.ts';
import { decodeParkedKey, decodeParkedMutation, encodeParkedKey, encodeParkedMutation } from './parked-mutation.ts';
import { encodeRederiveRecord } from './rederive-record.ts';

const vertexType = fc.constantFrom<PropertyType>('long', 'string');

const header = fc.record(
  {
    rules: fc.constantFrom('v3' as const, 'v2' as const),
    stamp,
    mode: resolvedMode,
    table: anyTableId,
    schemaRevision: anyInt,
    alias: fc.option(storedText),
    origin: fc.option(origin),
  },
  PLAIN,
);

const anyTable = fc
  .record({
    sourceType: vertexType,
    targetType: vertexType,
    idType: fc.option(fc.constantFrom(...PROPERTY_TYPES)),
    types: fc.array(fc.constantFrom(...PROPERTY_TYPES), { maxLength: 4 }),
  })
  .map(({ sourceType, targetType, idType, types }) =>
    aTable({
      sourceType,
      targetType,
      ...(idType === null ? {} : { idType }),
      fields: Object.fromEntries(types.map((type, i) => [`f${i}`, type])),
    }),
  );

const tableAndEntries = anyTable.chain((table) => {
  const key: fc.Arbitrary<EdgeKey> =
    table.idType === null
      ? fc.record(
          {
            kind: fc.constant('edge' as const),
            source: valuesOfType[table.sourceType],
            target: valuesOfType[table.targetType],
          },
          PLAIN,
        )
      : fc.record({ kind: fc.constant('multiEdge' as const), id: valuesOfType[table.idType] }, PLAIN);
  const properties = table.fields.map((field) => fc.option(fc.option(valuesOfType[field.type]), { nil: undefined }));
  const event = fc.record(
    {
      type: fc.constantFrom('INSERT' as const, 'UPDATE' as const, 'DELETE' as const, 'PURGE' as const),
      version: anyLong,
      properties: fc.tuple(...properties),
    },
    PLAIN,
  );
  const entry: fc.Arbitrary<Entry> = fc.record({ key, events: fc.array(event, { maxLength: 3 }) }, PLAIN);
  return fc.tuple(fc.constant(table), fc.array(entry, { maxLength: 3 }));
});

const mutateBytes = fc
  .tuple(header, tableAndEntries)
  .map(([head, [table, entries]]) => encodeMutateRecord(head, table, entries));
const catalogBytes = fc
  .tuple(stamp, catalogChange)
  .map(([who, change]) => encodeCatalogRecord({ kind: 'catalog', stamp: who, change }));

const parked = fc.record(
  { epoch: anyInt, partition: anyInt, offset: fc.maxSafeInteger(), record: anyInt, entry: anyInt },
  PLAIN,
);
const retryBytes = fc
  .tuple(stamp, parked, mutateBytes)
  .map(([who, position, mutation]) => encodeRetryRecord({ stamp: who, parked: position, mutation }));
const dropBytes = fc.tuple(stamp, parked).map(([who, position]) => encodeDropRecord({ stamp: who, parked: position }));
const someBytes = fc.uint8Array({ maxLength: 40 });
const rederive = fc.record(
  {
    stamp,
    table: anyInt.map(tableId),
    addresses: fc.array(
      fc.oneof(fc.record({ key: someBytes }, PLAIN), fc.record({ key: someBytes, qualifier: someBytes }, PLAIN)),
      { maxLength: 4 },
    ),
  },
  PLAIN,
);
const rederiveBytes = rederive.map(encodeRederiveRecord);
const anyBytes = fc.oneof(mutateBytes, catalogBytes, retryBytes, dropBytes, rederiveBytes);

describe('log records', () => {
  it('are encoded from what was decoded to the same bytes', () => {
    fc.assert(
      fc.property(mutateBytes, (bytes) => {
        const record = decodeLogRecord(bytes);
        assert.ok(record.kind === 'mutate');
        assert.deepEqual(encodeRawMutateRecord(record, record.entries), bytes);
      }),
      { numRuns: 200 },
    );
  });

  it('of retries and drops come back as they were', () => {
    fc.assert(
      fc.property(stamp, parked, mutateBytes, (who, position, mutation) => {
        const retry = decodeLogRecord(encodeRetryRecord({ stamp: who, parked: position, mutation }));
        const expected = { kind: 'retry', stamp: who, parked: position, mutation: decodeLogRecord(mutation) };
        assert.deepEqual(retry, expected);
        const drop = { stamp: who, parked: position };
        assert.deepEqual(decodeLogRecord(encodeDropRecord(drop)), { kind: 'drop', ...drop });
      }),
      { numRuns: 200 },
    );
  });

  it('of repairs come back as they were', () => {
    fc.assert(
      fc.property(rederive, (record) => {
        assert.deepEqual(decodeLogRecord(encodeRederiveRecord(record)), { kind: 'rederive', ...record });
      }),
      { numRuns: 200 },
    );
  });

  it('of mutations come back, bound to their table, as they were admitted', () => {
    fc.assert(
      fc.property(header, tableAndEntries, (head, [table, entries]) => {
        const record = decodeLogRecord(encodeMutateRecord(head, table, entries));
        assert.equal(record.kind, 'mutate');
        assert.ok(record.kind === 'mutate');
        const { kind, entries: raw, ...rest } = record;
        assert.deepEqual(rest, head);
        assert.deepEqual(
          raw.map((entry) => bindEntry(table, entry)),
          entries,
        );
      }),
      { numRuns: 200 },
    );
  });

  it('hold what rawKey and rawEvent say', () => {
    fc.assert(
      fc.property(header, tableAndEntries, (head, [table, entries]) => {
        const record = decodeLogRecord(encodeMutateRecord(head, table, entries));
        assert.ok(record.kind === 'mutate');
        assert.deepEqual(
          record.entries,
          entries.map(({ key, events }) => ({
            key: rawKey(table, key),
            events: events.map((event) => rawEvent(table, event)),
          })),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('of metadata changes come back as they were', () => {
    fc.assert(
      fc.property(stamp, catalogChange, (who, change) => {
        const record = { kind: 'catalog', stamp: who, change } as const;
        assert.deepEqual(decodeLogRecord(encodeCatalogRecord(record)), record);
      }),
      { numRuns: 200 },
    );
  });

  it('are read from any bytes, or MalformedBytes is thrown', () => {
    readsAnyBytes(decodeLogRecord, anyBytes);
  });

  it('that are cut short or have bytes left over are malformed', () => {
    refusesOtherLengths(decodeLogRecord, anyBytes);
  });
});

describe('feed records', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(feedRecord, (record) => {
        assert.deepEqual(decodeFeedRecord(encodeFeedRecord(record)), record);
      }),
      { numRuns: 200 },
    );
  });

  it('are read from any bytes, or MalformedBytes is thrown', () => {
    readsAnyBytes(decodeFeedRecord, feedRecord.map(encodeFeedRecord));
  });

  it('that are cut short or have bytes left over are malformed', () => {
    refusesOtherLengths(decodeFeedRecord, feedRecord.map(encodeFeedRecord));
  });
});

describe('parked mutations', () => {
  const mutation = fc.record(
    {
      code: fc.string(),
      message: fc.string({ unit: 'binary' }),
      database: fc.string(),
      table: fc.string(),
      tries: anyInt,
      parkedMs: fc.maxSafeInteger(),
      record: mutateBytes,
    },
    PLAIN,
  );

  it('come back as they were, with their keys', () => {
    fc.assert(
      fc.property(parked, mutation, (position, one) => {
        assert.deepEqual(decodeParkedKey(encodeParkedKey(position)), position);
        assert.deepEqual(decodeParkedMutation(encodeParkedMutation(one)), one);
      }),
      { numRuns: 200 },
    );
  });

  it('lie under keys in log order', () => {
    fc.assert(
      fc.property(parked, parked, (a, b) => {
        const order = Buffer.compare(encodeParkedKey(a), encodeParkedKey(b));
        const members = ['partition', 'epoch', 'offset', 'record', 'entry'] as const;
        const first = members.find((member) => a[member] !== b[member]);
        assert.equal(order, first === undefined ? 0 : Math.sign(a[first] - b[first]));
      }),
      { numRuns: 200 },
    );
  });

  it('are read from any bytes, or MalformedBytes is thrown', () => {
    readsAnyBytes(decodeParkedMutation, mutation.map(encodeParkedMutation));
    readsAnyBytes(decodeParkedKey, parked.map(encodeParkedKey));
  });
});

function readsAnyBytes(decode: (bytes: Uint8Array) => unknown, encoded: fc.Arbitrary<Uint8Array>): void {
  const changed = fc
    .tuple(encoded, fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 3 }))
    .map(([bytes, changes]) => changes.reduce((all, [at, byte]) => all.with(at % all.length, byte), bytes));
  const random = fc.uint8Array({ maxLength: 60 }).map((bytes) => Uint8Array.of(1, ...bytes));
  fc.assert(
    fc.property(fc.oneof({ arbitrary: changed, weight: 4 }, random), (bytes) => {
      try {
        decode(bytes);
      } catch (error) {
        assert.ok(error instanceof MalformedBytes, String(error));
      }
    }),
    { numRuns: 300 },
  );
}

function refusesOtherLengths(decode: (bytes: Uint8Array) => unknown, encoded: fc.Arbitrary<Uint8Array>): void {
  fc.assert(
    fc.property(encoded, fc.nat(), (bytes, cut) => {
      assert.throws(() => decode(bytes.subarray(0, cut % bytes.length)), MalformedBytes);
      assert.throws(() => decode(Uint8Array.of(...bytes, 5)), MalformedBytes);
    }),
    { numRuns: 100 },
  );
}
