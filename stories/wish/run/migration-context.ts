import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '@actionbase/adapter-node/system-clock';
import { RedisCounts } from '@actionbase/adapter-redis/redis-counts';
import { ActionbaseClient } from '@actionbase/client';
import type { Clock } from '@actionbase/ports/clock';
import { killServer, type ServerUnderTest, startServer } from '../../../e2e/crash/server.ts';
import type { MariaDb } from '../../../e2e/servers/mariadb.ts';
import type { RedisServer } from '../../../e2e/servers/redis.ts';
import { WishAppProcess } from '../app/wish-app-process.ts';
import { addressOf, schemaAddress, startLegacyApp, WISH_SCHEMA } from '../legacy/chapter/legacy-context.ts';
import { LEGACY_SIZES, type LegacySize, type StorySize } from '../legacy/chapter/legacy-size.ts';
import { seedWishes } from '../legacy/seed-wishes.ts';
import { WishSql } from '../legacy/wish-sql.ts';
import { createWishTables, WISHERS_PREFIX } from '../legacy/wish-table.ts';
import { runWisherBatch } from '../legacy/wisher-batch.ts';
import { compareWithOracle, type OracleComparison } from '../load/compare-with-oracle.ts';
import { Ledger } from '../load/ledger.ts';
import { WishClient } from '../load/wish-client.ts';
import { WishOracle } from '../load/wish-oracle.ts';
import { WishPopulation } from '../load/wish-population.ts';
import type { MigratedAppSettings } from '../migrated/app-main.ts';
import { createNewTable } from '../migrated/wish-new-table.ts';
import { FaultProxy } from './fault-proxy.ts';
import { Toolkit } from './toolkit.ts';

export interface MigrationChapterOptions {
  readonly size: StorySize;
  readonly mariadb: MariaDb;
  readonly redis: RedisServer;
  /** The folder that the report goes to. */
  readonly report: string;
  /** Told line by line what goes on. */
  readonly print?: ((line: string) => void) | undefined;
}

/** Everything that runs in the chapter: both sides, the application between them, and the toolkit. */
export class MigrationContext implements AsyncDisposable {
  readonly options: MigrationChapterOptions;
  readonly size: LegacySize;
  readonly clock: Clock = new SystemClock();
  readonly population: WishPopulation;
  readonly ledger = new Ledger();
  readonly directory: string;
  readonly sql: WishSql;
  readonly counts: RedisCounts;
  readonly wishes: number;
  readonly toolkit: Toolkit;
  /** Between the application and the new store, and between the toolkit and it. */
  readonly appProxy: FaultProxy;
  readonly toolProxy: FaultProxy;
  readonly client: ActionbaseClient;
  #server: ServerUnderTest;
  #app: WishAppProcess;
  #wishClient: WishClient;

  private constructor(options: MigrationChapterOptions, parts: OpenedParts) {
    this.options = options;
    this.size = LEGACY_SIZES[options.size];
    this.population = parts.population;
    this.directory = parts.directory;
    this.sql = parts.sql;
    this.counts = parts.counts;
    this.wishes = parts.wishes;
    this.#server = parts.server;
    this.#app = parts.app;
    this.#wishClient = new WishClient({ port: parts.app.port });
    this.appProxy = parts.appProxy;
    this.toolProxy = parts.toolProxy;
    this.client = parts.client;
    this.toolkit = parts.toolkit;
    parts.running.port = () => this.#server.port;
  }

