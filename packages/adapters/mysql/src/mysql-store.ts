import type {
  BackUpBatch,
  LegacyStore,
  LegacyWrite,
  LegacyWritten,
  TruthHold,
  TruthMap,
} from '@actionbase/ports/legacy';
import { describeTable, type TableFacts } from './describe-table.ts';
import { DEADLOCK_RETRIES_MAX, HOLD_S_MAX, LOCK_WAIT_S_MAX, STATEMENT_MS_MAX } from './limits.ts';
import { isDeadlock } from './mysql-failure.ts';
import { MysqlPool } from './mysql-pool.ts';
import type { MysqlSession } from './mysql-session.ts';
import type { MysqlSettings } from './mysql-settings.ts';
import { backUpRows } from './store/back-up-rows.ts';
import { createControlTables, notPrepared, readTruth } from './store/control-tables.ts';
import { type RowShape, type RowSql, rowSql } from './store/row-sql.ts';
import { MysqlTruthHold } from './store/truth-hold.ts';
import { writeRow } from './store/write-row.ts';

const SET_UP = `SET SESSION time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION',
  tx_isolation = 'READ-COMMITTED', autocommit = 0, innodb_lock_wait_timeout = ${LOCK_WAIT_S_MAX},
  idle_transaction_timeout = ${HOLD_S_MAX}`;

/** Rows of the application's tables in a MariaDB 10.5 or later, written under the truth map that lies beside them. */
export class MysqlStore implements LegacyStore {
  readonly #settings: MysqlSettings;
  readonly #pool: MysqlPool;
  /** Writes that wait for a hold take all connections of the pool; whoever asks how the truth moves does not wait behind them. */
  readonly #truthPool: MysqlPool;
  readonly #tables = new Map<string, Promise<TableFacts>>();
  readonly #statements = new Map<string, RowSql>();

  constructor(settings: MysqlSettings) {
    this.#settings = settings;
    this.#pool = new MysqlPool(settings, SET_UP);
    this.#truthPool = new MysqlPool({ ...settings, connectionsMax: 1 }, SET_UP);
  }

  async prepare(migration: string): Promise<void> {
    await this.#run(`preparing ${migration}`, (session) => createControlTables(session, migration));
  }

  async truth(migration: string): Promise<TruthMap> {
    const undertaking = { what: `reading the truth of ${migration}`, deadlineMs: STATEMENT_MS_MAX };
    return this.#truthPool.use(undertaking, async (session) => {
      const truth = await readTruth(session, migration);
      await session.query('COMMIT');
      return truth;
    });
  }

  async announce(migration: string, settings: string): Promise<void> {
    await this.#run(`announcing for ${migration}`, async (session) => {
      const found = await session.execute('SELECT 1 FROM actionbase_migration WHERE migration = ? FOR UPDATE', [
        migration,
      ]);
      if (found.length === 0) throw notPrepared(migration);
      await session.execute('UPDATE actionbase_migration SET settings = ? WHERE migration = ?', [settings, migration]);
      await session.query('COMMIT');
    });
  }

  async write(write: LegacyWrite): Promise<LegacyWritten> {
    const facts = await this.#facts(write.table);
    const { table, versionColumn, values = {} } = write;
    const sql = this.#sql(facts, { versionColumn, valueColumns: Object.keys(values) });
    return this.#run(`writing a row of ${table}`, (session) => writeRow(session, write, sql));
  }

  async backUp(batch: BackUpBatch): Promise<void> {
    const facts = await this.#facts(batch.table);
    const { table, versionColumn } = batch;
    await this.#run(`writing ${batch.rows.length} rows of the new side to ${table}`, (session) =>
      backUpRows(session, batch, ({ values = {} }) =>
        this.#sql(facts, { versionColumn, valueColumns: Object.keys(values) }),
      ),
    );
  }

  async backedUp(migration: string): Promise<string | undefined> {
    return this.#run(`reading how far ${migration} was backed up`, async (session) => {
      const [row] = await session.execute('SELECT position, ordinal FROM actionbase_backup WHERE migration = ?', [
        migration,
      ]);
      await session.query('COMMIT');
      if (row === undefined) throw notPrepared(migration);
      return String(row.ordinal).startsWith('-') ? undefined : String(row.position);
    });
  }

  async hold(migration: string): Promise<TruthHold> {
    return MysqlTruthHold.take(this.#settings, migration);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool[Symbol.asyncDispose]();
    await this.#truthPool[Symbol.asyncDispose]();
  }

  /** A transaction, begun anew when the server broke a deadlock by it: then nothing of it has happened. */
  async #run<T>(what: string, work: (session: MysqlSession) => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#pool.use({ what, deadlineMs: STATEMENT_MS_MAX }, work);
      } catch (error) {
        if (attempt === DEADLOCK_RETRIES_MAX || !isDeadlock(error)) throw error;
      }
    }
  }

  #facts(table: string): Promise<TableFacts> {
    const known = this.#tables.get(table);
    if (known !== undefined) return known;
    const describing = this.#run(`describing ${table}`, async (session) => {
      const facts = await describeTable(session, table);
      await session.query('COMMIT');
      return facts;
    });
    this.#tables.set(table, describing);
    describing.catch(() => this.#tables.delete(table));
    return describing;
  }

  #sql(facts: TableFacts, shape: RowShape): RowSql {
    const name = JSON.stringify([facts.description.table, shape.versionColumn, shape.valueColumns]);
    const known = this.#statements.get(name);
    if (known !== undefined) return known;
    const sql = rowSql(facts, shape);
    this.#statements.set(name, sql);
    return sql;
  }
}
