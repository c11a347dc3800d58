import { rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MariaDb } from '../../../../e2e/servers/mariadb.ts';
import { WishSql } from '../wish-sql.ts';
import { WISH_TABLE } from '../wish-table.ts';
import { schemaAddress, WISH_SCHEMA } from './legacy-context.ts';
import { timed } from './show-growth.ts';

/** Into how many schemas the table is divided. */
export const SHARDS = 8;

/** The schemas of a sharded wish table, for what operators do with them. */
export class ShardSet implements AsyncDisposable {
  readonly #mariadb: MariaDb;
  readonly shards: readonly WishSql[];

  private constructor(mariadb: MariaDb, shards: readonly WishSql[]) {
    this.#mariadb = mariadb;
    this.shards = shards;
  }

  static schema(shard: number): string {
    return `wish_shard_${shard}`;
  }

  /** Makes the schemas, empty. */
  static async create(mariadb: MariaDb): Promise<ShardSet> {
    const shards: WishSql[] = [];
    for (let shard = 0; shard < SHARDS; shard++) shards.push(await createSchema(mariadb, shard));
    return new ShardSet(mariadb, shards);
  }

  /** Copies the rows of one shard's users out of the one table; how long it took. */
  async fill(shard: number): Promise<number> {
    const rows = `SELECT * FROM ${WISH_SCHEMA}.wishes WHERE user_id % ${SHARDS} = ${shard}`;
    return timed(() => this.#shard(shard).run(`INSERT INTO wishes ${rows}`));
  }

  /** Adds a key to one shard's table. */
  async addKey(shard: number): Promise<number> {
    return timed(() => this.#shard(shard).run('ALTER TABLE wishes ADD KEY by_time (created_at)'));
  }

  /** Writes one shard's rows to a file, and removes it; the file's size must be that of some rows. */
  async backUp(shard: number): Promise<{ readonly ms: number; readonly bytes: number }> {
    const file = join(tmpdir(), `actionbase-${process.pid}-${ShardSet.schema(shard)}.tsv`);
    try {
      const ms = await timed(() => this.#shard(shard).run(`SELECT * FROM wishes INTO OUTFILE '${file}'`));
      return { ms, bytes: (await stat(file)).size };
    } finally {
      await rm(file, { force: true });
    }
  }

  /** Moves half of the first shard's users to a ninth schema; how long each part took. */
  async splitFirst(): Promise<SplitTimes> {
    const moving = `user_id % ${2 * SHARDS} = ${SHARDS}`;
    await using target = await createSchema(this.#mariadb, SHARDS);
    const source = this.#shard(0);
    const from = `${ShardSet.schema(0)}.wishes`;
    const copyMs = await timed(() => target.run(`INSERT INTO wishes SELECT * FROM ${from} WHERE ${moving}`));
    const moved = await rowsOf(target);
    const deleteMs = await timed(() => source.run(`DELETE FROM wishes WHERE ${moving}`));
    const rebuildMs = await timed(() => source.run('OPTIMIZE TABLE wishes'));
    return { moved, copyMs, deleteMs, rebuildMs };
  }

  async rows(): Promise<readonly number[]> {
    return Promise.all(this.shards.map(rowsOf));
  }

  /** Removes all schemas. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const sql of this.shards) await sql[Symbol.asyncDispose]();
    for (let shard = 0; shard <= SHARDS; shard++) {
      await this.#mariadb.sql(`DROP DATABASE IF EXISTS ${ShardSet.schema(shard)}`);
    }
  }

  #shard(shard: number): WishSql {
    const sql = this.shards[shard];
    if (sql === undefined) throw new RangeError(`shard: ${shard} should be below ${SHARDS}`);
    return sql;
  }
}

export interface SplitTimes {
  readonly moved: number;
  readonly copyMs: number;
  readonly deleteMs: number;
  readonly rebuildMs: number;
}

async function createSchema(mariadb: MariaDb, shard: number): Promise<WishSql> {
  const name = ShardSet.schema(shard);
  await mariadb.sql(`DROP DATABASE IF EXISTS ${name}; CREATE DATABASE ${name}`);
  const sql = new WishSql(schemaAddress(mariadb, name), 2);
  await sql.run(WISH_TABLE);
  await sql.run('ALTER TABLE wishes ADD KEY by_product (product_id)');
  return sql;
}

async function rowsOf(sql: WishSql): Promise<number> {
  const [row] = await sql.rows('SELECT COUNT(*) AS wishes FROM wishes');
  return Number(row?.wishes);
}
