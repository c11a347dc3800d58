import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { MariaDb } from '../../../e2e/servers/mariadb.ts';
import { RedisServer } from '../../../e2e/servers/redis.ts';
import { runLegacyChapter } from './run-legacy-chapter.ts';

test('WISH-01 to WISH-05 the old service is shown with what is wrong with it', async (t) => {
  await using mariadb = await MariaDb.start({ bufferPoolMb: 64 });
  await using redis = await RedisServer.start();
  const report = await mkdtemp(join(tmpdir(), 'actionbase-wish-'));
  try {
    const { steps } = await runLegacyChapter({
      size: 'small',
      mariadb,
      redis,
      report,
      print: (line) => t.diagnostic(line),
    });
    const ids = new Set(steps.flatMap((step) => step.ids));
    assert.deepEqual([...ids].sort(), ['WISH-01', 'WISH-02', 'WISH-03', 'WISH-04', 'WISH-05']);
    const printed = await readFile(join(report, 'legacy.md'), 'utf8');
    for (const { title } of steps) assert.ok(printed.includes(title), `the report does not have "${title}"`);
  } finally {
    await rm(report, { recursive: true, force: true });
  }
});
