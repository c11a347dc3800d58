import { createConnection, type Connection as MysqlSocket } from 'mysql2';
import type { Connection, ConnectionOptions } from 'mysql2/promise';
import { CONNECT_MS_MAX, PREPARED_STATEMENTS_MAX } from './limits.ts';
import { toLegacyFailure, unavailable } from './mysql-failure.ts';
import type { MysqlSettings } from './mysql-settings.ts';

/** A row as the driver gives it: 64-bit integers and decimals as text, times as text in UTC. */
export type MysqlRow = Readonly<Record<string, unknown>>;
/** A value that a statement is given: text, also for numbers, or null. */
export type MysqlParameter = string | null;

/** One connection while somebody uses it. */
export interface MysqlSession {
  /** Runs a prepared statement. */
  execute(sql: string, parameters?: readonly MysqlParameter[]): Promise<readonly MysqlRow[]>;
  /** Runs a statement that can't be prepared. */
  query(sql: string): Promise<readonly MysqlRow[]>;
}

/** What is being done, for messages, and how long all of it may take. */
export interface Undertaking {
  readonly what: string;
  readonly deadlineMs: number;
}

/** How connections are made: as the values of rows are wanted, whatever the server's own settings. */
export function connectionOptions(settings: MysqlSettings): ConnectionOptions {
  const { host, port, user, password, database, caCertificate } = settings;
  return {
    ...{ host, port, user, password, database },
    ...(caCertificate === undefined ? {} : { ssl: { ca: caCertificate } }),
    connectTimeout: CONNECT_MS_MAX,
    maxPreparedStatements: PREPARED_STATEMENTS_MAX,
    supportBigNumbers: true,
    bigNumberStrings: true,
    dateStrings: true,
    jsonStrings: true,
    timezone: 'Z',
  };
}

/** The two ways to run statements on a connection. */
export function sessionOf(connection: Pick<Connection, 'execute' | 'query'>): MysqlSession {
  return {
    async execute(sql, parameters = []) {
      const [rows] = await connection.execute(sql, [...parameters]);
      return rowsOf(rows);
    },
    async query(sql) {
      const [rows] = await connection.query(sql);
      return rowsOf(rows);
    },
  };
}

/** Settles as `work` does, or fails with `legacy-unavailable` when that takes too long. */
export async function withDeadline<T>({ what, deadlineMs }: Undertaking, work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(unavailable(`${what}: no answer within ${deadlineMs} ms`)), deadlineMs);
  try {
    return await Promise.race([work, late]);
  } catch (error) {
    throw toLegacyFailure(error, what);
  } finally {
    clearTimeout(timer);
  }
}

/** A connection for somebody who keeps it. */
export class MysqlConnection implements AsyncDisposable {
  readonly #connection: MysqlSocket;
  readonly #session: MysqlSession;

  private constructor(connection: MysqlSocket) {
    this.#connection = connection;
    this.#session = sessionOf(connection.promise());
    // What runs is told of it; a connection that breaks while nothing runs is noticed by what runs next.
    connection.on('error', () => {});
  }

  static async open(settings: MysqlSettings, what: string): Promise<MysqlConnection> {
    const connection = createConnection(connectionOptions(settings));
    const opened = new MysqlConnection(connection);
    await withDeadline({ what, deadlineMs: CONNECT_MS_MAX }, connection.promise().connect());
    return opened;
  }

  async use<T>(undertaking: Undertaking, work: (session: MysqlSession) => Promise<T>): Promise<T> {
    return withDeadline(undertaking, work(this.#session));
  }

  /** The rows of a statement as they come; the server waits for whoever takes them. */
  async *stream(sql: string): AsyncGenerator<MysqlRow, void> {
    try {
      for await (const row of this.#connection.query(sql).stream()) yield row;
    } catch (error) {
      throw toLegacyFailure(error, 'reading rows');
    }
  }

  /** Cuts the connection: the server rolls back what was open. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#connection.destroy();
  }
}

function rowsOf(result: unknown): readonly MysqlRow[] {
  return Array.isArray(result) ? (result as readonly MysqlRow[]) : [];
}
