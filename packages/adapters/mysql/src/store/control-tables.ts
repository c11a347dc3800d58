import { BUCKETS } from '@actionbase/core/digest/row-digest';
import type { TruthMap } from '@actionbase/ports/legacy';
import { errorNumber, refused } from '../mysql-failure.ts';
import type { MysqlSession } from '../mysql-session.ts';

/**
 * Small tables beside the application's own, which keep who is the truth:
 *
 *   actionbase_migration  the truth map: one row per migration
 *   actionbase_bucket     a row per bucket, which every write of the bucket locks: it orders them and gives their versions
 *   actionbase_backup     how far the new side's log was applied here: one row per migration
 */
const CREATE = [
  `CREATE TABLE IF NOT EXISTS actionbase_migration (
     migration VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY,
     revision BIGINT NOT NULL, new_buckets INT NOT NULL, version_floor BIGINT NOT NULL,
     settings LONGTEXT CHARACTER SET utf8mb4 NOT NULL
   ) ENGINE = InnoDB`,
  `CREATE TABLE IF NOT EXISTS actionbase_bucket (
     migration VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin, bucket SMALLINT NOT NULL,
     last_version BIGINT NOT NULL, revision BIGINT NOT NULL, has_moved BOOLEAN NOT NULL,
     PRIMARY KEY (migration, bucket)
   ) ENGINE = InnoDB`,
  `CREATE TABLE IF NOT EXISTS actionbase_backup (
     migration VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY,
     position LONGTEXT CHARACTER SET utf8mb4 NOT NULL, ordinal DECIMAL(39) NOT NULL, version_max BIGINT NOT NULL
   ) ENGINE = InnoDB`,
];

const NO_SUCH_TABLE = 1146;

/** Creates the tables, and the rows of one migration, unless they are there. */
export async function createControlTables(session: MysqlSession, migration: string): Promise<void> {
  if (await isPrepared(session, migration)) return;
  for (const sql of CREATE) await session.query(sql);
  await session.execute(
    `INSERT IGNORE INTO actionbase_bucket
     WITH RECURSIVE numbers AS (SELECT 0 AS n UNION ALL SELECT n + 1 FROM numbers WHERE n < ${BUCKETS - 1})
     SELECT ?, n, 0, 0, FALSE FROM numbers`,
    [migration],
  );
  await session.execute('INSERT IGNORE INTO actionbase_backup VALUES (?, "", -1, 0)', [migration]);
  await session.execute('INSERT IGNORE INTO actionbase_migration VALUES (?, 0, 0, 0, "")', [migration]);
  await session.query('COMMIT');
}

/** The truth map as it was committed last. */
export async function readTruth(session: MysqlSession, migration: string): Promise<TruthMap> {
  const [row] = await session.execute(
    'SELECT revision, new_buckets, version_floor, settings FROM actionbase_migration WHERE migration = ?',
    [migration],
  );
  if (row === undefined) throw notPrepared(migration);
  return {
    revision: Number(row.revision),
    newBuckets: Number(row.new_buckets),
    versionFloor: BigInt(String(row.version_floor)),
    settings: String(row.settings),
  };
}

export function notPrepared(migration: string): Error {
  return refused(`migration ${migration} was not prepared here`);
}

async function isPrepared(session: MysqlSession, migration: string): Promise<boolean> {
  try {
    const rows = await session.execute('SELECT 1 FROM actionbase_migration WHERE migration = ?', [migration]);
    return rows.length > 0;
  } catch (error) {
    if (errorNumber(error) === NO_SUCH_TABLE) return false;
    throw error;
  }
}
