import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '@actionbase/core/failure';
import { portFailures } from '@actionbase/ports/failures';
import type { Log } from '@actionbase/ports/log';
import { aShop, wishesOf, wishItem } from '../testing/a-shop.ts';
import { override } from '../testing/override.ts';

test('mutations that are too large for one frame together are appended again in several', async () => {
  const wrapLog = (log: Log): Log =>
    override(log, 'append', (partition, entries) => {
      const bytes = entries.reduce((sum, entry) => sum + entry.length, 0);
      if (bytes > 4_000) return Promise.reject(new Failure(portFailures['log-rejected'], 'too large'));
      return log.append(partition, entries);
    });
  await using instance = await aShop({ wrapLog, limits: { frameBytesMax: 2_000 } });
  const color = 'x'.repeat(1_200);
  await Promise.all(
    Array.from({ length: 6 }, (_, place) =>
      instance.mutate('wish', [{ ...wishItem, target: `sku-${place}`, properties: { at: 1, color } }], {
        mode: 'ASYNC',
      }),
    ),
  );
  await instance.settle();
  assert.equal(instance.engine.isQueueEmpty, true);
  assert.equal(await wishesOf(instance, 7n), 6n);
});

test('L2 an asynchronous record of a foreign log that comes again changes nothing', async () => {
  await using instance = await aShop();
  const origin = { name: 'binlog', position: 5n };
  await instance.mutate('wish', [wishItem], { mode: 'ASYNC', origin });
  await instance.settle();
  await instance.mutate('wish', [{ ...wishItem, type: 'DELETE' }]);
  assert.equal(await wishesOf(instance, 7n), 0n);
  await Promise.all([
    instance.mutate('wish', [wishItem], { mode: 'ASYNC', origin }),
    instance.mutate('wish', [{ ...wishItem, source: 8 }], { mode: 'ASYNC' }),
  ]);
  await instance.settle();
  assert.equal(await wishesOf(instance, 8n), 1n);
  assert.equal(await wishesOf(instance, 7n), 0n);
});

test('a foreign log may not use the name of the queue', async () => {
  await using instance = await aShop();
  await assert.rejects(instance.mutate('wish', [wishItem], { origin: { name: 'queue', position: 1n } }));
});

test('the queue begins to read where the first asynchronous mutation stands, not where the log begins', async () => {
  const read: number[] = [];
  const wrapLog = (log: Log): Log =>
    override(log, 'read', (partition, from, limits) => {
      if (limits.frames > 1) read.push(from);
      return log.read(partition, from, limits);
    });
  await using instance = await aShop({ wrapLog });
  for (let version = 11n; version <= 30n; version++) await instance.mutate('wish', [{ ...wishItem, version }]);
  const { end } = instance.log.bounds(0);
  await instance.mutate('wish', [{ ...wishItem, source: 8 }], { mode: 'ASYNC' });
  await instance.settle();
  assert.equal(await wishesOf(instance, 8n), 1n);
  assert.ok(Math.min(...read) >= end, `it read from ${Math.min(...read)}, the mutation stands at ${end}`);
});
