import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { MariaDb } from '../../../e2e/servers/mariadb.ts';
import { RedisServer } from '../../../e2e/servers/redis.ts';
import { runMigrationChapter } from './run-migration-chapter.ts';

test('WISH-06 to WISH-25 the truth of the wish list moves and no user notices', { timeout: 1_500_000 }, async (t) => {
  await using mariadb = await MariaDb.start({ bufferPoolMb: 64 });
  await using redis = await RedisServer.start();
  const report = await mkdtemp(join(tmpdir(), 'actionbase-wish-'));
  try {
    const print = (line: string): void => t.diagnostic(line);
    const figures = await runMigrationChapter({ size: 'small', mariadb, redis, report, print });
    assert.equal(figures.failedRequests, 0);
    assert.equal(figures.lostWrites, 0);
    assert.equal(figures.faultsFound, figures.faultsPlanted);
  } finally {
    await rm(report, { recursive: true, force: true });
  }
});
