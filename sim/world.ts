import { Failure, invariant } from '@actionbase/core/failure';
import type { Table } from '@actionbase/core/model/table';
import { shopChanges, TEST_STAMP } from '@actionbase/engine/testing/wish-tables';
import { MemoryDisk } from '@actionbase/ports/memory/memory-disk';
import { MemoryStore } from '@actionbase/ports/memory/memory-store';
import { SeededRandom } from '@actionbase/ports/memory/seeded-random';
import { firstThrown } from '@actionbase/server/composition';
import { type Database, openDatabase, type Wrappers } from './database.ts';
import { drawPlan, type FaultPlan, Faults } from './faults.ts';
import { Ledger } from './ledger.ts';
import { Scheduler } from './scheduler.ts';
import { SimProcess } from './sim-process.ts';

export interface WorldOptions {
  readonly seed: number;
  readonly wrappers: Wrappers;
  /** For how long faults happen and clients begin requests, virtual milliseconds. */
  readonly lengthMs: number;
}

/** Longest time until a process that died is started again. */
const RESTART_MS = 200;
/** Pause between two tries to open a database that refuses. */
const REOPEN_MS = 100;
/** Makes a second, independent sequence of a seed, so that other seeds are what they are without. */
const VARIETY = 0x5eed;
const SEEDS_PER_VARIETY = 2;
const RETENTIONS = [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 20_000, 8_000];

/** The simulated machine of one run: a disk, a store, a process that dies and is started again, and what clients know. */
export class World {
  readonly scheduler = new Scheduler();
  readonly random: SeededRandom;
  readonly faults: Faults;
  readonly plan: FaultPlan;
  readonly ledger = new Ledger();
  readonly lengthMs: number;
  readonly retentionBytes: number;
  /** The open database; undefined while there is none. */
  database: Database | undefined;
  disk: MemoryDisk;
  store = new MemoryStore();
  process: SimProcess;
  lives = 0;
  /**
   * One seed in so many also has v2 mutations, tables and aliases that come and go, scans, and somebody who retries and drops
   * what is parked.
   */
  readonly isVaried: boolean;
  /** Mutations that the side queue takes. */
  readonly sideQueueRowsMax: number;
  readonly #wrappers: Wrappers;
  #tables: { readonly wish: Table; readonly orders: Table } | undefined;

  constructor({ seed, wrappers, lengthMs }: WorldOptions) {
    this.random = new SeededRandom(seed);
    this.lengthMs = lengthMs;
    const variety = new SeededRandom(seed ^ VARIETY);
    this.isVaried = variety.below(SEEDS_PER_VARIETY) === 0;
    this.sideQueueRowsMax = this.isVaried && variety.next() < 0.5 ? 3 : 100_000;
    this.#wrappers = wrappers;
    this.plan = drawPlan(this.random, lengthMs);
    this.retentionBytes = RETENTIONS[this.random.below(RETENTIONS.length)] ?? Number.MAX_SAFE_INTEGER;
    this.faults = new Faults(this.plan, this.scheduler, new SeededRandom(this.random.below(2 ** 31)));
    this.disk = new MemoryDisk({ intercept: (operation) => this.faults.diskFault(operation) });
    this.process = this.#newProcess();
  }

  /** Makes the tables before anything goes wrong, then begins the lives of the process. */
  async begin(): Promise<void> {
    this.#start();
    await this.scheduler.runUntil(() => this.database !== undefined, Number.POSITIVE_INFINITY);
    let made = false;
    void this.#createTables().then(() => {
      made = true;
    });
    await this.scheduler.runUntil(() => made, Number.POSITIVE_INFINITY);
    this.faults.begin();
    for (const { atMs, kind } of this.plan.deaths) this.scheduler.schedule(atMs, () => this.#die(kind));
  }

  /** The tables as they were made. */
  get tables(): { readonly wish: Table; readonly orders: Table } {
    invariant(this.#tables !== undefined, 'a run begins by making its tables');
    return this.#tables;
  }

  /** Starts the database again on whatever the last life left. */
  #start(): void {
    this.lives += 1;
    const { process } = this;
    const parts = { disk: this.disk, store: this.store, process, wrappers: this.#wrappers };
    const { retentionBytes, sideQueueRowsMax } = this;
    openDatabase({ ...parts, retentionBytes, sideQueueRowsMax }).then(
      (database) => {
        if (process.isAlive) this.database = database;
      },
      (error: unknown) => this.#openFailed(process, error),
    );
  }

  #openFailed(process: SimProcess, thrown: unknown): void {
    if (!process.isAlive) return;
    // What failed first is what the operator has to know; closing the parts may fail as well.
    const error = firstThrown(thrown);
    const mayPass = error instanceof Failure && PASSING.has(error.code);
    if (!mayPass) {
      this.ledger.violate(`the database does not open: ${String(error)}`);
      return;
    }
    this.scheduler.schedule(REOPEN_MS, () => {
      if (process.isAlive) this.#restart();
    });
  }

  #die(kind: 'kill' | 'power-cut'): void {
    this.process.die();
    this.database = undefined;
    if (kind === 'power-cut') {
      this.disk = this.disk.crash(this.random);
      this.store = this.store.crash(this.random.below(this.store.unflushedWrites + 1));
    } else {
      this.disk = this.disk.kill();
      this.store = this.store.crash(this.store.unflushedWrites);
    }
    this.process = this.#newProcess();
    const born = this.process;
    this.scheduler.schedule(this.random.next() * RESTART_MS, () => {
      if (born.isAlive) this.#start();
    });
  }

  /** A process that could not open ends, and the next one tries. Nothing is lost by that. */
  #restart(): void {
    this.process.die();
    this.disk = this.disk.kill();
    this.store = this.store.crash(this.store.unflushedWrites);
    this.process = this.#newProcess();
    this.#start();
  }

  /** An engine that has given up is started again by an operator; that it had to be is for the checkers to judge. */
  restartBroken(): void {
    const status = this.database?.engine.status;
    invariant(status?.kind === 'broken', 'only a broken engine is started again');
    this.ledger.violate(`the engine broke: ${String(status.error)}`);
    this.database = undefined;
    this.#restart();
  }

  async #createTables(): Promise<void> {
    const engine = this.database?.engine;
    invariant(engine !== undefined, 'tables are made while nothing goes wrong');
    for (const change of shopChanges) await engine.changeCatalog(change, TEST_STAMP);
    const tableOf = (name: string): Table => {
      const found = engine.catalog.tables.get(`shop.${name}`);
      invariant(found !== undefined, `the shop has a table ${name}`);
      return found.table;
    };
    this.#tables = { wish: tableOf('wish'), orders: tableOf('orders') };
  }

  #newProcess(): SimProcess {
    const random = new SeededRandom(this.random.below(2 ** 31));
    return new SimProcess({ scheduler: this.scheduler, random, faults: this.faults });
  }
}

/** Refusals to open that a failing or full disk explains. */
const PASSING: ReadonlySet<string> = new Set(['disk-failed', 'disk-full', 'store-failed', 'store-full']);
