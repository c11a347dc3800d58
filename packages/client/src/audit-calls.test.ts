import assert from 'node:assert/strict';
import test from 'node:test';
import { ActionbaseClient } from './actionbase-client.ts';
import { ActionbaseError } from './actionbase-error.ts';
import type { AuditLine } from './audit-calls.ts';
import { ScriptedFetch } from './testing/scripted-fetch.ts';

const PROGRESS = '{"progress":{"phase":"rows","pass":1,"rows":250,"differences":1}}\n';
const DIFFERENCE =
  '{"difference":{"stage":"found","table":"shop.wish","row":"count","name":null,"direction":"OUT","vertex":7,' +
  '"values":null,"edge":null,"problem":"wrong","key":"2c","qualifier":null,"expected":2,"found":1152921504606846976,' +
  '"touchedBy":[{"position":"e1-p0-7","op":"INSERT"}]}}\n';
const SUMMARY =
  '{"summary":{"table":"shop.wish","position":"e1-p0-9","states":4,"activeEdges":3,"rows":20,"found":1,"listed":1,' +
  '"repaired":null,"left":1}}\n';

async function readAll(body: string) {
  const script = new ScriptedFetch({ status: 200, body });
  const client = new ActionbaseClient({ url: 'http://db.test', fetch: script.fetch });
  const lines: AuditLine[] = [];
  for await (const line of client.audit('shop', 'wish', { repair: true, ratePerS: 100 })) lines.push(line);
  return { lines, sent: script.sent };
}

test('an audit is asked for with its body, and its lines are read with all that they tell', async () => {
  const { lines, sent } = await readAll(PROGRESS + DIFFERENCE + SUMMARY);
  assert.deepEqual(
    sent.map(({ method, url, body }) => [method, url, body]),
    [['POST', 'http://db.test/actionbase/v1/audit', '{"database":"shop","table":"wish","repair":true,"ratePerS":100}']],
  );
  const [progress, difference, summary] = lines;
  assert.deepEqual(progress?.kind === 'progress' && progress.progress.rows, 250);
  assert.ok(difference?.kind === 'difference' && summary?.kind === 'summary');
  assert.equal(difference.difference.found, 2n ** 60n);
  assert.deepEqual(difference.difference.touchedBy, [{ position: 'e1-p0-7', op: 'INSERT' }]);
  assert.deepEqual([summary.summary.left, summary.summary.repaired, summary.summary.position], [1, null, 'e1-p0-9']);
});

test('an audit that breaks off throws what its last line tells, or that the line is missing', async () => {
  const error = '{"error":{"status":503,"code":"audit-unsettled","message":"m","retry":"later"}}\n';
  const isError = (code: string) => (thrown: unknown) => thrown instanceof ActionbaseError && thrown.code === code;
  await assert.rejects(readAll(PROGRESS + error), isError('audit-unsettled'));
  await assert.rejects(readAll(PROGRESS + DIFFERENCE), isError('connection-lost'));
});
