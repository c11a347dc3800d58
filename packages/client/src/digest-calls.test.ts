import assert from 'node:assert/strict';
import test from 'node:test';
import { ActionbaseClient } from './actionbase-client.ts';
import { ActionbaseError } from './actionbase-error.ts';
import { ScriptedFetch } from './testing/scripted-fetch.ts';

const PROGRESS = '{"progress":{"rows":500,"edges":3}}\n';
const EDGE = '{"edge":{"version":1152921504606846976,"source":7,"target":"lamp","properties":{"at":5,"color":null}}}\n';
const MULTI = '{"edge":{"version":3,"id":100,"source":7,"target":"lamp","properties":{}}}\n';
const DIGEST =
  '{"digest":{"table":"shop.wish","position":"e1-p0-9","edges":3,"buckets":[{"bucket":346,"rows":3,"sum":"ffffffffffffffff"}]}}\n';

function asked(body: string) {
  const script = new ScriptedFetch({ status: 200, body });
  return { script, client: new ActionbaseClient({ url: 'http://db.test', fetch: script.fetch }) };
}

test('a digest has a sum for every bucket, those without edges included', async () => {
  const { script, client } = asked(PROGRESS + DIGEST);
  const told: number[][] = [];
  const onProgress = (rows: number, edges: number): void => void told.push([rows, edges]);
  const digest = await client.digest('shop', 'wish', { fields: ['source', 'at'], onProgress });
  const [sent] = script.sent;
  assert.equal(sent?.url, 'http://db.test/actionbase/v1/digest');
  assert.equal(sent?.body, '{"database":"shop","table":"wish","fields":["source","at"]}');
  assert.deepEqual([digest.position, digest.edges, digest.sums.length], ['e1-p0-9', 3, 1_000]);
  assert.deepEqual(digest.sums[346], { rows: 3, sum: 2n ** 64n - 1n });
  assert.deepEqual(digest.sums[0], { rows: 0, sum: 0n });
  assert.deepEqual(told, [[500, 3]]);
});

test('the edges of a bucket are read with all that they have', async () => {
  const { script, client } = asked(EDGE + MULTI + DIGEST);
  const { position, edges } = await client.bucketEdges('shop', 'wish', { fields: ['source'], bucket: 346 });
  assert.equal(script.sent[0]?.body, '{"database":"shop","table":"wish","fields":["source"],"bucket":346}');
  assert.equal(position, 'e1-p0-9');
  assert.deepEqual(edges, [
    { version: 2n ** 60n, source: 7, target: 'lamp', properties: { at: 5, color: null } },
    { version: 3, id: 100, source: 7, target: 'lamp', properties: {} },
  ]);
});

test('a digest that breaks off throws what its last line tells, or that the line is missing', async () => {
  const error = '{"error":{"status":503,"code":"digest-unsettled","message":"m","retry":"later"}}\n';
  const isError = (code: string) => (thrown: unknown) => thrown instanceof ActionbaseError && thrown.code === code;
  const read = (body: string) => asked(body).client.digest('shop', 'wish', { fields: ['source'] });
  await assert.rejects(read(PROGRESS + error), isError('digest-unsettled'));
  await assert.rejects(read(PROGRESS + EDGE), isError('connection-lost'));
});
