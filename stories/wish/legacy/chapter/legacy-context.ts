import { join } from 'node:path';
import { SystemClock } from '@actionbase/adapter-node/system-clock';
import { RedisCounts } from '@actionbase/adapter-redis/redis-counts';
import type { Clock } from '@actionbase/ports/clock';
import type { MariaDb } from '../../../../e2e/servers/mariadb.ts';
import type { RedisServer } from '../../../../e2e/servers/redis.ts';
import { WishAppProcess } from '../../app/wish-app-process.ts';
import { Ledger } from '../../load/ledger.ts';
import { WishClient } from '../../load/wish-client.ts';
import { WishPopulation } from '../../load/wish-population.ts';
import { runWriter, type WriterFigures } from '../../load/wish-writer.ts';
import { check } from '../../story-report.ts';
import type { LegacyAppSettings } from '../legacy-settings.ts';
import { type SqlAddress, WishSql } from '../wish-sql.ts';
import { createWishTables, WISHERS_PREFIX } from '../wish-table.ts';
import { LEGACY_SIZES, type LegacySize, type StorySize } from './legacy-size.ts';

export interface LegacyChapterOptions {
  readonly size: StorySize;
  readonly mariadb: MariaDb;
  readonly redis: RedisServer;
  /** The folder that the report goes to. */
  readonly report: string;
  /** Told line by line what goes on. */
  readonly print?: (line: string) => void;
}

export const WISH_SCHEMA = 'wish';

/** The old service, running, with all that the steps work with. */
export class LegacyContext implements AsyncDisposable {
  readonly size: LegacySize;
  readonly mariadb: MariaDb;
  readonly redis: RedisServer;
  readonly clock: Clock;
  readonly population: WishPopulation;
  readonly sql: WishSql;
  readonly counts: RedisCounts;
  readonly client: WishClient;
  /** All that was written through the application since it was seeded. */
  readonly ledger = new Ledger();
  readonly print: (line: string) => void;
  readonly #app: WishAppProcess;
  #writers = 0;

  private constructor(
    { size, mariadb, redis, print = () => undefined }: LegacyChapterOptions,
    opened: {
      readonly clock: Clock;
      readonly sql: WishSql;
      readonly counts: RedisCounts;
      readonly app: WishAppProcess;
    },
  ) {
    this.size = LEGACY_SIZES[size];
    this.mariadb = mariadb;
    this.redis = redis;
    this.print = print;
    this.clock = opened.clock;
    this.population = new WishPopulation(this.size.population);
    this.sql = opened.sql;
    this.counts = opened.counts;
    this.#app = opened.app;
    this.client = new WishClient({ port: opened.app.port });
  }

  /** Makes the schema and its tables, empty, and starts the application. */
  static async open(options: LegacyChapterOptions): Promise<LegacyContext> {
    const { mariadb, redis } = options;
    await mariadb.sql(`DROP DATABASE IF EXISTS ${WISH_SCHEMA}; CREATE DATABASE ${WISH_SCHEMA}`);
    const clock = new SystemClock();
    const sql = new WishSql(schemaAddress(mariadb, WISH_SCHEMA), 4);
    await createWishTables(sql);
    const counts = await RedisCounts.open({ ...addressOf(redis), prefix: WISHERS_PREFIX, clock });
    const schemas = [schemaAddress(mariadb, WISH_SCHEMA)];
    const app = await startLegacyApp({ schemas, redis: addressOf(redis) });
    return new LegacyContext(options, { clock, sql, counts, app });
  }

  /** Writes so many times through the application, from four lanes, and fails when a write failed. */
  async write(writes: number): Promise<WriterFigures> {
    const { client, ledger, population, clock } = this;
    const { signal } = new AbortController();
    const seed = ++this.#writers;
    const figures = await runWriter({ client, ledger, population, clock, seed, lanes: 4, signal, writesMax: writes });
    check(figures.failed === 0, 'writer', () => `${figures.failed} writes failed: ${figures.errors[0]}`);
    return figures;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client[Symbol.dispose]();
    await this.#app[Symbol.asyncDispose]();
    await this.sql[Symbol.asyncDispose]();
    await this.counts[Symbol.asyncDispose]();
  }
}

export function schemaAddress({ host, port, admin }: MariaDb, database: string): SqlAddress {
  return { host, port, ...admin, database };
}

export function addressOf({ host, port }: RedisServer): { readonly host: string; readonly port: number } {
  return { host, port };
}

/** Starts the application on the old side's data, as a process of its own. */
export function startLegacyApp(settings: LegacyAppSettings): Promise<WishAppProcess> {
  return WishAppProcess.start(join(import.meta.dirname, '../app-main.ts'), settings);
}
