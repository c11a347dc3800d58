import type { LegacyPosition } from '@actionbase/ports/legacy';
import { GtidPosition } from './gtid-position.ts';
import { POSITION_ATTEMPTS_MAX } from './limits.ts';
import { unavailable } from './mysql-failure.ts';
import type { MysqlSession } from './mysql-session.ts';

/** The end of the log. What is committed is in the log before anybody sees it. */
export async function logEnd(session: MysqlSession): Promise<LegacyPosition> {
  const [row] = await session.query('SELECT @@global.gtid_binlog_pos AS position');
  return GtidPosition.parse(String(row?.position)).print();
}

/**
 * Begins a transaction that sees all tables as of one position, and says which. No lock is taken.
 *
 * The server tells a snapshot's place as file and offset. If the log ended at that very place while its GTID position was
 * asked for, that is the position. Otherwise somebody committed in between; after a few attempts the server looks the place up
 * in its log, which takes time in proportion to the file.
 */
export async function beginSnapshot(session: MysqlSession): Promise<LegacyPosition> {
  for (let attempt = 1; ; attempt++) {
    const endBefore = await fileEnd(session);
    const end = await logEnd(session);
    const endAfter = await fileEnd(session);
    await session.query('START TRANSACTION WITH CONSISTENT SNAPSHOT');
    const place = await snapshotPlace(session);
    if (samePlace(endBefore, place) && samePlace(endAfter, place)) return end;
    if (attempt === POSITION_ATTEMPTS_MAX) return lookUp(session, place);
    await session.query('ROLLBACK');
  }
}

interface FilePlace {
  readonly file: string;
  readonly offset: string;
}

async function fileEnd(session: MysqlSession): Promise<FilePlace> {
  const [row] = await session.query('SHOW MASTER STATUS');
  return { file: String(row?.File), offset: String(row?.Position) };
}

async function snapshotPlace(session: MysqlSession): Promise<FilePlace> {
  const rows = await session.query("SHOW STATUS LIKE 'binlog_snapshot_%'");
  const values = new Map(rows.map((row) => [String(row.Variable_name), String(row.Value)]));
  const place = {
    file: values.get('Binlog_snapshot_file') ?? '',
    offset: values.get('Binlog_snapshot_position') ?? '',
  };
  if (place.file === '') throw unavailable('the server tells no place of the snapshot in its log');
  return place;
}

function samePlace(one: FilePlace, other: FilePlace): boolean {
  return one.file === other.file && one.offset === other.offset;
}

async function lookUp(session: MysqlSession, { file, offset }: FilePlace): Promise<LegacyPosition> {
  const [row] = await session.execute('SELECT BINLOG_GTID_POS(?, CAST(? AS UNSIGNED)) AS position', [file, offset]);
  if (typeof row?.position !== 'string') throw unavailable(`the server does not find ${file}:${offset} in its log`);
  return GtidPosition.parse(row.position).print();
}
