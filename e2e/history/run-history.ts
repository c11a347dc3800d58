import { mkdtemp, rm } from 'node:fs/promises';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SeededRandom } from '@actionbase/ports/memory/seeded-random';
import { createTable } from '../crash/create-table.ts';
import { killServer, startServer } from '../crash/server.ts';
import { checkHistory } from './check-history.ts';
import { Observer, type Operation } from './history.ts';
import { observe, readChanges } from './history-client.ts';

export interface HistoryOptions {
  /** Lives of the server: each but the last ends with a kill -9. */
  readonly lives: number;
  readonly clients: number;
  readonly lifeMs: number;
  readonly seed: number;
}

export interface HistoryResult {
  readonly operations: number;
  readonly unanswered: number;
  readonly changes: number;
  readonly violations: readonly string[];
}

/** Runs concurrent clients against a real server that is killed and started again, then checks what they saw. */
export async function runHistory({ lives, clients, lifeMs, seed }: HistoryOptions): Promise<HistoryResult> {
  const directory = await mkdtemp(join(tmpdir(), 'actionbase-history-'));
  const random = new SeededRandom(seed);
  const observer = new Observer();
  const operations: Operation[] = [];
  const violations: string[] = [];
  try {
    for (let life = 0; life < lives; life += 1) {
      const server = await startServer(directory);
      const agent = new Agent({ keepAlive: true });
      try {
        if (life === 0) await createTable(server, agent);
        let isOver = false;
        const running = Array.from({ length: clients }, (_, client) =>
          observe({
            port: server.port,
            agent,
            name: `l${life}c${client}`,
            random: new SeededRandom(random.below(2 ** 31)),
            observer,
            isOver: () => isOver,
            onOperation: (operation) => operations.push(operation),
            onViolation: (sentence) => violations.push(sentence),
          }),
        );
        await pause(lifeMs);
        if (life < lives - 1) await killServer(server);
        isOver = true;
        await Promise.all(running);
        if (life < lives - 1) continue;
        const changes = await readChanges(server.port, agent);
        violations.push(...checkHistory(operations, changes));
        const unanswered = operations.filter((one) => one.kind === 'mutate' && one.status === null).length;
        return { operations: operations.length, unanswered, changes: changes.length, violations };
      } finally {
        await killServer(server);
        agent.destroy();
      }
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  throw new RangeError('a history has at least one life');
}
