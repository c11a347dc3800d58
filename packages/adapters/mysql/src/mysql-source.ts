import { BUCKETS } from '@actionbase/core/digest/row-digest';
import type {
  BucketRequest,
  ChunkRequest,
  CountByRequest,
  DigestRequest,
  DigestSum,
  FollowRequest,
  LegacyChunk,
  LegacyCountPage,
  LegacyDigest,
  LegacyHealth,
  LegacyPosition,
  LegacyRow,
  LegacySource,
  LegacyTableDescription,
  LegacyTransaction,
  RowRequest,
} from '@actionbase/ports/legacy';
import { type ColumnFacts, parameterSql, toLegacyValue, toParameter } from './column-kind.ts';
import { describeTable, logObstacles, type TableFacts } from './describe-table.ts';
import { bucketSql, countedSql, digestSql, fieldSql } from './digest-sql.ts';
import { beginSnapshot, logEnd } from './exact-snapshot.ts';
import { followLog } from './follow/follow-log.ts';
import { GtidPosition } from './gtid-position.ts';
import { CHUNK_MS_MAX, COUNT_PAGE_VALUES, DIGEST_MS_MAX, STATEMENT_MS_MAX } from './limits.ts';
import { refused } from './mysql-failure.ts';
import { MysqlPool } from './mysql-pool.ts';
import { MysqlConnection, type MysqlRow, type MysqlSession } from './mysql-session.ts';
import type { MysqlSettings } from './mysql-settings.ts';
import { quoteName } from './quote-name.ts';
import { type Condition, rangeCondition } from './range-sql.ts';

const SET_UP = `SET SESSION time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION',
  tx_isolation = 'REPEATABLE-READ', autocommit = 1`;

/**
 * Tables of a MariaDB 10.5 or later and its binary log. Reads are snapshots, which no writer waits for; it writes nothing.
 *
 * Positions are GTID positions as the server prints them (`0-1-42`): they stay true on another server of the same replication.
 */
export class MysqlSource implements LegacySource {
  readonly #settings: MysqlSettings;
  readonly #pool: MysqlPool;
  readonly #tables = new Map<string, Promise<TableFacts>>();

  constructor(settings: MysqlSettings) {
    this.#settings = settings;
    this.#pool = new MysqlPool(settings, SET_UP);
  }

