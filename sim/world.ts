import { Failure, invariant } from '@actionbase/core/failure';
import type { Table } from '@actionbase/core/model/table';
import { shopChanges, TEST_STAMP } from '@actionbase/engine/testing/wish-tables';
import { MemoryDisk } from '@actionbase/ports/memory/memory-disk';
import { MemoryStore } from '@actionbase/ports/memory/memory-store';
import { SeededRandom } from '@actionbase/ports/memory/seeded-random';
import { firstThrown } from '@actionbase/server/composition';
import { type Database, openDatabase, type Wrappers } from './database.ts';
import { drawPlan, drawZombies, type FaultPlan, Faults } from './faults.ts';
import { Ledger } from './ledger.ts';
import { Scheduler } from './scheduler.ts';
import { SimProcess } from './sim-process.ts';

export interface WorldOptions {
  readonly seed: number;
  readonly wrappers: Wrappers;
  /** For how long faults happen and clients begin requests, virtual milliseconds. */
  readonly lengthMs: number;
}

/** A process that was paused and has lost its lock to another one. */
interface Zombie {
  readonly process: SimProcess;
  /** Undefined as long as it has not finished opening. */
  database: Database | undefined;
  /** Whether it was paused while it opened: it may then begin after the one that took its place. */
  readonly wasOpening: boolean;
}

function isOver({ process }: Zombie): boolean {
  return !process.isAlive;
}

/** Longest time until a process that died is started again. */
const RESTART_MS = 200;
/** Pause between two tries to open a database that refuses. */
const REOPEN_MS = 100;
/** Makes a second, independent sequence of a seed, so that other seeds are what they are without. */
const VARIETY = 0x5eed;
const ZOMBIES = 0x20b1e;
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
  /** Audits that came to their end while clients wrote. */
  audits = 0;
  /** Processes that were paused and replaced, oldest first. */
  readonly zombies: Zombie[] = [];
  /**
   * One seed in so many also has v2 mutations, tables and aliases that come and go, scans, and somebody who retries and drops
   * what is parked.
   */
  readonly isVaried: boolean;
  /** Mutations that the side queue takes. */
  readonly sideQueueRowsMax: number;
  readonly #wrappers: Wrappers;
  /** The process that was started last; another one may be about to start. */
  #started: SimProcess | undefined;
  #tables: { readonly wish: Table; readonly orders: Table } | undefined;

  constructor({ seed, wrappers, lengthMs }: WorldOptions) {
    this.random = new SeededRandom(seed);
    this.lengthMs = lengthMs;
    const variety = new SeededRandom(seed ^ VARIETY);
    this.isVaried = variety.below(SEEDS_PER_VARIETY) === 0;
    this.sideQueueRowsMax = this.isVaried && variety.next() < 0.5 ? 3 : 100_000;
    this.#wrappers = wrappers;
    const zombies = drawZombies(new SeededRandom(seed ^ ZOMBIES), lengthMs);
    this.plan = { ...drawPlan(this.random, lengthMs), zombies };
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
    for (const { atMs, forMs } of this.plan.zombies) this.scheduler.schedule(atMs, () => this.#replace(forMs));
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
    this.#started = process;
    const parts = { disk: this.disk, store: this.store, process, wrappers: this.#wrappers };
    const { retentionBytes, sideQueueRowsMax } = this;
    openDatabase({ ...parts, retentionBytes, sideQueueRowsMax }).then(
      (database) => {
        const zombie = this.zombies.find((one) => one.process === process);
        if (zombie !== undefined) zombie.database = database;
        else if (process.isAlive) this.database = database;
      },
      (error: unknown) => this.#openFailed(process, error),
    );
  }

  #openFailed(process: SimProcess, thrown: unknown): void {
    if (!process.isAlive) return;
    const zombie = this.zombies.find((one) => one.process === process);
    // It was paused while it opened, and the other one came first.
    if (zombie !== undefined) return process.die();
    // What failed first is what the operator has to know; closing the parts may fail as well.
    const error = firstThrown(thrown);
    const mayPass = error instanceof Failure && PASSING.has(error.code);
    if (!mayPass) {
      this.ledger.violate(`the database does not open: ${String(error)}`);
      return;
    }
    this.scheduler.schedule(REOPEN_MS, () => {
      if (process === this.process) this.#restart();
      else process.die();
    });
  }

  /** Pauses the process; its lock is lost, and another one starts on what it works on. */
  #replace(forMs: number): void {
    const { process, database } = this;
    if (process !== this.#started) return;
    process.freeze();
    this.zombies.push({ process, database, wasOpening: database === undefined });
    this.database = undefined;
    this.disk = this.disk.beside();
    this.store = this.store.beside();
    this.process = this.#newProcess();
    this.#startSoon();
    this.scheduler.schedule(forMs, () => process.thaw());
  }

  /** Whom a client speaks to: some stay with a process that was replaced as long as it takes their requests. */
  partnerOf(client: number): { readonly process: SimProcess; readonly database: Database | undefined } {
    const zombie = this.zombies.findLast((one) => !isOver(one));
    return zombie !== undefined && client % 2 === 0 ? zombie : this;
  }

  /** Whether every process that was replaced has found that out, and has ended. */
  get areZombiesOver(): boolean {
    return this.zombies.every(isOver);
  }

  /** An engine that was replaced is ended, as its server does; who lost his place to one that woke up while it opened starts again. */
  #endFenced(): void {
    for (const { process, database } of this.zombies) if (database?.engine.status.kind === 'fenced') process.die();
    if (this.database?.engine.status.kind !== 'fenced') return;
    const isExplained = this.zombies.some(({ wasOpening }) => wasOpening);
    if (!isExplained) this.ledger.violate('the engine is fenced, but nobody has begun after it');
    this.database = undefined;
    this.#restart();
  }

  #die(kind: 'kill' | 'power-cut'): void {
    this.process.die();
    this.database = undefined;
    if (kind === 'power-cut') {
      for (const { process } of this.zombies) process.die();
      this.disk = this.disk.crash(this.random);
      this.store = this.store.crash(this.random.below(this.store.unflushedWrites + 1));
    } else {
      this.disk = this.disk.kill();
      this.store = this.store.kill();
    }
    this.process = this.#newProcess();
    this.#startSoon();
  }

  #startSoon(): void {
    const born = this.process;
    this.scheduler.schedule(this.random.next() * RESTART_MS, () => {
      if (born === this.process) this.#start();
    });
  }

  /** A process that could not open ends, and the next one tries. Nothing is lost by that. */
  #restart(): void {
    this.process.die();
    this.disk = this.disk.kill();
    this.store = this.store.kill();
    this.process = this.#newProcess();
    this.#start();
  }

  /**
   * Starts the database once more. A frame that a replaced owner wrote late is found now, if its successor has appended nothing
   * since: nobody was told of it, and it takes effect as if it came now.
   */
  startOver(): void {
    this.database = undefined;
    this.#restart();
  }

  /**
   * What an operator does: a server that was replaced has ended, an engine that has given up is started again. That it had to
   * be is for the checkers to judge.
   */
  lookAfter(): void {
    this.#endFenced();
    for (const { database, process } of [...this.zombies, this]) {
      const status = database?.engine.status;
      if (!process.isAlive || status?.kind !== 'broken') continue;
      this.ledger.violate(`the engine broke: ${String(status.error)}`);
      if (database === this.database) {
        this.database = undefined;
        this.#restart();
      }
    }
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
