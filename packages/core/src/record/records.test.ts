import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { KeyWriter } from '../codec/key-writer.ts';
import type { Entry } from '../model/edge.ts';
import { tableId } from '../model/table.ts';
import { aTable } from '../testing/a-table.ts';
import { bindEntry } from './bind-entry.ts';
import { decodeFeedRecord } from './decode-feed-record.ts';
import { decodeLogRecord } from './decode-log-record.ts';
import { encodeFeedRecord } from './encode-feed-record.ts';
import { encodeCatalogRecord, encodeMutateRecord } from './encode-log-record.ts';
import { encodeDropRecord, encodeRetryRecord } from './encode-side-queue-record.ts';
import type { FeedRecord } from './feed-record.ts';
import type { RawEntry } from './log-record.ts';
import { encodeParkedMutation } from './parked-mutation.ts';
import { encodeRederiveRecord } from './rederive-record.ts';
import { encodeReworkRecord } from './rework-record.ts';

const stamp = { timeMs: 1737377177245, requestId: 'r1', actor: '-' };
const stampHex = '2c8000019483bfde9d 34723100 342d00';
const keyHex = '2981 34416c69636500 3450686f6e6500';

const header = {
  rules: 'v3',
  stamp,
  mode: { table: 'SYNC', request: null, system: null, force: false, effective: 'SYNC' },
  table: tableId(7),
  schemaRevision: 1,
  alias: null,
  origin: null,
} as const;

const entry: Entry = {
  key: { kind: 'edge', source: 'Alice', target: 'Phone' },
  events: [{ type: 'INSERT', version: 1n, properties: [5n] }],
};

const outcome = {
  kind: 'edge',
  rules: 'v3',
  stamp,
  alias: null,
  table: tableId(7),
  schemaRevision: 1,
  status: 'CREATED',
  refusal: null,
  key: {
    kind: 'edge',
    source: { type: 'string', value: 'Alice' },
    target: { type: 'string', value: 'Phone' },
  },
  entry: 3,
  eventCount: 1,
  lastEvent: { type: 'INSERT', version: 1n, properties: [] },
  before: null,
  after: Uint8Array.of(0x29, 0x81),
  message: null,
} as const;

const feed: FeedRecord = { offset: 42, previousOffset: 41, stampMs: 1737377177245, outcomes: [outcome] };

describe('encodeMutateRecord', () => {
  it('writes the documented bytes', () => {
    assert.equal(
      toHex(encodeMutateRecord(header, aTable(), [entry])),
      plain(`01 2981 ${stampHex} 2981 05 05 35 2981 2b80000007 2b80000001 05 05 2b80000001
        ${keyHex} 2b80000001 2981 2c8000000000000001 2b80000001 2bd5673825 2c8000000000000005`),
    );
  });

  it('tells a property that is unset from one that is not named', () => {
    const table = aTable({ fields: { a: 'long', b: 'long' } });
    const events = [{ type: 'UPDATE' as const, version: 1n, properties: [undefined, null] }];
    const record = decodeLogRecord(encodeMutateRecord(header, table, [{ ...entry, events }]));
    assert.ok(record.kind === 'mutate');
    assert.deepEqual(bindEntry(table, firstOf(record.entries))?.events, events);
  });
});

describe('encodeCatalogRecord', () => {
  it('writes the change as JSON text', () => {
    const bytes = encodeCatalogRecord({
      kind: 'catalog',
      stamp,
      change: { kind: 'delete-database', database: 'likes' },
    });
    const json = Buffer.from('{"kind":"delete-database","database":"likes"}').toString('hex');
    assert.equal(toHex(bytes), plain(`01 2982 ${stampHex} 32 ${json} 00`));
  });

  it('keeps a comment with any characters', () => {
    const change = { kind: 'create-database', database: 'd', comment: 'a\0b\ud800' } as const;
    const record = { kind: 'catalog', stamp, change } as const;
    assert.deepEqual(decodeLogRecord(encodeCatalogRecord(record)), record);
  });
});

