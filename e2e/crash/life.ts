import { Agent } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { SeededRandom } from '@actionbase/ports/memory/seeded-random';
import { SeededRandom as Seeded } from '@actionbase/ports/memory/seeded-random';
import type { CrashProcess, CrashProcesses, Ended } from './killing/crash-process.ts';
import type { KillPlan } from './killing/kill-switch.ts';
import type { PlantedName } from './killing/planted.ts';
import type { CrashTableName } from './workload/crash-tables.ts';
import { Ledger } from './workload/ledger.ts';
import { Operator } from './workload/operator.ts';
import { compareAll } from './workload/read-edges.ts';
import { write } from './workload/writer.ts';

/** Which table each writer writes to. */
const WRITERS: readonly CrashTableName[] = [
  'wish',
  'wish',
  'wish',
  'wish',
  'orders',
  'orders',
  'later',
  'later',
  'likes',
  'likes',
];

/** How long a process may take to pass the point that it is to be killed at. */
const REACH_MS_MAX = 30_000;

/** How long copies may be taken of a directory that is written to. */
const COPY_MS_MAX = 120_000;

export interface LifeOptions {
  /** Folder for the data directory, and for copies of it. */
  readonly root: string;
  readonly processes: CrashProcesses;
  readonly random: SeededRandom;
  readonly planted: PlantedName | null;
  /** Longest time between the first write and a kill at a random moment, milliseconds. */
  readonly withinMs: number;
}

/** What became of one start of a server. */
export interface Killed {
  /** False when the planned point was not passed in time: the process was killed then, wherever it was. */
  readonly isReached: boolean;
  readonly passed: Readonly<Record<string, number>>;
  readonly violations: readonly string[];
}

/** One data directory, the clients that write to it, and what they know, over many lives of its server. */
export class Life {
  readonly directory: string;
  readonly ledger = new Ledger();
  readonly #operator = new Operator();
  readonly #options: LifeOptions;
  #hasTables = false;

  constructor(options: LifeOptions) {
    this.#options = options;
    this.directory = join(options.root, 'data');
  }

  /** Kills a start at a point before the server answers; of a first start, the one that makes the directory. */
  async killStart(plan: KillPlan): Promise<Killed> {
    const server = this.#serve(plan);
    if ((await server.port) !== null) await kill(server);
    return this.#killedAtStart(await server.ended);
  }

  /**
   * Starts a server, compares what it shows with what is known, and has it killed under writing clients: at the planned point,
   * or at a random moment without a plan.
   */
  async killServing(plan: KillPlan | null): Promise<Killed> {
    const server = this.#serve(this.#hasTables ? plan : null);
    const agent = new Agent({ keepAlive: true });
    try {
      const port = await server.port;
      if (port === null) return this.#killedAtStart(await server.ended);
      const violations = await this.#compareAlive(server, port, agent);
      const waitMs = plan === null ? this.#options.random.next() * this.#options.withinMs : REACH_MS_MAX;
      const written = await this.#writeUntilKilled(server, { port, agent, waitMs });
      const { signal, passed, output } = await server.ended;
      violations.push(...written);
      if (signal !== 'SIGKILL') violations.push(`the server ended by itself (${signal}):\n${output}`);
      return { isReached: plan === null || passed !== null, passed: passed ?? {}, violations };
    } finally {
      await kill(server);
      agent.destroy();
    }
  }

  /** What a server on this directory, or on a copy of it, shows against what is known. */
  async check(directory = this.directory): Promise<string[]> {
    const server = this.#serve(null, directory);
    const agent = new Agent({ keepAlive: true });
    try {
      const port = await server.port;
      if (port === null) return [`the server does not start:\n${(await server.ended).output}`];
      return await this.#compare(port, agent);
    } finally {
      await kill(server);
      agent.destroy();
    }
  }

  /** Runs `work` while clients write to a server of this directory, which is killed then. */
  async whileServing(work: () => Promise<readonly string[]>): Promise<string[]> {
    const server = this.#serve(null);
    const agent = new Agent({ keepAlive: true });
    try {
      const port = await server.port;
      if (port === null) return [`the server does not start:\n${(await server.ended).output}`];
      const violations = await this.#compareAlive(server, port, agent);
      const writing = this.#writeUntilKilled(server, { port, agent, waitMs: COPY_MS_MAX });
      violations.push(...(await work()));
      await kill(server);
      return [...violations, ...(await writing)];
    } finally {
      await kill(server);
      agent.destroy();
    }
  }

  #serve(plan: KillPlan | null, dataDir = this.directory): CrashProcess {
    const { processes, planted } = this.#options;
    return processes.serve({ dataDir, kill: plan, planted, warmUp: false, marks: null });
  }

  #killedAtStart({ signal, passed, output }: Ended): Killed {
    const violations = signal === 'SIGKILL' ? [] : [`the server does not start:\n${output}`];
    return { isReached: passed !== null, passed: passed ?? {}, violations };
  }

  /** Compares; that the server dies meanwhile is no violation, for that is what it is for. */
  async #compareAlive(server: CrashProcess, port: number, agent: Agent): Promise<string[]> {
    try {
      return await this.#compare(port, agent);
    } catch (error) {
      if (server.child.signalCode !== null || server.child.exitCode !== null || isCutOff(error)) return [];
      throw error;
    }
  }

  async #compare(port: number, agent: Agent): Promise<string[]> {
    if (!this.#hasTables) {
      await this.#operator.createTables(port, agent);
      this.#hasTables = true;
    }
    const edges = await compareAll({ port, agent, writers: WRITERS.length }, this.ledger);
    return [...edges, ...(await this.#operator.compare(port, agent))];
  }

  async #writeUntilKilled(
    server: CrashProcess,
    { port, agent, waitMs }: { readonly port: number; readonly agent: Agent; readonly waitMs: number },
  ): Promise<string[]> {
    const { random } = this.#options;
    const violations: string[] = [];
    let isOver = false;
    const common = { port, agent, isOver: () => isOver, onViolation: (text: string) => void violations.push(text) };
    const clients = WRITERS.map((table, writer) => {
      const own = new Seeded(Math.floor(random.next() * 2 ** 31));
      return write({ ...common, writer, table, random: own, ledger: this.ledger });
    });
    clients.push(this.#operator.work(common));
    const waited = new AbortController();
    const timer = pause(waitMs, undefined, { signal: waited.signal }).catch(() => undefined);
    await Promise.race([server.ended, timer]);
    waited.abort();
    await kill(server);
    isOver = true;
    await Promise.all(clients);
    return violations;
  }
}

/** Ends a process at once, wherever it is. */
async function kill({ child, ended }: CrashProcess): Promise<void> {
  child.kill('SIGKILL');
  await ended;
}

function isCutOff(error: unknown): boolean {
  return error instanceof Error && ('code' in error || error.message.startsWith('the connection closed'));
}
