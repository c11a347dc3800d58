/**
 * Goal: laws L1 and L9 when two servers believe that one data directory is theirs. Method: a server is paused with requests on
 * their way to it; the files of its locks are removed, as a careless operator might, so that a second server gets locks of its
 * own; that one takes mutations; then the first one wakes up.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { SeededRandom } from '@actionbase/ports/memory/seeded-random';
import { inspect } from '../crash/inspect.ts';
import { killServer, type ServerUnderTest, startServer } from '../crash/server.ts';
import { CRASH_TABLES, type CrashTableName } from '../crash/workload/crash-tables.ts';
import { Ledger } from '../crash/workload/ledger.ts';
import { Operator } from '../crash/workload/operator.ts';
import { compareAll } from '../crash/workload/read-edges.ts';
import { write } from '../crash/workload/writer.ts';

const TABLES = Object.keys(CRASH_TABLES) as CrashTableName[];
const WRITERS_PER_TABLE = 2;
const EXIT_FENCED = 6;

test('L1 L9 a server that was paused, lost its locks and wakes up acknowledges nothing and ends; the other one goes on', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'actionbase-zombie-'));
  const ledger = new Ledger();
  const agent = new Agent({ keepAlive: true });
  const servers: ServerUnderTest[] = [];
  const violations: string[] = [];
  let writers = 0;
  /** Lets writers with keys of their own send so many requests each. */
  const writeTo = ({ port }: ServerUnderTest, requests: number): Promise<unknown> =>
    Promise.all(
      Array.from({ length: TABLES.length * WRITERS_PER_TABLE }, (_, place) => {
        const table = TABLES[place % TABLES.length] ?? 'wish';
        const writer = writers++;
        const random = new SeededRandom(writer + 1);
        const onViolation = (sentence: string): void => void violations.push(sentence);
        let sent = 0;
        const isOver = (): boolean => sent++ >= requests;
        return write({ port, agent, writer, table, random, ledger, isOver, onViolation });
      }),
    );
  try {
    const first = await startServer(directory);
    servers.push(first);
    await new Operator().createTables(first.port, agent);
    await writeTo(first, 20);

    first.child.kill('SIGSTOP');
    const lateRequests = writeTo(first, 1);
    for (const folder of [directory, join(directory, 'log')]) await rm(join(folder, 'lock'));
    const second = await startServer(directory);
    servers.push(second);
    await writeTo(second, 20);
    const { acknowledged, unknown } = ledger;

    const ended = once(first.child, 'exit');
    first.child.kill('SIGCONT');
    await lateRequests;
    assert.equal(ledger.acknowledged, acknowledged, 'the first server acknowledged nothing any more');
    assert.ok(ledger.unknown > unknown, 'its clients were answered');
    assert.deepEqual(await ended, [EXIT_FENCED, null], first.output());
    // Told by the log or by the store, whichever the late request reached first.
    assert.match(
      first.output(),
      /Failed: (another process has opened .* since and owns it now|the store belongs to the owner of term 2).* \[fenced\]/,
    );

    await writeTo(second, 20);
    violations.push(...(await compareAll({ port: second.port, agent, writers }, ledger)));
    assert.equal(second.child.exitCode, null, second.output());
    await killServer(second);
    violations.push(...(await inspect(directory)));
    assert.deepEqual(violations, []);
    const claims = (await readdir(join(directory, 'log'))).filter((name) => name.endsWith('.term'));
    assert.equal(claims.length, 1, 'the files of the terms before are gone');
  } finally {
    for (const server of servers) {
      server.child.kill('SIGCONT');
      await killServer(server);
    }
    agent.destroy();
    await rm(directory, { recursive: true, force: true });
  }
});