  async describe(table: string): Promise<LegacyTableDescription> {
    this.#tables.delete(table);
    return (await this.#facts(table)).description;
  }

  async position(): Promise<LegacyPosition> {
    return this.#pool.use({ what: 'asking for the end of the log', deadlineMs: STATEMENT_MS_MAX }, logEnd);
  }

  rank(position: LegacyPosition): bigint {
    return GtidPosition.parse(position).rank();
  }

  async readChunk({ table, columns, rowsMax, ...range }: ChunkRequest): Promise<LegacyChunk> {
    const facts = await this.#facts(table);
    const wanted = columns.map((name) => columnOf(facts, name));
    const key = facts.description.primaryKey.map((name) => columnOf(facts, name));
    const where = rangeCondition(range, key);
    const sql =
      `${limited(CHUNK_MS_MAX)} SELECT ${wanted.map(({ name }) => quoteName(name)).join(', ')} FROM ${quoteName(table)} ` +
      `FORCE INDEX (PRIMARY) WHERE ${where.sql} ORDER BY ${key.map(({ name }) => quoteName(name)).join(', ')} LIMIT ?`;
    return this.#pool.use({ what: `reading a chunk of ${table}`, deadlineMs: CHUNK_MS_MAX }, async (session) => {
      const position = await beginSnapshot(session);
      const found = await session.execute(sql, [...where.parameters, String(rowsMax + 1)]);
      await session.query('COMMIT');
      const rows = found.slice(0, rowsMax).map((row) => toLegacyRow(row, wanted));
      return { rows, position, more: found.length > rowsMax };
    });
  }

  async digest(request: DigestRequest): Promise<LegacyDigest> {
    const { columns } = await this.#facts(request.table);
    const sql = digestSql(request, columns);
    return this.#pool.use({ what: `digesting ${request.table}`, deadlineMs: DIGEST_MS_MAX }, async (session) => {
      const position = await beginSnapshot(session);
      const found = await session.query(`${limited(DIGEST_MS_MAX)} ${sql}`);
      await session.query('COMMIT');
      return { position, sums: toSums(found) };
    });
  }

  async readRow({ table, columns, key }: RowRequest): Promise<LegacyChunk> {
    const facts = await this.#facts(table);
    const parts = Object.keys(key).map((name) => columnOf(facts, name));
    return this.#readWhere(facts, columns, {
      sql: parts.map((column) => `${quoteName(column.name)} = ${parameterSql(column)}`).join(' AND '),
      parameters: parts.map(({ name }) => toParameter(key[name] ?? null)),
    });
  }

  async readBucket({ table, columns, source, bucket, versionMin }: BucketRequest): Promise<LegacyChunk> {
    const facts = await this.#facts(table);
    return this.#readWhere(facts, columns, {
      sql: `${countedSql(versionMin, facts.columns)} AND ${bucketSql(fieldSql(source, facts.columns))} = CAST(? AS SIGNED)`,
      parameters: [String(bucket)],
    });
  }

  async *countBy({ table, field }: CountByRequest): AsyncGenerator<LegacyCountPage, void> {
    const text = fieldSql(field, (await this.#facts(table)).columns);
    const what = `counting rows of ${table} by ${field.column}`;
    await using connection = await MysqlConnection.open(this.#settings, what);
    const position = await connection.use({ what, deadlineMs: STATEMENT_MS_MAX }, async (session) => {
      await session.query(SET_UP);
      return beginSnapshot(session);
    });
    // Texts that a collation takes for the same are different values all the same.
    const sql =
      `${limited(DIGEST_MS_MAX)} SELECT ${text} AS value, COUNT(*) AS row_count FROM ${quoteName(table)} ` +
      `WHERE ${quoteName(field.column)} IS NOT NULL GROUP BY BINARY ${text}`;
    let counts = new Map<string, bigint>();
    for await (const { value, row_count: count } of connection.stream(sql)) {
      counts.set(String(value), BigInt(String(count)));
      if (counts.size < COUNT_PAGE_VALUES) continue;
      yield { position, counts };
      counts = new Map();
    }
    if (counts.size > 0) yield { position, counts };
  }

  async *follow(request: FollowRequest): AsyncGenerator<LegacyTransaction, void> {
    const undertaking = { what: 'beginning to follow the log', deadlineMs: STATEMENT_MS_MAX };
    const obstacles = await this.#pool.use(undertaking, logObstacles);
    if (obstacles.length > 0) throw refused(`the log can't be followed: ${obstacles.join(' ')}`);
    yield* followLog(this.#settings, request);
  }

  async health(): Promise<LegacyHealth> {
    return this.#pool.use({ what: 'asking how busy the server is', deadlineMs: STATEMENT_MS_MAX }, async (session) => {
      const began = performance.now();
      await session.query('DO 1');
      const pingMs = performance.now() - began;
      const [status] = await session.query("SHOW GLOBAL STATUS LIKE 'Threads_running'");
      return { threadsRunning: Number(status?.Value ?? 0), pingMs };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool[Symbol.asyncDispose]();
  }

  /** All rows that meet a condition, in no order. */
  async #readWhere(facts: TableFacts, columns: readonly string[], where: Condition): Promise<LegacyChunk> {
    const { table } = facts.description;
    const wanted = columns.map((name) => columnOf(facts, name));
    const sql =
      `${limited(CHUNK_MS_MAX)} SELECT ${wanted.map(({ name }) => quoteName(name)).join(', ')} ` +
      `FROM ${quoteName(table)} WHERE ${where.sql}`;
    return this.#pool.use({ what: `reading rows of ${table}`, deadlineMs: CHUNK_MS_MAX }, async (session) => {
      const position = await beginSnapshot(session);
      const found = await session.execute(sql, where.parameters);
      await session.query('COMMIT');
      return { rows: found.map((row) => toLegacyRow(row, wanted)), position, more: false };
    });
  }

  /** What is known of a table, looked up once; a change of its columns ends the following, whoever reads chunks meanwhile. */
  #facts(table: string): Promise<TableFacts> {
    const known = this.#tables.get(table);
    if (known !== undefined) return known;
    const describing = this.#pool.use(
      { what: `describing ${table}`, deadlineMs: STATEMENT_MS_MAX },
      (session: MysqlSession) => describeTable(session, table),
    );
    this.#tables.set(table, describing);
    describing.catch(() => this.#tables.delete(table));
    return describing;
  }
}

/** Lets the server itself end what nobody waits for any more. */
function limited(deadlineMs: number): string {
  return `SET STATEMENT max_statement_time = ${deadlineMs / 1_000} FOR`;
}

function columnOf({ description, columns }: TableFacts, name: string): ColumnFacts {
  const column = columns.get(name);
  if (column === undefined) throw refused(`table ${description.table} has no column ${name}`);
  return column;
}

function toLegacyRow(row: MysqlRow, columns: readonly ColumnFacts[]): LegacyRow {
  return Object.fromEntries(columns.map((column) => [column.name, toLegacyValue(row[column.name], column)]));
}

function toSums(rows: readonly MysqlRow[]): readonly DigestSum[] {
  const sums: DigestSum[] = Array.from({ length: BUCKETS }, () => ({ rows: 0, sum: 0n }));
  for (const { bucket, row_count: count, digest } of rows) {
    sums[Number(bucket)] = { rows: Number(count), sum: BigInt(String(digest)) };
  }
  return sums;
}
