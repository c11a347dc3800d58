/**
 * The dependency graph of a Debian package index: loaded, asked, compared with counts made by awk alone, and all of it
 * again with `kill -9` in the middle of the load.
 *
 *     npm run example -- debian [--file PATH] [--limit PACKAGES] [--seed N] [--json]
 *
 * Exit code 0 when every count agrees, 1 when one doesn't or something failed.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ExampleFailure } from '../driver/example-failure.ts';
import { printSummary } from './print-summary.ts';
import { type ExampleOptions, runExample } from './run-example.ts';

const help = `npm run example -- debian [flags]

  --file PATH         a Packages file, plain, .gz or .xz; without it: what apt-cache dumpavail prints
  --limit N           only the first N paragraphs of it
  --needed NAME       the package of the questions "who depends on" (libc6)
  --needing NAME      the package of the question "what does it depend on" (git)
  --requests N        how often each question is asked (2000)
  --batch N           edges in one request of the load (250)
  --concurrency N     requests of the load under way at once (8)
  --seed N            decides where the loader and the server are killed (by chance, and printed)
  --json              one JSON document on standard output; the steps go to standard error
`;

type Flags = ReturnType<typeof parseFlags>;

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    const flags = parseFlags();
    if (!flags.help) return await run(flags);
    console.log(help);
    return 0;
  } catch (error) {
    if (!(error instanceof ExampleFailure)) throw error;
    console.error(error.message);
    return 1;
  }
}

async function run(flags: Flags): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'actionbase-debian-'));
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  process.on('exit', removeFolder);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  const tell = flags.json ? console.error : console.log;
  const result = await runExample({ ...readOptions(flags), folder, tell });
  if (flags.json) console.log(JSON.stringify(result, null, 2));
  else console.log(printSummary(result));
  return result.plain.comparison.differences.length + result.killed.comparison.differences.length === 0 ? 0 : 1;
}

function parseFlags() {
  try {
    return parseArgs({
      options: {
        file: { type: 'string' },
        limit: { type: 'string' },
        needed: { type: 'string', default: 'libc6' },
        needing: { type: 'string', default: 'git' },
        requests: { type: 'string', default: '2000' },
        batch: { type: 'string', default: '250' },
        concurrency: { type: 'string', default: '8' },
        seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000)) },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new ExampleFailure(`${error instanceof Error ? error.message : String(error)}\n\n${help}`);
  }
}

function readOptions(flags: Flags): Omit<ExampleOptions, 'folder' | 'tell'> {
  return {
    file: flags.file,
    limit: flags.limit === undefined ? undefined : readNumber('limit', flags.limit),
    needed: flags.needed,
    needing: flags.needing,
    requests: readNumber('requests', flags.requests),
    batch: readNumber('batch', flags.batch),
    concurrency: readNumber('concurrency', flags.concurrency),
    seed: readNumber('seed', flags.seed),
  };
}

function readNumber(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text) && (Number(text) > 0 || name === 'seed')) return Number(text);
  throw new ExampleFailure(`--${name} is "${text}"; expected a whole number of at most nine digits, 1 or more`);
}
