/**
 * Goal: a follower of the streams misses nothing and gets nothing twice over a crash. Method: a real server is killed while
 * a writer and two followers are at work; they go on with the last position at its successor.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ActionbaseClient, type LogLine } from '@actionbase/client';
import { killServer, type ServerUnderTest, startServer } from './crash/server.ts';

const folder = mkdtempSync(join(tmpdir(), 'actionbase-streams-'));

function clientOf(server: ServerUnderTest): ActionbaseClient {
  return new ActionbaseClient({ url: `http://127.0.0.1:${server.port}`, retries: 0 });
}

/** Reads until the server is gone, or until the record of `last` came. */
async function follow(
  client: ActionbaseClient,
  stream: 'wal' | 'cdc',
  seen: LogLine[],
  last?: string,
): Promise<string> {
  const from = seen.at(-1)?.position ?? 'first';
  const reader = client.log[stream]({ from, table: 'shop.wish', follow: true, patienceMs: 0 });
  try {
    for await (const line of reader) {
      seen.push(line);
      if (line.key === last) break;
    }
  } catch {
    // The server was killed.
  }
  return reader.position ?? from;
}

test('L5 followers that go on with their last position after kill -9 have every acknowledged edge once', async () => {
  try {
    const first = await startServer(folder);
    const client = clientOf(first);
    await client.databases.create({ database: 'shop' });
    const schema = { source: 'long', target: 'string', properties: [{ name: 'at', type: 'long' }] } as const;
    await client.tables.create('shop', { table: 'wish', schema });
    const seen = { wal: [] as LogLine[], cdc: [] as LogLine[] };
    const followers = [follow(client, 'wal', seen.wal), follow(client, 'cdc', seen.cdc)];
    const acknowledged: string[] = [];
    const write = async (to: ActionbaseClient, from: number, count: number): Promise<void> => {
      for (let at = from; at < from + count; at += 1) {
        await to.table('shop', 'wish').insert({ version: at, source: at, target: 'a', properties: { at } });
        acknowledged.push(`${at}:a`);
        if (at === 150) first.child.kill('SIGKILL');
      }
    };
    await write(client, 1, 1_000_000).catch(() => undefined);
    await killServer(first);
    await Promise.all(followers);
    assert.ok(acknowledged.length >= 150 && seen.cdc.length > 0);

    const second = await startServer(folder);
    const again = clientOf(second);
    await write(again, 2_000_000, 20);
    await Promise.all([follow(again, 'wal', seen.wal, '2000019:a'), follow(again, 'cdc', seen.cdc, '2000019:a')]);
    for (const lines of [seen.wal, seen.cdc]) {
      const keys = lines.map(({ key }) => key);
      assert.equal(new Set(keys).size, keys.length);
      // What was not acknowledged may be there too: at most the one that was under way.
      const extra = keys.filter((key) => !acknowledged.includes(key));
      assert.ok(extra.length <= 1, extra.join());
      assert.deepEqual(
        keys.filter((key) => !extra.includes(key)),
        acknowledged,
      );
    }
    await killServer(second);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
