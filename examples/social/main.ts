/**
 * "Build your social app" with the typed client: posts, likes and follows, a profile and a feed.
 *
 *     npm run example -- social [--url URL] [--database NAME]
 *
 * Exit code 0 when every step saw what it should.
 */
import { AssertionError } from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ActionbaseClient, ActionbaseError } from '@actionbase/client';
import { ExampleServer } from '../driver/example-server.ts';
import { runTour } from './run-tour.ts';

const help = `npm run example -- social [flags]

  --url URL           a server that runs already; without it: one of its own, on an empty data directory
  --database NAME     the database to make, which must not exist yet (social)
`;

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    const { values: flags } = parseArgs({
      options: {
        url: { type: 'string' },
        database: { type: 'string', default: 'social' },
        help: { type: 'boolean', default: false },
      },
    });
    if (flags.help) console.log(help);
    else if (flags.url === undefined) await runOnOwnServer(flags.database);
    else await run(flags.url, flags.database);
    return 0;
  } catch (error) {
    const isForPeople = error instanceof ActionbaseError || error instanceof AssertionError || isBadFlag(error);
    if (!isForPeople) throw error;
    console.error(error.message);
    return 1;
  }
}

async function runOnOwnServer(database: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'actionbase-social-'));
  try {
    await using server = await ExampleServer.start(folder);
    await run(server.url, database);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

async function run(url: string, database: string): Promise<void> {
  const client = new ActionbaseClient({ url, actor: 'zipdoki' });
  // Versions must grow from one act to the next, also within a millisecond.
  let lastMs = 0;
  const nowMs = (): number => {
    lastMs = Math.max(Date.now(), lastMs + 1);
    return lastMs;
  };
  await runTour({ client, database, tell: console.log, nowMs });
}

function isBadFlag(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