  /** The old side with its wishes and counts, an empty new side, and the application, which does not know the new side yet. */
  static async open(options: MigrationChapterOptions): Promise<MigrationContext> {
    const { mariadb, redis, size, print } = options;
    const directory = await mkdtemp(join(tmpdir(), 'actionbase-story-'));
    await mkdir(join(directory, 'directors'), { recursive: true });
    await mariadb.sql(`DROP DATABASE IF EXISTS ${WISH_SCHEMA}; CREATE DATABASE ${WISH_SCHEMA}`);
    const address = schemaAddress(mariadb, WISH_SCHEMA);
    const sql = new WishSql(address, 4);
    await createWishTables(sql);
    const population = new WishPopulation(LEGACY_SIZES[size].population);
    const wishes = await seedWishes({ sql, population, start: 1, limit: population.options.users + 1 });
    const clock = new SystemClock();
    const counts = await RedisCounts.open({ ...addressOf(redis), prefix: WISHERS_PREFIX, clock });
    await runWisherBatch({ sql, counts, clock, chunkRows: LEGACY_SIZES[size].chunkRows });
    print?.(`the old side has ${wishes.toLocaleString('en-US')} wishes`);
    const server = await startServer(join(directory, 'data'));
    const running = { port: () => server.port };
    const appProxy = await FaultProxy.start(() => running.port());
    const toolProxy = await FaultProxy.start(() => running.port());
    const client = new ActionbaseClient({ url: toolProxy.url });
    await createNewTable(client);
    const settings: MigratedAppSettings = {
      old: { sql: address, redis: addressOf(redis) },
      url: appProxy.url,
      directory: join(directory, 'directors', 'app'),
    };
    const { user, password } = mariadb.admin;
    const toolkit = new Toolkit({
      directory: join(directory, 'wish'),
      directors: join(directory, 'directors'),
      legacyUrl: `mysql://${user}:${password}@${mariadb.host}:${mariadb.port}/${WISH_SCHEMA}`,
      countsUrl: `redis://${redis.host}:${redis.port}`,
      serverUrl: toolProxy.url,
      pace: PROOF_PACE[size],
    });
    // It makes the small tables on the old side that the application's director reads.
    await toolkit.start();
    const app = await WishAppProcess.start(APP_MAIN, settings);
    const parts = {
      directory,
      sql,
      population,
      wishes,
      counts,
      server,
      running,
      appProxy,
      toolProxy,
      client,
      app,
      toolkit,
    };
    return new MigrationContext(options, parts);
  }

  get wishClient(): WishClient {
    return this.#wishClient;
  }

  get dataDirectory(): string {
    return join(this.directory, 'data');
  }

  print(line: string): void {
    this.options.print?.(line);
  }

  /** Kills the new store, as a crash would. */
  async killNewStore(): Promise<void> {
    await killServer(this.#server);
  }

  async startNewStore(): Promise<void> {
    this.#server = await startServer(this.dataDirectory);
  }

  /** Starts the application anew, on the new side alone. */
  async restartAppWithoutOldSide(): Promise<void> {
    this.#wishClient[Symbol.dispose]();
    await this.#app.kill();
    const settings: MigratedAppSettings = {
      url: this.appProxy.url,
      directory: join(this.directory, 'directors', 'app'),
    };
    this.#app = await WishAppProcess.start(APP_MAIN, settings);
    this.#wishClient = new WishClient({ port: this.#app.port });
  }

  /** Compares what the application answers with what was acknowledged. For a moment at which nobody writes. */
  compare(productCounts: boolean): Promise<OracleComparison> {
    return this.#compare(this.wishClient, productCounts);
  }

  /** The same through the old application, as if there were no new side. */
  async compareOldSide(): Promise<OracleComparison> {
    const { mariadb, redis } = this.options;
    await using app = await startLegacyApp({ schemas: [schemaAddress(mariadb, WISH_SCHEMA)], redis: addressOf(redis) });
    using client = new WishClient({ port: app.port });
    return await this.#compare(client, true);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#wishClient[Symbol.dispose]();
    await this.toolkit[Symbol.asyncDispose]();
    await this.#app[Symbol.asyncDispose]();
    await this.appProxy[Symbol.asyncDispose]();
    await this.toolProxy[Symbol.asyncDispose]();
    await this.killNewStore();
    await this.sql[Symbol.asyncDispose]().catch(() => undefined);
    await this.counts[Symbol.asyncDispose]();
    await rm(this.directory, { recursive: true, force: true });
  }

  #compare(client: WishClient, productCounts: boolean): Promise<OracleComparison> {
    const oracle = new WishOracle(this.population, this.ledger.entries);
    return compareWithOracle({ client, oracle, productCounts, productsMax: this.size.productsCompared });
  }
}

/** Days are short, and so are windows. */
const PROOF_PACE = {
  small: { windowMs: 1_500, passMs: 120_000 },
  full: { windowMs: 5_000, passMs: 3_600_000 },
} as const;

const APP_MAIN = join(import.meta.dirname, '../migrated/app-main.ts');

interface OpenedParts {
  readonly directory: string;
  readonly sql: WishSql;
  readonly population: WishPopulation;
  readonly wishes: number;
  readonly counts: RedisCounts;
  readonly server: ServerUnderTest;
  /** Where the server is now; the proxies ask. */
  readonly running: { port: () => number };
  readonly appProxy: FaultProxy;
  readonly toolProxy: FaultProxy;
  readonly client: ActionbaseClient;
  readonly app: WishAppProcess;
  readonly toolkit: Toolkit;
}
