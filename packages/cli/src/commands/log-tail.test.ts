import assert from 'node:assert/strict';
import test from 'node:test';
import { printRecordLine } from './log-tail.ts';

const edge = { ts: 10, src: 7, tgt: 'sku-a', props: { at: 1000 }, traceId: 'T' };
const record = { label: 'shop.wish', edge, op: 'INSERT', ts: 1_737_377_177_245 };

test('a WAL record is a line of what was asked for, and says when it was only queued', () => {
  const line = { position: 'e1-p0-3-0', key: '7:sku-a', text: '', record };
  const expected = 'e1-p0-3-0  2025-01-20T12:46:17.245Z  shop.wish  INSERT  7 -> sku-a  v10  {"at":1000}';
  assert.equal(printRecordLine({ ...line, record: { ...record, mode: { queue: false } } }), expected);
  const queued = printRecordLine({ ...line, record: { ...record, mode: { queue: true } } });
  assert.equal(queued, expected.replace('INSERT', 'INSERT queued'));
});

test('a CDC record is a line of what became of the edge, with the state after', () => {
  const after = { active: true, props: { at: 1000, color: null, big: 2n ** 60n } };
  const line = { position: 'e1-p0-3-0', key: '7:sku-a', text: '', record: { ...record, status: 'CREATED', after } };
  assert.match(
    printRecordLine(line),
    /INSERT CREATED {2}7 -> sku-a {2}v10 {2}\{"at":1000,"color":null,"big":1152921504606846976\}$/,
  );
});