describe('the records of the side queue', () => {
  const parked = { epoch: 1, partition: 0, offset: 1842, record: 0, entry: 3 };
  const parkedHex = '2b80000000 2b80000001 2c8000000000000732 2b80000000 2b80000003';
  const mutation = encodeMutateRecord(header, aTable(), [entry]);

  it('have the documented bytes', () => {
    const retry = encodeRetryRecord({ stamp, parked, mutation });
    assert.equal(toHex(retry), plain(`01 2985 ${stampHex} ${parkedHex}`) + toHex(mutation));
    assert.equal(toHex(encodeDropRecord({ stamp, parked })), plain(`01 2986 ${stampHex} ${parkedHex}`));
  });

  it('park a mutation with what an operator asks for as JSON, and its record as it was', () => {
    const row = { code: 'c', message: 'm', database: 'd', table: 't', tries: 1, parkedMs: 2, record: mutation };
    const json = '{"code":"c","message":"m","database":"d","table":"t","tries":1,"parkedMs":2}';
    const expected = plain(`01 32 ${Buffer.from(json).toString('hex')} 00`) + toHex(mutation);
    assert.equal(toHex(encodeParkedMutation(row)), expected);
  });

  it('never retry what is no mutation, however deep retries are nested', () => {
    let bytes = mutation;
    for (let depth = 0; depth < 2; depth++) bytes = encodeRetryRecord({ stamp, parked, mutation: bytes });
    assert.throws(() => decodeLogRecord(bytes), { name: 'MalformedBytes', message: /5 is no kind of mutation/ });
  });
});

describe('encodeRederiveRecord', () => {
  it('writes the documented bytes', () => {
    const row = Buffer.from(plain('34416c69636500 2b8c5a4378 297e 2982'), 'hex');
    const bytes = encodeRederiveRecord({ stamp, table: tableId(7), addresses: [{ key: row }] });
    const expected = `01 2987 ${stampHex} 2b80000007 2b80000001 2b80000010 34416c69636500 2b8c5a4378 297e 2982 05`;
    assert.equal(toHex(bytes), plain(expected));
  });
});

