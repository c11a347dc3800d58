import type { LegacyRow, LegacyWrite, LegacyWritten } from '@actionbase/ports/legacy';
import { toParameter } from '../column-kind.ts';
import type { MysqlParameter, MysqlSession } from '../mysql-session.ts';
import { notPrepared, readTruth } from './control-tables.ts';
import type { RowSql } from './row-sql.ts';

/**
 * One write of the application, in a transaction of its own:
 *
 *   1. lock the bucket's row, raise its version, learn whether it has moved
 *   2. write the row, under a version above the one that it replaces
 *   3. only where the row's own version was higher: raise the bucket's to it
 *   4. commit
 */
export async function writeRow(session: MysqlSession, write: LegacyWrite, sql: RowSql): Promise<LegacyWritten> {
  const bucket = await lockBucket(session, write);
  if (bucket.hasMoved) {
    const truth = await readTruth(session, write.migration);
    await session.query('ROLLBACK');
    return { kind: 'moved', truth };
  }
  const { version, existed } = await (write.values === undefined
    ? deleteRow(session, write, { sql, versionMin: bucket.version })
    : putRow(session, { ...write.key, ...write.values }, { sql, versionMin: bucket.version }));
  if (version > bucket.version) await raiseBucket(session, write, version);
  await session.query('COMMIT');
  return { kind: 'written', version, revision: bucket.revision, existed };
}

interface LockedBucket {
  readonly version: bigint;
  readonly revision: number;
  readonly hasMoved: boolean;
}

/**
 * As an INSERT … SELECT, because only there the server reads the other table without a lock: `backUp` must go on while a hold
 * keeps writers waiting here.
 */
async function lockBucket(
  session: MysqlSession,
  { migration, bucket, versionMin }: LegacyWrite,
): Promise<LockedBucket> {
  const [row] = await session.execute(
    `INSERT INTO actionbase_bucket
     SELECT migration, CAST(? AS SIGNED), version_max, 0, FALSE FROM actionbase_backup WHERE migration = ?
     ON DUPLICATE KEY UPDATE last_version = IF(has_moved, last_version,
       GREATEST(last_version + 1, CAST(? AS SIGNED), VALUES(last_version) + 1))
     RETURNING last_version, actionbase_bucket.revision, has_moved`,
    [String(bucket), migration, String(versionMin)],
  );
  if (row === undefined) throw notPrepared(migration);
  return {
    version: BigInt(String(row.last_version)),
    revision: Number(row.revision),
    hasMoved: Number(row.has_moved) === 1,
  };
}

interface RowWrite {
  readonly sql: RowSql;
  readonly versionMin: bigint;
}

interface RowWritten {
  readonly version: bigint;
  readonly existed: boolean;
}

async function putRow(session: MysqlSession, row: LegacyRow, { sql, versionMin }: RowWrite): Promise<RowWritten> {
  const values = sql.valueColumns.map((name) => parameterOf(row, name));
  const keys = sql.keyColumns.map((name) => parameterOf(row, name));
  const [written] = await session.execute(sql.put, [...keys, ...values, String(versionMin)]);
  return { version: BigInt(String(written?.version)), existed: true };
}

async function deleteRow(
  session: MysqlSession,
  { key }: LegacyWrite,
  { sql, versionMin }: RowWrite,
): Promise<RowWritten> {
  const [deleted] = await session.execute(
    sql.delete,
    sql.keyColumns.map((name) => parameterOf(key, name)),
  );
  if (deleted === undefined) return { version: versionMin, existed: false };
  const above = BigInt(String(deleted.version)) + 1n;
  return { version: above > versionMin ? above : versionMin, existed: true };
}

async function raiseBucket(session: MysqlSession, { migration, bucket }: LegacyWrite, version: bigint): Promise<void> {
  await session.execute('UPDATE actionbase_bucket SET last_version = ? WHERE migration = ? AND bucket = ?', [
    String(version),
    migration,
    String(bucket),
  ]);
}

export function parameterOf(row: LegacyRow, name: string): MysqlParameter {
  return toParameter(row[name] ?? null);
}
