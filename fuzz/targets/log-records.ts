import { isDeepStrictEqual } from 'node:util';
import { MalformedBytes } from '@actionbase/core/codec/malformed-bytes';
import { unreachable } from '@actionbase/core/failure';
import { tableId } from '@actionbase/core/model/table';
import { bindEntry } from '@actionbase/core/record/bind-entry';
import { decodeLogRecord } from '@actionbase/core/record/decode-log-record';
import { encodeCatalogRecord, encodeRawMutateRecord } from '@actionbase/core/record/encode-log-record';
import { encodeDropRecord, encodeRetryRecord } from '@actionbase/core/record/encode-side-queue-record';
import { encodeLoadRecord } from '@actionbase/core/record/load-record';
import type { LogRecord } from '@actionbase/core/record/log-record';
import { encodeRederiveRecord } from '@actionbase/core/record/rederive-record';
import { encodeReworkRecord } from '@actionbase/core/record/rework-record';
import { aTable } from '@actionbase/core/testing/a-table';
import { pureTarget, type Target } from '../target.ts';

/** What decodes a log record; another one is planted by the tests. */
export type DecodeLogRecord = (bytes: Uint8Array) => LogRecord;

const TABLE = aTable({ fields: { at: 'long', color: 'string' } });
const STAMP = { timeMs: 1_750_000_000_000, requestId: 'r1', actor: '-' };
const PARKED = { epoch: 1, partition: 0, offset: 1842, record: 0, entry: 3 };

/** The target of a decoder. */
export function logRecordTarget(name: string, decode: DecodeLogRecord): Target {
  return {
    name,
    promise: 'any bytes are a log record, which is written and read again as the same one, or malformed',
    code: /\/packages\/core\/src\/(?:record|codec)\//,
    batch: 64,
    seeds: seedRecords,
    words: ['\x01\x29\x81', '\x2b\x80\0\0\x01', '{"kind":', '\x05', '"database":"d"'],
    open: () => pureTarget((bytes) => playRecord(decode, bytes)),
  };
}

/** Log records of all kinds. */
export const LOG_RECORDS = logRecordTarget('log-records', decodeLogRecord);

function playRecord(decode: DecodeLogRecord, bytes: Uint8Array): string | undefined {
  let record: LogRecord;
  try {
    record = decode(bytes);
  } catch (error) {
    if (error instanceof MalformedBytes) return undefined;
    throw error;
  }
  if (record.kind === 'mutate') for (const entry of record.entries) bindEntry(TABLE, entry);
  const again = decodeLogRecord(encodeRecord(record));
  return isDeepStrictEqual(again, record)
    ? undefined
    : `a ${record.kind} record is another one when written and read again`;
}

function encodeRecord(record: LogRecord): Uint8Array {
  switch (record.kind) {
    case 'mutate':
      return encodeRawMutateRecord(record, record.entries);
    case 'catalog':
      return encodeCatalogRecord(record);
    case 'rework':
      return encodeReworkRecord(record);
    case 'drop':
      return encodeDropRecord(record);
    case 'retry':
      return encodeRetryRecord({
        ...record,
        mutation: encodeRawMutateRecord(record.mutation, record.mutation.entries),
      });
    case 'rederive':
      return encodeRederiveRecord(record);
    case 'load':
      return encodeLoadRecord(record, record.rows);
    default:
      return unreachable(record);
  }
}

/** Records of each kind. */
async function seedRecords(): Promise<Uint8Array[]> {
  // It takes seconds to load, which the other targets need not wait for.
  const { default: fc } = await import('fast-check');
  const { catalogChange } = await import('@actionbase/core/testing/raw-records');
  const mode = { table: 'SYNC', request: 'ASYNC', system: null, force: false, effective: 'ASYNC' } as const;
  const origin = { name: 'queue', position: 7n };
  const header = { rules: 'v3', stamp: STAMP, mode, table: tableId(7), schemaRevision: 1, alias: 'a', origin } as const;
  const properties = [
    { code: 5, type: 'long', value: 5n },
    { code: 6, type: 'double', value: 1.5 },
    { code: 7, type: 'object', value: '{"a":1}' },
    { code: 8, type: null, value: null },
  ] as const;
  const text = { type: 'string', value: 'Alice' } as const;
  const events = (['INSERT', 'UPDATE', 'DELETE', 'PURGE'] as const).map((type) => ({ type, version: 1n, properties }));
  const entries = [
    { key: { kind: 'edge', source: text, target: text }, events },
    { key: { kind: 'multiEdge', id: { type: 'long', value: 9n } }, events },
  ] as const;
  const mutation = encodeRawMutateRecord(header, entries);
  const changes = fc.sample(catalogChange, { seed: 1, numRuns: 20 });
  return [
    mutation,
    encodeRawMutateRecord({ ...header, rules: 'v2', alias: null, origin: null }, entries),
    encodeReworkRecord({
      kind: 'rework',
      stamp: STAMP,
      table: tableId(7),
      phase: 'rows',
      cursor: 'NDQ0',
      rowsMax: 9,
      bytesMax: 9,
    }),
    encodeRetryRecord({ stamp: STAMP, parked: PARKED, mutation }),
    encodeDropRecord({ stamp: STAMP, parked: PARKED }),
    encodeRederiveRecord({
      stamp: STAMP,
      table: tableId(7),
      addresses: [{ key: Uint8Array.of(1, 2) }, { key: Uint8Array.of(3), qualifier: Uint8Array.of(4) }],
    }),
    ...changes.map((change) => encodeCatalogRecord({ kind: 'catalog', stamp: STAMP, change })),
  ];
}
