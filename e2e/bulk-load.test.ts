import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ActionbaseClient, type EdgeInput } from '@actionbase/client';
import { bucketOfText, digestText, hashOfText } from '@actionbase/core/digest/row-digest';
import { killServer, type ServerUnderTest, startServer } from './crash/server.ts';

const EDGES = 24_000;
const KILLS = 3;
const FIELDS = ['source', 'target', 'at'] as const;

const schema = {
  type: 'EDGE',
  source: { type: 'long', comment: '' },
  target: { type: 'long', comment: '' },
  direction: 'BOTH',
  properties: [{ name: 'at', type: 'long', comment: '', nullable: false }],
  indexes: [{ index: 'newest', fields: [{ field: 'at', order: 'DESC' }], comment: '' }],
} as const;

function edgeOf(nth: number): EdgeInput {
  const [source, target] = [Math.floor(nth / 8), (nth * 7_919) % 5_003];
  return { version: 1_000 + nth, source, target, properties: { at: nth } };
}

function* edgesFrom(first: number): Generator<EdgeInput> {
  for (let nth = first; nth < EDGES; nth++) yield edgeOf(nth);
}

function clientOf({ port }: ServerUnderTest): ActionbaseClient {
  return new ActionbaseClient({ url: `http://127.0.0.1:${port}`, retries: 0 });
}

/** Loads from an edge on until the server dies in the middle of it; tells how many edges of all are acknowledged. */
async function loadUntilKilled(server: ServerUnderTest, from: number): Promise<number> {
  let reached = from;
  let dying: Promise<void> | undefined;
  const onAcknowledged = ({ edges }: { edges: number }): void => {
    reached = from + edges;
    // Two more requests are on their way, at any point of theirs.
    if (edges >= 3_000) dying ??= killServer(server);
  };
  const load = clientOf(server).table('shop', 'wish').load(edgesFrom(from), { batch: 500, onAcknowledged });
  await assert.rejects(load);
  await dying;
  return reached;
}

/** Another writer, who goes on meanwhile: its edges have sources of their own. */
async function writeBeside(client: ActionbaseClient, nth: number): Promise<void> {
  await client.table('shop', 'wish').insert({ version: 1, source: 1_000_000 + nth, target: 1, properties: { at: 1 } });
}

/**
 * Goal: a bulk load that is killed in the middle is resumed where its sender left off, and nothing is lost, doubled or wrong.
 * Method: a real server is killed three times under a load; each time the load goes on behind the last acknowledged edge.
 */
test('L1 L3 WISH-09 a load goes on after kills of the server, and every derived row is right', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'bulk-load-'));
  let server = await startServer(directory);
  try {
    await clientOf(server).databases.create({ database: 'shop', comment: '' });
    const table = { table: 'wish', schema, mode: 'SYNC', storage: 'datastore://shop/wish', comment: '' } as const;
    await clientOf(server).tables.create('shop', table);
    let reached = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      await writeBeside(clientOf(server), kill);
      reached = await loadUntilKilled(server, reached);
      server = await startServer(directory);
    }
    const client = clientOf(server);
    await client.table('shop', 'wish').load(edgesFrom(reached), { batch: 500 });
    await assertAllThere(client);
    await assertAuditClean(client);
  } finally {
    await killServer(server);
    await rm(directory, { recursive: true, force: true });
  }
});

async function assertAllThere(client: ActionbaseClient): Promise<void> {
  const { edges, sums } = await client.digest('shop', 'wish', { fields: FIELDS });
  const rows = new Array<number>(sums.length).fill(0);
  const hashes = new Array<bigint>(sums.length).fill(0n);
  const add = ({ source, target, properties }: EdgeInput): void => {
    const texts = [String(source), String(target), String(properties?.at)];
    const bucket = bucketOfText(String(source));
    rows[bucket] = (rows[bucket] ?? 0) + 1;
    hashes[bucket] = BigInt.asUintN(64, (hashes[bucket] ?? 0n) + hashOfText(digestText(texts)));
  };
  for (const edge of edgesFrom(0)) add(edge);
  for (let nth = 0; nth < KILLS; nth++) add({ version: 1, source: 1_000_000 + nth, target: 1, properties: { at: 1 } });
  assert.equal(edges, EDGES + KILLS);
  assert.deepEqual(
    sums,
    rows.map((count, bucket) => ({ rows: count, sum: hashes[bucket] })),
  );
}

async function assertAuditClean(client: ActionbaseClient): Promise<void> {
  for await (const line of client.audit('shop', 'wish', { ratePerS: 1_000_000 })) {
    if (line.kind === 'summary') assert.deepEqual([line.summary.found, line.summary.activeEdges], [0, EDGES + KILLS]);
  }
}
