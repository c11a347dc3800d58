import { MysqlPool } from '@actionbase/adapter-mysql/mysql-pool';
import type { MysqlSettings } from '@actionbase/adapter-mysql/mysql-settings';
import { ActionbaseClient } from '@actionbase/client';
import { SeededRandom } from '@actionbase/ports/memory/seeded-random';
import type { MariaDb } from '../servers/mariadb.ts';

const CREATE = `CREATE TABLE wish (
  user_id BIGINT NOT NULL, sku VARCHAR(60) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  note VARCHAR(200) CHARACTER SET utf8mb4, at DATETIME(3), gift TINYINT, version BIGINT NOT NULL,
  PRIMARY KEY (user_id, sku)) ENGINE = InnoDB`;

export const USERS = 40;

/** The old side of a small migration on a real MariaDB, and the application that writes there. */
export class WishSide implements AsyncDisposable {
  readonly settings: MysqlSettings;
  readonly #application: MysqlPool;
  #version = 1_000_000;

  private constructor(settings: MysqlSettings) {
    this.settings = settings;
    this.#application = new MysqlPool(settings, "SET SESSION time_zone = '+00:00', autocommit = 0");
  }

  static async make(server: MariaDb, rows: number): Promise<WishSide> {
    const { host, port, admin } = server;
    const side = new WishSide({ host, port, ...admin, database: 'shop' });
    await server.sql(`CREATE DATABASE shop; USE shop; ${CREATE}`);
    await server.sql(
      `USE shop; INSERT INTO wish SELECT seq % ${USERS}, CONCAT('sku-', seq), CONCAT('note é🎁 ', seq),
         FROM_UNIXTIME(1700000000 + seq), seq % 2, seq FROM seq_1_to_${rows}`,
    );
    return side;
  }

  /** Writes transactions of one to four changes until it is stopped; any error ends it. Gives the number of transactions. */
  async write(seed: number, signal: AbortSignal): Promise<number> {
    const random = new SeededRandom(seed);
    let transactions = 0;
    while (!signal.aborted) {
      await this.#application.use({ what: 'the application', deadlineMs: 30_000 }, async (session) => {
        for (let i = 0; i <= random.below(4); i++) {
          const user = String(random.below(USERS));
          const sku = `sku-${random.below(2_000)}`;
          const version = String(++this.#version);
          const kind = random.below(10);
          if (kind < 6) {
            await session.execute(
              `INSERT INTO wish VALUES (?, ?, ?, NOW(3), ?, ?) ON DUPLICATE KEY UPDATE
                 note = VALUES(note), at = VALUES(at), gift = VALUES(gift), version = VALUES(version)`,
              [user, sku, random.below(5) === 0 ? null : `written ${version}`, String(random.below(2)), version],
            );
          } else if (kind < 8) {
            await session.execute('DELETE FROM wish WHERE user_id = ? AND sku = ?', [user, sku]);
          } else {
            await session.execute('UPDATE IGNORE wish SET sku = ?, version = ? WHERE user_id = ? AND sku = ?', [
              `moved-${random.below(500)}`,
              version,
              user,
              sku,
            ]);
          }
        }
        await session.query(random.below(20) === 0 ? 'ROLLBACK' : 'COMMIT');
      });
      transactions++;
    }
    return transactions;
  }

  /** All rows as texts, in order. */
  async rows(): Promise<readonly string[]> {
    return this.#application.use({ what: 'reading all rows', deadlineMs: 30_000 }, async (session) => {
      const rows = await session.query('SELECT * FROM wish');
      await session.query('COMMIT');
      return rows
        .map(({ user_id, sku, note, at, gift, version }) =>
          printRow([
            user_id,
            sku,
            note,
            Date.parse(`${String(at).replace(' ', 'T')}Z`),
            gift === 1,
            Number(version) * 2,
          ]),
        )
        .sort();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#application[Symbol.asyncDispose]();
  }
}

/** Creates the new table. */
export async function createWish(url: string): Promise<ActionbaseClient> {
  const client = new ActionbaseClient({ url });
  await client.databases.create({ database: 'shop' });
  await client.tables.create('shop', {
    table: 'wish',
    schema: {
      source: 'long',
      target: 'string',
      properties: [
        { name: 'note', type: 'string', nullable: true },
        { name: 'at', type: 'long', nullable: true },
        { name: 'gift', type: 'boolean', nullable: true },
      ],
      indexes: [{ index: 'newest', fields: [{ field: 'at', order: 'DESC' }] }],
    },
  });
  return client;
}

/** All edges as texts, in order, read by an index; counts must agree with them. */
export async function readEdges(client: ActionbaseClient): Promise<readonly string[]> {
  const table = client.table('shop', 'wish');
  const edges: string[] = [];
  for (let user = 0; user < USERS; user++) {
    let count = 0;
    for await (const { source, target, properties, version } of table.scanAll('newest', {
      start: user,
      direction: 'OUT',
    })) {
      edges.push(printRow([source, target, properties.note, properties.at, properties.gift, version]));
      count++;
    }
    const told = await table.count(user, 'OUT');
    if (Number(told) !== count) throw new Error(`user ${user} has ${count} edges, and the count says ${told}`);
  }
  return edges.sort();
}

function printRow(values: readonly unknown[]): string {
  return values.map((value) => String(value ?? null)).join(' | ');
}
