import { mkdtemp, rm } from 'node:fs/promises';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { printTableSchema } from '@actionbase/core/wire/schema-json';
import { wishSchema } from '@actionbase/engine/testing/wish-tables';
import { SeededRandom } from '@actionbase/ports/memory/seeded-random';
import { inspect } from './inspect.ts';
import { Ledger } from './ledger.ts';
import { killServer, type ServerUnderTest, startServer } from './server.ts';
import { ask, count, SOURCES, show, write } from './writer.ts';

export interface CrashOptions {
  readonly rounds: number;
  readonly seed: number;
  readonly writers: number;
  /** Longest time between the first write of a round and the kill, milliseconds. */
  readonly killWithinMs: number;
  readonly onRound: (round: CrashRound) => void;
}

export interface CrashRound {
  readonly round: number;
  readonly acknowledged: number;
  readonly unknown: number;
  readonly violations: readonly string[];
}

export interface CrashResult {
  readonly kills: number;
  readonly acknowledged: number;
  readonly unknown: number;
  readonly violations: readonly string[];
}

/** How often the data directory is opened and recounted between two rounds. */
const INSPECT_EVERY = 5;

/**
 * Kills a server with SIGKILL at random moments under writing clients, again and again on one data directory, and compares
 * what it shows after each start with the ledger of acknowledged mutations. Every few rounds the directory is opened and
 * every table recounted.
 */
export async function runCrashes(options: CrashOptions): Promise<CrashResult> {
  const directory = await mkdtemp(join(tmpdir(), 'actionbase-crash-'));
  const ledger = new Ledger();
  const random = new SeededRandom(options.seed);
  const violations: string[] = [];
  try {
    for (let round = 1; round <= options.rounds; round++) {
      const found = await runRound({ directory, ledger, random, round, options });
      if (round % INSPECT_EVERY === 0 || round === options.rounds) found.push(...(await inspect(directory)));
      violations.push(...found);
      const { acknowledged, unknown } = ledger;
      options.onRound({ round, acknowledged, unknown, violations: found });
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  return { kills: options.rounds, acknowledged: ledger.acknowledged, unknown: ledger.unknown, violations };
}

interface RoundInput {
  readonly directory: string;
  readonly ledger: Ledger;
  readonly random: SeededRandom;
  readonly round: number;
  readonly options: CrashOptions;
}

async function runRound({ directory, ledger, random, round, options }: RoundInput): Promise<string[]> {
  const server = await startServer(directory);
  const agent = new Agent({ keepAlive: true });
  const violations: string[] = [];
  try {
    if (round === 1) await createTable(server, agent);
    violations.push(...(await compareAll(server, agent, ledger)));
    let isOver = false;
    const writers = Array.from({ length: options.writers }, (_, writer) => {
      const own = new SeededRandom(Math.floor(random.next() * 2 ** 31));
      const onViolation = (sentence: string): void => void violations.push(sentence);
      return write({ port: server.port, agent, writer, random: own, ledger, isOver: () => isOver, onViolation });
    });
    await pause(random.next() * options.killWithinMs);
    await killServer(server);
    isOver = true;
    await Promise.all(writers);
  } finally {
    await killServer(server);
    agent.destroy();
  }
  return violations;
}

async function compareAll(server: ServerUnderTest, agent: Agent, ledger: Ledger): Promise<string[]> {
  const violations = await ledger.compare((source, target) => show(server.port, agent, source, target));
  for (let source = 0; source < SOURCES; source++) {
    const { min, max } = ledger.countBounds(source);
    const counted = await count(server.port, agent, source);
    if (counted < min || counted > max) violations.push(`count of ${source} is ${counted}, expected ${min} to ${max}`);
  }
  return violations;
}

/** Makes the database and the table that the clients write to. */
export async function createTable(server: ServerUnderTest, agent: Agent): Promise<void> {
  const databases = '/graph/v3/databases';
  const schema = JSON.parse(printTableSchema(wishSchema));
  const table = { table: 'wish', schema, mode: 'SYNC', storage: 'datastore://crash/wish', comment: '' };
  await expectOk(ask(server.port, agent, 'POST', databases, { database: 'crash', comment: '' }));
  await expectOk(ask(server.port, agent, 'POST', `${databases}/crash/tables`, table));
}

async function expectOk(answer: ReturnType<typeof ask>): Promise<void> {
  const { status, body } = await answer;
  if (status !== 200) throw new Error(`status ${status}: ${body}`);
}
