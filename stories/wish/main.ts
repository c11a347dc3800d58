/** `npm run story -- wish`: the wish story on a real MariaDB and a real Redis. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { MariaDb } from '../../e2e/servers/mariadb.ts';
import { RedisServer } from '../../e2e/servers/redis.ts';
import { runLegacyChapter } from './legacy/run-legacy-chapter.ts';

/** Installs MariaDB and Redis where they are missing. */
const INSTALL = join(import.meta.dirname, '../../scripts/install-components.sh');

const HELP = `Usage: npm run story -- wish [--size small|full] [--report DIR]

Shows a wish list as one finds it, in a table of MariaDB with a batch and counts in Redis, and what is wrong with it.
  --size     small: 50,000 wishes, a minute (the default); full: more than five million
  --report   where the tables of figures go (stories/wish/report)

Exit code 1 when something was not as promised.`;

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    size: { type: 'string', default: 'small' },
    report: { type: 'string', default: join(import.meta.dirname, 'report') },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(HELP);
// Whatever still runs belongs to a story that failed.
else process.exit(await tell());

async function tell(): Promise<number> {
  const { size, report } = values;
  if (size !== 'small' && size !== 'full') {
    console.error(`--size ${size}: expected small or full`);
    return 2;
  }
  const installed = spawnSync(INSTALL, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (installed.status !== 0) return 1;
  await using mariadb = await MariaDb.start({ bufferPoolMb: size === 'full' ? 1_024 : 128 });
  await using redis = await RedisServer.start();
  try {
    await runLegacyChapter({ size, mariadb, redis, report, print: (line) => console.log(line) });
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? `${error.name}: ${error.message}` : error);
    return 1;
  }
}
