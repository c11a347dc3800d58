import type { LegacyPosition, TruthHold, TruthMap } from '@actionbase/ports/legacy';
import { logEnd } from '../exact-snapshot.ts';
import { HOLD_S_MAX, HOLD_WAIT_S_MAX, STATEMENT_MS_MAX } from '../limits.ts';
import { refused } from '../mysql-failure.ts';
import { MysqlConnection, type MysqlSession } from '../mysql-session.ts';
import type { MysqlSettings } from '../mysql-settings.ts';
import { notPrepared, readTruth } from './control-tables.ts';

const SET_UP = `SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', tx_isolation = 'READ-COMMITTED',
  autocommit = 0, innodb_lock_wait_timeout = ${HOLD_WAIT_S_MAX}, idle_transaction_timeout = ${HOLD_S_MAX}`;

/**
 * A transaction that has locked the rows of all buckets, so that no write goes on. The server lets go of it when the
 * connection breaks, when the process dies, and after `HOLD_S_MAX` of silence.
 */
export class MysqlTruthHold implements TruthHold {
  readonly truth: TruthMap;
  readonly position: LegacyPosition;
  readonly #connection: MysqlConnection;
  readonly #migration: string;
  /** The number of moved buckets that the rows of the buckets say in this transaction. */
  #prepared: number | undefined;
  #isOver = false;

  private constructor(connection: MysqlConnection, migration: string, found: Pick<TruthHold, 'truth' | 'position'>) {
    this.#connection = connection;
    this.#migration = migration;
    this.truth = found.truth;
    this.position = found.position;
  }

  static async take(settings: MysqlSettings, migration: string): Promise<MysqlTruthHold> {
    const undertaking = { what: `holding the writes of ${migration}`, deadlineMs: STATEMENT_MS_MAX };
    const connection = await MysqlConnection.open(settings, undertaking.what);
    try {
      return await connection.use(undertaking, async (session) => {
        await session.query(SET_UP);
        const [locked] = await session.execute(
          'SELECT COUNT(*) AS buckets FROM actionbase_bucket WHERE migration = ? FOR UPDATE',
          [migration],
        );
        if (Number(locked?.buckets) === 0) throw notPrepared(migration);
        const truth = await readTruth(session, migration);
        return new MysqlTruthHold(connection, migration, { truth, position: await logEnd(session) });
      });
    } catch (error) {
      await connection[Symbol.asyncDispose]();
      throw error;
    }
  }

  async prepare(newBuckets: number): Promise<void> {
    if (this.#isOver) throw refused('this hold is over');
    const undertaking = { what: `preparing the truth of ${this.#migration}`, deadlineMs: STATEMENT_MS_MAX };
    await this.#connection.use(undertaking, (session) => this.#writeBuckets(session, newBuckets));
  }

  async settle(newBuckets: number): Promise<TruthMap> {
    if (this.#isOver) throw refused('this hold is over');
    this.#isOver = true;
    const undertaking = { what: `settling the truth of ${this.#migration}`, deadlineMs: STATEMENT_MS_MAX };
    const migration = this.#migration;
    try {
      return await this.#connection.use(undertaking, async (session) => {
        await session.execute(
          `UPDATE actionbase_migration SET revision = revision + 1, new_buckets = ?, version_floor = GREATEST(version_floor,
             (SELECT MAX(last_version) FROM actionbase_bucket WHERE migration = ?),
             (SELECT version_max FROM actionbase_backup WHERE migration = ?))
           WHERE migration = ?`,
          [String(newBuckets), migration, migration, migration],
        );
        if (this.#prepared !== newBuckets) await this.#writeBuckets(session, newBuckets);
        const truth = await readTruth(session, migration);
        await session.query('COMMIT');
        return truth;
      });
    } finally {
      await this.#connection[Symbol.asyncDispose]();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await this.#connection[Symbol.asyncDispose]();
  }

  async #writeBuckets(session: MysqlSession, newBuckets: number): Promise<void> {
    await session.execute('UPDATE actionbase_bucket SET revision = ?, has_moved = bucket < ? WHERE migration = ?', [
      String(this.truth.revision + 1),
      String(newBuckets),
      this.#migration,
    ]);
    this.#prepared = newBuckets;
  }
}
