import assert from 'node:assert/strict';
import test from 'node:test';
import { decodeLogRecord } from '../record/decode-log-record.ts';
import { encodeMutateRecord } from '../record/encode-log-record.ts';
import { aTable } from '../testing/a-table.ts';
import { printParked } from './parked-json.ts';

test('a parked mutation tells why, who, when and what, its edge as in the WAL', () => {
  const table = aTable();
  const header = {
    rules: 'v3',
    stamp: { timeMs: 1, requestId: 'r"1', actor: '-' },
    mode: { table: 'ASYNC', request: null, system: null, force: false, effective: 'SYNC' },
    table: table.id,
    schemaRevision: 1,
    alias: null,
    origin: null,
  } as const;
  const key = { kind: 'edge', source: 'Alice', target: 'Phone' } as const;
  const events = [1n, 2n].map((version) => ({ type: 'INSERT' as const, version, properties: [2n ** 60n] }));
  const bytes = encodeMutateRecord(header, table, [{ key, events }]);
  const record = decodeLogRecord(bytes);
  assert.ok(record.kind === 'mutate');
  const mutation = {
    code: 'c',
    message: 'm',
    database: 'd',
    table: 't',
    tries: 2,
    parkedMs: 1737377177245,
    record: bytes,
  };
  const position = { epoch: 1, partition: 0, offset: 1842, record: 0, entry: 3 };
  assert.equal(
    printParked({ position, mutation, record, table }),
    '{"id":"e1-p0-1842-0-3","table":"d.t","code":"c","message":"m","tries":2,"parkedMs":1737377177245,"timeMs":1,' +
      '"requestId":"r\\"1","actor":"-","alias":null,"op":"INSERT","events":2,"edge":{"ts":2,"src":"Alice","tgt":"Phone",' +
      '"props":{"created_at":1152921504606846976},"traceId":"01JJ1VZQMX040001SJ00030001"}}',
  );
});
