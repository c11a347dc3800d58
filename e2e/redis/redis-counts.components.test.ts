import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { SystemClock } from '@actionbase/adapter-node/system-clock';
import { BATCH_KEYS_MAX } from '@actionbase/adapter-redis/limits';
import { RedisCounts } from '@actionbase/adapter-redis/redis-counts';
import { Failure } from '@actionbase/core/failure';
import { type LegacyCountsHome, legacyCountsContract } from '@actionbase/ports/contracts/legacy-counts';
import { Redis } from 'ioredis';
import { RedisServer } from '../servers/redis.ts';

const prefix = 'wishers:';

legacyCountsContract('Redis, killed by kill -9', makeHome);

async function makeHome(): Promise<LegacyCountsHome> {
  const server = await RedisServer.start();
  return {
    open: () => openCounts(server),
    async crash(counts) {
      await server.kill();
      await server.launch();
      await counts[Symbol.asyncDispose]();
      return openCounts(server);
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function openCounts({ host, port }: RedisServer, callMs = 5_000): Promise<RedisCounts> {
  return RedisCounts.open({ host, port, prefix, clock: new SystemClock(), callMs });
}

describe('RedisCounts', () => {
  let server: RedisServer;
  before(async () => {
    server = await RedisServer.start();
  });
  after(() => server[Symbol.asyncDispose]());

  it('C1 takes back what a failing batch has added, and leaves its order alone', async () => {
    await using counts = await openCounts(server);
    await counts.set(new Map([['wishers:full', 2n ** 63n - 1n]]));
    await counts.set(new Map([['wishers:old', 4n]]));
    const deltas = new Map([
      ['wishers:old', 1n],
      ['wishers:new', -3n],
      ['wishers:full', 1n],
    ]);
    await assert.rejects(counts.add({ name: 'wish', order: 1n, deltas }), (error) => {
      assert.ok(error instanceof Failure);
      assert.equal(error.code, 'legacy-refused');
      return error.message.includes('wishers:full');
    });
    const keys = ['wishers:old', 'wishers:new', 'wishers:full'];
    assert.deepEqual(await counts.get(keys), [4n, undefined, 2n ** 63n - 1n]);
    assert.equal(await counts.added('wish'), undefined);
  });

  it('names the key under which there is no integer', async () => {
    await using counts = await openCounts(server);
    await send(server, (redis) => redis.set('wishers:text', 'many'));
    await assert.rejects(counts.get(['wishers:text']), { code: 'legacy-refused', message: /many.*wishers:text/ });
    await send(server, (redis) => redis.del('wishers:text'));
  });

  it('scans the keys of its prefix only, whatever the prefix means in a pattern', async () => {
    await send(server, (redis) => redis.mset('w[*]1', '1', 'w*2', '2', 'other', 'text'));
    await using counts = await RedisCounts.open({ ...server, prefix: 'w[*]', clock: new SystemClock() });
    const found: string[] = [];
    for await (const page of counts.scan()) found.push(...page.keys());
    assert.deepEqual(found, ['w[*]1']);
  });

  it('refuses a batch with more counts than one script may have', async () => {
    await using counts = await openCounts(server);
    const deltas = new Map(Array.from({ length: BATCH_KEYS_MAX + 1 }, (_, index) => [`wishers:${index}`, 1n]));
    await assert.rejects(counts.add({ name: 'large', order: 1n, deltas }), { code: 'legacy-refused' });
    deltas.delete('wishers:0');
    await counts.add({ name: 'large', order: 1n, deltas });
    assert.equal(await counts.added('large'), 1n);
  });
});

describe('RedisCounts without its server', () => {
  it('fails as unavailable when the time of a call is over, and goes on when the server is back', async () => {
    await using server = await RedisServer.start();
    await using counts = await openCounts(server, 300);
    await counts.set(new Map([['wishers:a', 1n]]));
    await server.kill();
    await assert.rejects(counts.get(['wishers:a']), { code: 'legacy-unavailable' });
    await assert.rejects(openCounts(server, 300), { code: 'legacy-unavailable' });
    await server.launch();
    await using patient = await openCounts(server);
    assert.deepEqual(await patient.get(['wishers:a']), [1n]);
  });

  it('fails as unavailable when the server hangs with its connections open', async () => {
    await using server = await RedisServer.start();
    await using counts = await openCounts(server, 300);
    server.freeze();
    await assert.rejects(counts.get(['wishers:a']), { code: 'legacy-unavailable' });
    server.thaw();
  });

  it('a call that waits outlives a restart of the server', async () => {
    await using server = await RedisServer.start();
    await using counts = await openCounts(server, 60_000);
    await server.kill();
    const added = counts.add({ name: 'wish', order: 1n, deltas: new Map([['wishers:a', 1n]]) });
    await server.launch();
    await added;
    assert.deepEqual(await counts.get(['wishers:a']), [1n]);
  });
});

/** Does what no adapter would do, with a client of its own. */
async function send(server: RedisServer, run: (redis: Redis) => Promise<unknown>): Promise<void> {
  const redis = new Redis(server.port, server.host);
  try {
    await run(redis);
  } finally {
    redis.disconnect();
  }
}
