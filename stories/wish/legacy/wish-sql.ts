import type { Readable } from 'node:stream';
import { createPool, type Pool, type PoolConnection, type ResultSetHeader, type RowDataPacket } from 'mysql2/promise';

/** How to reach a MariaDB and a schema of it. */
export interface SqlAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** A value of a statement's parameter or of a row: integers of any width come as text. */
export type SqlValue = string | number | bigint | null;

/** A row by the names of its columns, integers beyond 2^53 and times as texts. */
export type SqlRow = Readonly<Record<string, string | number | null>>;

/** Connections to one schema. Statements are prepared on the server, texts are utf8mb4. */
export class WishSql implements AsyncDisposable {
  readonly #pool: Pool;
  #statements = 0;

  constructor(address: SqlAddress, connectionsMax = 16) {
    this.#pool = createPool({
      ...address,
      connectionLimit: connectionsMax,
      charset: 'utf8mb4_unicode_ci',
      supportBigNumbers: true,
      bigNumberStrings: true,
      dateStrings: true,
    });
  }

  /** How many statements were sent, those of transactions left out. */
  get statements(): number {
    return this.#statements;
  }

  async rows(statement: string, values: readonly SqlValue[] = []): Promise<readonly SqlRow[]> {
    this.#statements++;
    const [rows] = await this.#pool.execute<RowDataPacket[]>(statement, [...values].map(asText));
    return rows;
  }

  /** Rows that a statement changed, as MariaDB counts them. */
  async change(statement: string, values: readonly SqlValue[] = []): Promise<number> {
    this.#statements++;
    const [result] = await this.#pool.execute<ResultSetHeader>(statement, [...values].map(asText));
    return result.affectedRows;
  }

  /** Runs a statement that can't be prepared. */
  async run(statement: string): Promise<void> {
    await this.#pool.query(statement);
  }

  /** Loads lines of tab-separated values into a table, by `LOAD DATA LOCAL`. */
  async load(statement: string, lines: () => Readable): Promise<void> {
    await this.#pool.query({ sql: statement, infileStreamFactory: lines });
  }

  /** Runs statements of one transaction; what throws rolls it back. */
  async transaction<T>(run: (statements: SqlTransaction) => Promise<T>): Promise<T> {
    const connection = await this.#pool.getConnection();
    try {
      await connection.beginTransaction();
      const result = await run(new SqlTransaction(connection));
      await connection.commit();
      return result;
    } catch (error) {
      await connection.rollback().catch(() => connection.destroy());
      throw error;
    } finally {
      connection.release();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.end();
  }
}

/** Statements of one open transaction. */
export class SqlTransaction {
  readonly #connection: PoolConnection;

  constructor(connection: PoolConnection) {
    this.#connection = connection;
  }

  async rows(statement: string, values: readonly SqlValue[] = []): Promise<readonly SqlRow[]> {
    const [rows] = await this.#connection.execute<RowDataPacket[]>(statement, [...values].map(asText));
    return rows;
  }

  async change(statement: string, values: readonly SqlValue[] = []): Promise<number> {
    const [result] = await this.#connection.execute<ResultSetHeader>(statement, [...values].map(asText));
    return result.affectedRows;
  }

  /** Runs a statement whose `?` stands for many rows: `(…), (…)`. */
  async changeMany(statement: string, rows: readonly (readonly SqlValue[])[]): Promise<void> {
    await this.#connection.query(statement, [rows.map((row) => row.map(asText))]);
  }
}

function asText(value: SqlValue): string | number | null {
  return typeof value === 'bigint' ? value.toString() : value;
}

/** A time as DATETIME(3) takes it, UTC: `2026-01-02 03:04:05.678`. */
export function printTime(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
}

export function parseTime(text: string): number {
  return Date.parse(`${text.replace(' ', 'T')}Z`);
}
