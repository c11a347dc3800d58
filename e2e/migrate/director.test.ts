/**
 * Goal: the director and the way back keep both sides right over a real server, through its HTTP API: aliases as fences, the
 * CDC stream. Method: writers never stop while the truth moves there and back; the old side is in memory.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { NodeDisk } from '@actionbase/adapter-node/node-disk';
import { SystemClock } from '@actionbase/adapter-node/system-clock';
import { SystemRandom } from '@actionbase/adapter-node/system-random';
import { ActionbaseClient } from '@actionbase/client';
import { ClientNewFeed } from '@actionbase/migrate/back/new-feed';
import { WayBack } from '@actionbase/migrate/back/way-back';
import { Director } from '@actionbase/migrate/direct/director';
import { fenceAlias } from '@actionbase/migrate/direct/route-write';
import { printSettings } from '@actionbase/migrate/direct/settings';
import { AliasFences } from '@actionbase/migrate/operate/alias-fences';
import { SmallCounts } from '@actionbase/migrate/testing/small-counts';
import { SmallLegacy } from '@actionbase/migrate/testing/small-legacy';
import { WISH } from '@actionbase/migrate/testing/small-world';
import { startTestServer } from '@actionbase/server/testing/test-server';

/** Closes the fence, waits for the way back, holds the old side, and settles: as a coordinator does. */
async function move({ client, legacy, wayBack }: Sides, newBuckets: number): Promise<void> {
  const { revision } = legacy.map;
  const fences = new AliasFences(client, WISH.to);
  await fences.open(revision + 1);
  await wayBack.caughtUpTo(await fences.close(revision));
  await using hold = await legacy.hold();
  await hold.settle(newBuckets);
}

interface Sides {
  readonly client: ActionbaseClient;
  readonly legacy: SmallLegacy;
  readonly counts: SmallCounts;
  readonly wayBack: WayBack;
}

async function makeTables(client: ActionbaseClient): Promise<void> {
  await client.databases.create({ database: 'shop' });
  const properties = [{ name: 'note', type: 'string', nullable: true }] as const;
  await client.tables.create('shop', { table: 'wish', schema: { source: 'long', target: 'string', properties } });
  await client.aliases.create('shop', { alias: fenceAlias('wish', 1), table: 'wish' });
}

test('WISH-17, WISH-18, WISH-19 the truth moves there and back under load: no user error, and both sides end equal', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'actionbase-director-'));
  await using server = await startTestServer();
  const client = new ActionbaseClient({ url: server.url });
  await makeTables(client);
  const legacy = new SmallLegacy();
  await legacy.announce('wish', printSettings({ stage: 'ramp' }));
  const clock = new SystemClock();
  const counts = new SmallCounts();
  const feed = new ClientNewFeed(client, WISH.to);
  const wayBack = await WayBack.open({ migration: WISH, legacy, counts: new Map([['wishers', counts]]), feed, clock });
  const parts = { migration: WISH, legacy, client, disk: new NodeDisk(folder), clock, random: new SystemRandom() };
  const directors = await Promise.all(['a', 'b'].map((directory) => Director.open({ ...parts, directory })));
  let isOver = false;
  try {
    const last = new Map<string, string | undefined>();
    const writers = [0, 1, 2, 3].map(async (writer) => {
      for (let count = 0; !isOver; count += 1) {
        const [source, target] = [writer * 100 + (count % 40), count % 3 === 0 ? 'a' : 'b'];
        const note = count % 5 === 0 ? undefined : `note ${count}`;
        const director = directors[count % 2];
        await director?.write(
          note === undefined ? { kind: 'delete', source, target } : { source, target, properties: { note } },
        );
        last.set(JSON.stringify([String(source), target]), note);
      }
    });
    for (const newBuckets of [10, 500, 1_000, 300, 0, 1_000]) {
      await move({ client, legacy, counts, wayBack }, newBuckets);
      const writes = (): number =>
        directors.reduce((sum, each) => sum + each.report().writes.new + each.report().writes.legacy, 0);
      const before = writes();
      while (writes() < before + 60) await clock.sleep(1);
    }
    isOver = true;
    await Promise.all(writers);
    await wayBack.caughtUpTo(await new AliasFences(client, WISH.to).close(0));
    for (const [key, note] of last) {
      const [source = '', target = '']: readonly string[] = JSON.parse(key);
      assert.equal(legacy.rows.get(key)?.values?.note, note, key);
      assert.equal((await client.table('shop', 'wish').get(source, target))?.properties.note, note, key);
    }
    for (const target of ['a', 'b']) {
      const rows = [...legacy.rows.keys()].filter((key) => key.endsWith(`"${target}"]`)).length;
      assert.equal(await client.table('shop', 'wish').count(target, 'IN'), rows);
      assert.equal(counts.counts.get(`wishers:${target}`), BigInt(rows));
    }
  } finally {
    isOver = true;
    for (const director of directors) await director[Symbol.asyncDispose]();
    await wayBack[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  }
});