describe('encodeFeedRecord', () => {
  it('writes the documented bytes', () => {
    assert.equal(
      toHex(encodeFeedRecord(feed)),
      plain(`01 2c800000000000002a 2c8000000000000029 2c8000019483bfde9d 2b80000001
        2981 ${stampHex} 05 2b80000007 2b80000001 2981 05
        ${keyHex} 2b80000003 2b80000001 2981 2c8000000000000001 2b80000000 05 2b80000002 2981`),
    );
  });

  it('writes an outcome by v2 rules as a kind of its own, with its message at the end', () => {
    const refused = { ...outcome, rules: 'v2', status: 'ERROR', refusal: 'r', after: null, message: 'no' } as const;
    assert.equal(
      toHex(encodeFeedRecord({ ...feed, outcomes: [refused] })),
      plain(`01 2c800000000000002a 2c8000000000000029 2c8000019483bfde9d 2b80000001
        2985 ${stampHex} 05 2b80000007 2b80000001 2986 347200
        ${keyHex} 2b80000003 2b80000001 2981 2c8000000000000001 2b80000000 05 05 346e6f00`),
    );
    const purged = {
      ...outcome,
      rules: 'v2',
      status: 'PURGED',
      lastEvent: { ...outcome.lastEvent, type: 'PURGE' },
    } as const;
    const record = { ...feed, outcomes: [purged, outcome, refused] };
    assert.deepEqual(decodeFeedRecord(encodeFeedRecord(record)), record);
  });

  it('is read as the first version wrote it: an entry without its place stands behind the one before it', () => {
    const old = `2981 ${stampHex} 05 2b80000007 2b80000001 2981 05
      ${keyHex} 2b80000001 2981 2c8000000000000001 2b80000000 05 2b80000002 2981`;
    const bytes = Buffer.from(
      plain(`01 2c800000000000002a 2c8000000000000029 2c8000019483bfde9d 2b80000002 ${old} ${old}`),
      'hex',
    );
    const read = { ...outcome, eventCount: 1 };
    assert.deepEqual(decodeFeedRecord(new Uint8Array(bytes)).outcomes, [
      { ...read, entry: 0 },
      { ...read, entry: 1 },
    ]);
  });

  it('writes a metadata change with the entities before and after it', () => {
    const change = { kind: 'delete-database', database: 'd' } as const;
    const audit = { revision: 2, createdAt: 1, createdBy: '-', updatedAt: 2, updatedBy: '-' };
    const before = {
      kind: 'database',
      definition: { ...audit, comment: 'c', active: false, database: 'd' },
    } as const;
    const effect = { entriesBefore: 1, before, after: null };
    const outcome = { kind: 'catalog', stamp, change, refusal: null, effect } as const;
    const json = (text: string): string => `32 ${Buffer.from(text).toString('hex')} 00`;
    const head = '01 2c800000000000002a 2c8000000000000029 2c8000019483bfde9d 2b80000001';
    const changed = json('{"kind":"delete-database","database":"d"}');
    const entity = json(
      '{"kind":"database","definition":{"database":"d","active":false,"comment":"c","revision":2,"createdAt":1,' +
        '"createdBy":"-","updatedAt":2,"updatedBy":"-"}}',
    );
    const bytes = encodeFeedRecord({ ...feed, outcomes: [outcome] });
    assert.equal(toHex(bytes), plain(`${head} 2983 ${stampHex} ${changed} 05 2b80000001 ${entity} 05`));
    assert.deepEqual(decodeFeedRecord(bytes).outcomes, [outcome]);
    const older = { ...outcome, effect: null };
    const olderBytes = encodeFeedRecord({ ...feed, outcomes: [older] });
    assert.equal(toHex(olderBytes), plain(`${head} 2982 ${stampHex} ${changed} 05`));
    assert.deepEqual(decodeFeedRecord(olderBytes).outcomes, [older]);
  });

  it('gives cells that outlive the bytes they were read from', () => {
    const bytes = encodeFeedRecord(feed);
    const decoded = decodeFeedRecord(Buffer.from(bytes.buffer));
    bytes.fill(0);
    assert.deepEqual(decoded, feed);
  });
});

describe('encodeReworkRecord', () => {
  const step = {
    kind: 'rework',
    stamp: { ...stamp, requestId: '-' },
    table: tableId(7),
    phase: 'rows',
    cursor: 'L4D4',
    rowsMax: 1000,
    bytesMax: 2 ** 20,
  } as const;

  it('writes the documented bytes', () => {
    const bytes = plain('01 2984 2c8000019483bfde9d 342d00 342d00 2b80000007 2981 344c34443400 2b800003e8 2b80100000');
    assert.equal(toHex(encodeReworkRecord(step)), bytes);
  });

  it('comes back as it was', () => {
    assert.deepEqual(decodeLogRecord(encodeReworkRecord(step)), step);
    const cells = { ...step, phase: 'cells', cursor: '' } as const;
    assert.deepEqual(decodeLogRecord(encodeReworkRecord(cells)), cells);
  });

  it('is refused when its cursor is none, or when it would pass no row', () => {
    const bytes = encodeReworkRecord(step);
    const at = toHex(bytes).indexOf('344c34443400') / 2;
    assert.throws(() => decodeLogRecord(bytes.with(at + 2, 0x21)), /no base64url/);
    assert.throws(() => decodeLogRecord(bytes.with(bytes.length - 4, 0)), /passes no row/);
  });
});

