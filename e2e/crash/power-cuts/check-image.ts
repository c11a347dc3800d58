/**
 * Starts the real server on data directories that a power cut may have left, one after the other, and says of each on a line
 * what is wrong with it: `node check-image.ts FILE…`, each file a JSON of `ImageToCheck`.
 */
import { readFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { SystemClock } from '@actionbase/adapter-node/system-clock';
import { SystemRandom } from '@actionbase/adapter-node/system-random';
import { openInstance } from '@actionbase/server/composition';
import { defaultConfig } from '@actionbase/server/config/read-config';
import { startServer } from '@actionbase/server/server';
import { inspect } from '../inspect.ts';
import { compareAll } from '../workload/read-edges.ts';
import type { SentRequest } from '../workload/writer.ts';
import { ledgerAt } from './ledger-at.ts';

export interface ImageToCheck {
  readonly directory: string;
  readonly writers: number;
  /** Whether the tables had been answered for: before that, nothing else was. */
  readonly hasTables: boolean;
  readonly requests: readonly SentRequest[];
  /** Ids of the requests that were answered, or about to be. */
  readonly told: readonly string[];
}

export interface CheckedImage {
  readonly directory: string;
  readonly violations: readonly string[];
}

for (const path of process.argv.slice(2)) {
  const image: ImageToCheck = JSON.parse(await readFile(path, 'utf8'));
  const checked: CheckedImage = { directory: image.directory, violations: await check(image) };
  process.stdout.write(`${JSON.stringify(checked)}\n`);
}

async function check(image: ImageToCheck): Promise<readonly string[]> {
  try {
    const shown = await compareShown(image);
    return [...shown, ...(await inspect(image.directory))];
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
}

async function compareShown({ directory, writers, hasTables, requests, told }: ImageToCheck): Promise<string[]> {
  await using server = await startServer(defaultConfig({ port: 0, dataDir: directory, requestLog: false }), {
    clock: new SystemClock(),
    random: new SystemRandom(),
    open: openInstance,
    writeLog: () => undefined,
    onNotice: () => undefined,
  });
  if (!hasTables) return [];
  const agent = new Agent();
  const { ledger, violations } = ledgerAt(requests, new Set(told));
  const compared = await compareAll({ port: server.port, agent, writers }, ledger);
  agent.destroy();
  return [...violations, ...compared];
}
