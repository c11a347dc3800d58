import mysql, { type Pool, type PoolConnection } from 'mysql2/promise';
import { CONNECTIONS_DEFAULT } from './limits.ts';
import { errorNumber, unavailable } from './mysql-failure.ts';
import { connectionOptions, type MysqlSession, sessionOf, type Undertaking, withDeadline } from './mysql-session.ts';
import type { MysqlSettings } from './mysql-settings.ts';

/** Where somebody works, for whoever has to tidy up after a deadline. */
interface Place {
  connection: PoolConnection | undefined;
  isOver: boolean;
}

/** A bounded number of connections, each of them set up in the same way before its first use. */
export class MysqlPool implements AsyncDisposable {
  readonly #pool: Pool;
  readonly #setUp: string;
  readonly #ready = new WeakSet<object>();

  /** `setUp` is a statement that is run on every connection first. */
  constructor(settings: MysqlSettings, setUp: string) {
    this.#setUp = setUp;
    this.#pool = mysql.createPool({
      ...connectionOptions(settings),
      connectionLimit: settings.connectionsMax ?? CONNECTIONS_DEFAULT,
    });
  }

  /**
   * Runs `work` on a connection of its own. When it throws, what it left open is rolled back; when it takes too long, the
   * connection is cut.
   */
  async use<T>(undertaking: Undertaking, work: (session: MysqlSession) => Promise<T>): Promise<T> {
    const place: Place = { connection: undefined, isOver: false };
    try {
      return await withDeadline(undertaking, this.#run(place, work));
    } catch (error) {
      if (place.connection !== undefined) await giveBack(place.connection, error);
      throw error;
    } finally {
      place.isOver = true;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.end();
  }

  async #run<T>(place: Place, work: (session: MysqlSession) => Promise<T>): Promise<T> {
    const connection = await this.#pool.getConnection();
    if (place.isOver) {
      connection.release();
      throw unavailable('a connection came when nobody waited for it any more');
    }
    place.connection = connection;
    const result = await this.#workOn(connection, work);
    place.connection = undefined;
    connection.release();
    return result;
  }

  async #workOn<T>(connection: PoolConnection, work: (session: MysqlSession) => Promise<T>): Promise<T> {
    const session = sessionOf(connection);
    if (!this.#ready.has(connection.connection)) {
      await session.query(this.#setUp);
      this.#ready.add(connection.connection);
    }
    return work(session);
  }
}

/** After an error of the server the connection is good and only its transaction is not; after anything else nobody knows. */
async function giveBack(connection: PoolConnection, failure: unknown): Promise<void> {
  const cause = failure instanceof Error ? failure.cause : undefined;
  if (errorNumber(cause) === undefined) return connection.destroy();
  try {
    await withDeadline({ what: 'rolling back', deadlineMs: 1_000 }, connection.rollback());
    connection.release();
  } catch {
    connection.destroy();
  }
}
