import { invariant } from '@actionbase/core/failure';
import type { Table } from '@actionbase/core/model/table';
import type { LoadCall } from '@actionbase/core/wire/load-json';
import type { MutationItem } from '@actionbase/core/wire/mutation-json';
import type { Log } from '@actionbase/ports/log';
import { ManualClock } from '@actionbase/ports/memory/manual-clock';
import { type LogFault, MemoryLog } from '@actionbase/ports/memory/memory-log';
import { MemoryLogStorage } from '@actionbase/ports/memory/memory-log-storage';
import { MemoryStore } from '@actionbase/ports/memory/memory-store';
import type { Store } from '@actionbase/ports/store';
import type { MutateRequest } from '../admit/admit.ts';
import { Engine, type EngineOptions, type MutateAnswer } from '../engine.ts';
import type { LoadAnswer } from '../load/load-answer.ts';
import { layoutChanges, shopChanges, TEST_STAMP } from './wish-tables.ts';

/** Tables of the shop: `links` is a HASH table, `void` a NIL table. */
export type TestTable = 'wish' | 'orders' | 'links' | 'void';

export interface TestInstanceOptions extends EngineOptions {
  readonly storage?: MemoryLogStorage;
  readonly store?: MemoryStore;
  readonly intercept?: () => LogFault | undefined;
  /** Put around log and store: broken ones, slow ones. */
  readonly wrapLog?: (log: Log) => Log;
  readonly wrapStore?: (store: Store) => Store;
}

/** An engine on a memory log and a memory store, and what is needed to crash and open it again. */
export class TestInstance implements AsyncDisposable {
  readonly engine: Engine;
  readonly clock: ManualClock;
  readonly log: Log;
  readonly store: MemoryStore;
  readonly storage: MemoryLogStorage;

  private constructor(parts: Pick<TestInstance, 'engine' | 'clock' | 'log' | 'store' | 'storage'>) {
    this.engine = parts.engine;
    this.clock = parts.clock;
    this.log = parts.log;
    this.store = parts.store;
    this.storage = parts.storage;
  }

  static async open(options: TestInstanceOptions = {}): Promise<TestInstance> {
    const storage = options.storage ?? new MemoryLogStorage();
    const store = options.store ?? new MemoryStore();
    const intercept = options.intercept;
    const logClock = new ManualClock({ sleeps: 'advance' });
    const memoryLog = await MemoryLog.open({ storage, clock: logClock, ...(intercept && { intercept }) });
    const log = options.wrapLog?.(memoryLog) ?? memoryLog;
    const clock = new ManualClock();
    const engine = await Engine.open({ log, store: options.wrapStore?.(store) ?? store, clock }, options);
    return new TestInstance({ engine, clock, log, store, storage });
  }

  /** Makes database `shop` with the tables `wish` and `orders`. */
  async createShop(): Promise<void> {
    for (const change of shopChanges) await this.engine.changeCatalog(change, TEST_STAMP);
  }

  /** Makes the tables `links` (HASH) and `void` (NIL) besides. */
  async createLayouts(): Promise<void> {
    for (const change of layoutChanges) await this.engine.changeCatalog(change, TEST_STAMP);
  }

  table(name: string): Table {
    const found = this.engine.catalog.tables.get(`shop.${name}`);
    invariant(found !== undefined, `the shop has a table ${name}`);
    return found.table;
  }

  /** Sends one request to a table of the shop. */
  mutate(table: TestTable, items: readonly MutationItem[], parts: Partial<MutateRequest> = {}): Promise<MutateAnswer> {
    const kind = table === 'orders' ? 'multiEdge' : 'edge';
    const call = { database: 'shop', table, kind, rules: 'v3', items } as const;
    return this.engine.mutate({ ...call, stamp: TEST_STAMP, mode: null, force: false, origin: null, ...parts });
  }

  /** Loads edges of a table of the shop. */
  load(load: LoadCall & { readonly table: 'wish' | 'orders' }): Promise<LoadAnswer> {
    const kind = load.table === 'orders' ? 'multiEdge' : 'edge';
    return this.engine.load({ database: 'shop', kind, stamp: TEST_STAMP, ...load });
  }

  /** Lets everything that is under way go on until nothing moves. */
  async settle(): Promise<void> {
    for (let round = 0; round < 50; round++) await new Promise((resolve) => setImmediate(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.engine[Symbol.asyncDispose]();
  }
}
