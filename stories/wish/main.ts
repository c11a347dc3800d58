/** `npm run story -- wish`: both chapters of the wish story on a real MariaDB, a real Redis and a real server of Actionbase. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { MariaDb } from '../../e2e/servers/mariadb.ts';
import { RedisServer } from '../../e2e/servers/redis.ts';
import { runLegacyChapter } from './legacy/run-legacy-chapter.ts';
import { runMigrationChapter } from './run/run-migration-chapter.ts';
import { printFigures } from './run/story-figures.ts';

/** Installs MariaDB and Redis where they are missing. */
const INSTALL = join(import.meta.dirname, '../../scripts/install-components.sh');

const HELP = `Usage: npm run story -- wish [--size small|full] [--chapter legacy|migration] [--report DIR]

Shows a wish list whose truth moves from MariaDB and Redis to Actionbase while users write and read all the time.
  --size     small: 50,000 wishes, minutes (the default); full: more than five million
  --chapter  only one of the two
  --report   where the tables of figures go (stories/wish/report)

The last line is one JSON object. Exit code 1 when something was not as promised.`;

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    size: { type: 'string', default: 'small' },
    chapter: { type: 'string' },
    report: { type: 'string', default: join(import.meta.dirname, 'report') },
    help: { type: 'boolean', default: false },
  },
});

// What was started is ended when this process exits.
process.once('SIGINT', () => process.exit(130)).once('SIGTERM', () => process.exit(143));
if (values.help) console.log(HELP);
// Whatever still runs belongs to a story that failed.
else process.exit(await tell());

async function tell(): Promise<number> {
  const { size, chapter, report } = values;
  if (size !== 'small' && size !== 'full') {
    console.error(`--size ${size}: expected small or full`);
    return 2;
  }
  const installed = spawnSync(INSTALL, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (installed.status !== 0) return 1;
  await using mariadb = await MariaDb.start({ bufferPoolMb: size === 'full' ? 1_024 : 128 });
  await using redis = await RedisServer.start();
  const options = { size, mariadb, redis, report, print: (line: string) => console.log(line) } as const;
  try {
    if (chapter !== 'migration') await runLegacyChapter(options);
    if (chapter === 'legacy') return 0;
    console.log(printFigures(await runMigrationChapter(options)));
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? `${error.name}: ${error.message}` : error);
    return 1;
  }
}
