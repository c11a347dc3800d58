import { toParameter } from '@actionbase/adapter-mysql/column-kind';
import { MysqlPool } from '@actionbase/adapter-mysql/mysql-pool';
import type { MysqlSession } from '@actionbase/adapter-mysql/mysql-session';
import type { MysqlSettings } from '@actionbase/adapter-mysql/mysql-settings';
import { MysqlSource } from '@actionbase/adapter-mysql/mysql-source';
import { MysqlStore } from '@actionbase/adapter-mysql/mysql-store';
import { type AppChange, LEGACY_TABLE, type LegacyHome } from '@actionbase/ports/contracts/legacy-home';
import type { LegacyRow } from '@actionbase/ports/legacy';
import type { MariaDb } from '../servers/mariadb.ts';

let databases = 0;

const CREATE = `CREATE TABLE ${LEGACY_TABLE} (
  user_id BIGINT, sku VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin, note TEXT CHARACTER SET utf8mb4,
  price DECIMAL(20,2), at DATETIME(3), flag INT, big BIGINT UNSIGNED, raw VARBINARY(8), version BIGINT NOT NULL,
  PRIMARY KEY (user_id, sku)) ENGINE = InnoDB`;

/** A database of its own on a running MariaDB, with the table that the contract of the old side is about. */
export async function makeMysqlLegacyHome(server: MariaDb): Promise<LegacyHome & { readonly settings: MysqlSettings }> {
  const database = `contract_${++databases}`;
  const { host, port, admin } = server;
  const settings: MysqlSettings = { host, port, database, ...admin };
  await server.sql(`CREATE DATABASE ${database}; USE ${database}; ${CREATE}; CREATE TABLE other (id INT PRIMARY KEY)`);
  const application = new MysqlPool(settings, "SET SESSION time_zone = '+00:00', autocommit = 0");
  const source = new MysqlSource(settings);
  const stores = new Map<MysqlStore, string>();
  const run = (changes: readonly AppChange[], end: string) =>
    application.use({ what: 'the application', deadlineMs: 10_000 }, async (session) => {
      for (const change of changes) await applyChange(session, change);
      await session.query(end);
    });
  return {
    settings,
    source,
    async openStore() {
      const user = `${database}_${stores.size}`;
      await server.sql(`CREATE USER ${user}@'%' IDENTIFIED BY 'x'; GRANT ALL ON *.* TO ${user}@'%'`);
      const store = new MysqlStore({ ...settings, user, password: 'x' });
      stores.set(store, user);
      return store;
    },
    async crash(store) {
      const user = stores.get(store as MysqlStore);
      await server.sql(`KILL HARD USER ${user}@'%'`);
    },
    transact: (changes) => run(changes, 'COMMIT'),
    rollBack: (changes) => run(changes, 'ROLLBACK'),
    async touchOther() {
      await server.sql(`REPLACE INTO ${database}.other VALUES (1)`);
    },
    async alter() {
      await server.sql(`ALTER TABLE ${database}.${LEGACY_TABLE} ADD COLUMN extra INT`);
    },
    async purge() {
      await server.sql('FLUSH BINARY LOGS');
      // A file that somebody still reads stays; a follower that has just left may count for a moment.
      for (;;) {
        const files = (await server.sql('SHOW BINARY LOGS')).trim().split('\n');
        if (files.length === 1) return;
        await server.sql(`PURGE BINARY LOGS TO '${files.at(-1)?.split('\t')[0]}'`);
      }
    },
    async [Symbol.asyncDispose]() {
      for (const store of stores.keys()) await store[Symbol.asyncDispose]();
      await source[Symbol.asyncDispose]();
      await application[Symbol.asyncDispose]();
      await server.sql(`DROP DATABASE ${database}`);
    },
  };
}

async function applyChange(session: MysqlSession, change: AppChange): Promise<void> {
  if (change.kind === 'put') {
    const names = Object.keys(change.row);
    const sets = names.map((name) => `${name} = VALUES(${name})`);
    await session.execute(
      `INSERT INTO ${LEGACY_TABLE} (${names.join(', ')}) VALUES (${names.map(placeholder).join(', ')})
       ON DUPLICATE KEY UPDATE ${sets.join(', ')}`,
      parametersOf(change.row),
    );
    return;
  }
  const where = Object.keys(change.key).map((name) => `${name} = ${placeholder(name)}`);
  const key = parametersOf(change.key);
  if (change.kind === 'delete') {
    await session.execute(`DELETE FROM ${LEGACY_TABLE} WHERE ${where.join(' AND ')}`, key);
    return;
  }
  const sets = Object.keys(change.values).map((name) => `${name} = ${placeholder(name)}`);
  await session.execute(`UPDATE ${LEGACY_TABLE} SET ${sets.join(', ')} WHERE ${where.join(' AND ')}`, [
    ...parametersOf(change.values),
    ...key,
  ]);
}

function placeholder(name: string): string {
  return name === 'raw' ? 'UNHEX(?)' : '?';
}

function parametersOf(row: LegacyRow): (string | null)[] {
  return Object.values(row).map(toParameter);
}