describe('decoding records', () => {
  it('refuses a format that it does not know', () => {
    const bytes = encodeFeedRecord(feed);
    assert.throws(() => decodeFeedRecord(bytes.with(0, 2)), /feed record format 2 is not known/);
    assert.throws(() => decodeLogRecord(Uint8Array.of(2)), /log record format 2 is not known/);
    assert.throws(() => decodeLogRecord(new Uint8Array()), /format undefined is not known/);
  });

  it('makes nothing by a hostile length', () => {
    const writer = new KeyWriter();
    writer.writeByte(1);
    for (const number of [1, 0, 1]) writer.writeSafeInteger(number);
    writer.writeInt32(2 ** 31 - 1);
    assert.throws(() => decodeFeedRecord(writer.take()), { name: 'MalformedBytes' });
    const bytes = encodeFeedRecord(feed);
    // The length of the last cell: 2 becomes 16,777,218.
    assert.throws(() => decodeFeedRecord(bytes.with(bytes.length - 6, 0x81)), /bytes are missing/);
    // Sign bit gone: a negative length.
    assert.throws(() => decodeFeedRecord(bytes.with(bytes.length - 6, 0)), /bytes are missing/);
  });

  it('refuses a metadata change with a member of another type, and names it', () => {
    const changes: [object, RegExp][] = [
      [{ kind: 'drop-database', database: 'd' }, /kind .* is none of/],
      [{ kind: 'delete-database' }, /database .* is no text/],
      [{ kind: 'update-database', database: 'd', active: 1 }, /active .* neither true nor false/],
      [{ kind: 'update-table', database: 'd', table: 't', schema: [] }, /JSON object/],
      [{ kind: 'create-alias', database: 'd', alias: 'a', comment: '' }, /table .* is no text/],
    ];
    for (const [change, message] of changes) {
      const writer = new KeyWriter();
      writer.writeByte(1);
      writer.writeInt8(2);
      writer.writeSafeInteger(0);
      writer.writeText('-');
      writer.writeText('-');
      writer.writeJson(JSON.stringify(change));
      assert.throws(() => decodeLogRecord(writer.take()), { name: 'MalformedBytes', message });
    }
  });
});

describe('bindEntry', () => {
  const raw: RawEntry = {
    key: outcome.key,
    events: [
      {
        type: 'INSERT',
        version: 1n,
        properties: [
          { code: 1432827941, type: 'long', value: 5n },
          { code: 99, type: 'long', value: 6n },
        ],
      },
    ],
  };

  it('converts values of another type and leaves out codes that the table does not know', () => {
    const bound = bindEntry(aTable({ fields: { other: 'int', created_at: 'string' } }), raw);
    assert.deepEqual(bound?.events, [{ type: 'INSERT', version: 1n, properties: [undefined, '5'] }]);
    assert.deepEqual(bound?.key, entry.key);
  });

  it('gives nothing for a key that the table cannot have', () => {
    assert.equal(bindEntry(aTable({ sourceType: 'long' }), raw), undefined);
    assert.equal(bindEntry(aTable({ targetType: 'long' }), raw), undefined);
    assert.equal(bindEntry(aTable({ idType: 'string' }), raw), undefined);
    const multi: RawEntry = { key: { kind: 'multiEdge', id: { type: 'long', value: 1n } }, events: [] };
    assert.equal(bindEntry(aTable(), multi), undefined);
    assert.equal(bindEntry(aTable({ idType: 'string' }), multi), undefined);
    assert.deepEqual(bindEntry(aTable({ idType: 'long' }), multi), { key: { kind: 'multiEdge', id: 1n }, events: [] });
    const unset: RawEntry = { key: { kind: 'multiEdge', id: { type: null, value: null } }, events: [] };
    assert.equal(bindEntry(aTable(), unset), undefined);
  });
});

function firstOf<T>(list: readonly T[]): T {
  const [first] = list;
  assert.ok(first !== undefined);
  return first;
}

function plain(hex: string): string {
  return hex.replace(/\s/g, '');
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
