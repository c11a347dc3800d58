import type { BackUpBatch, BackUpRow } from '@actionbase/ports/legacy';
import type { MysqlParameter, MysqlSession } from '../mysql-session.ts';
import { notPrepared } from './control-tables.ts';
import type { RowSql } from './row-sql.ts';
import { parameterOf } from './write-row.ts';

/** Rows of one statement, largest first: few texts, so that the server keeps them prepared. */
const STATEMENT_ROWS = [64, 8, 1] as const;

/** Applies a batch of the new side's rows with its position, in one transaction; one that came before changes nothing. */
export async function backUpRows(
  session: MysqlSession,
  batch: BackUpBatch,
  sqlOf: (row: BackUpRow) => RowSql,
): Promise<void> {
  const [stored] = await session.execute('SELECT ordinal FROM actionbase_backup WHERE migration = ? FOR UPDATE', [
    batch.migration,
  ]);
  if (stored === undefined) throw notPrepared(batch.migration);
  if (BigInt(String(stored.ordinal)) >= batch.order) {
    await session.query('ROLLBACK');
    return;
  }
  for (const { rows, sql, isDelete } of groupRows(batch.rows, sqlOf)) {
    for (const part of cut(rows)) {
      const text = isDelete ? sql.deleteMany(part.length) : sql.putMany(part.length);
      await session.execute(
        text,
        part.flatMap((row) => parametersOf(row, sql)),
      );
    }
  }
  const versionMax = batch.rows.reduce((max, { version }) => (version > max ? version : max), 0n);
  await session.execute(
    `UPDATE actionbase_backup SET position = ?, ordinal = ?, version_max = GREATEST(version_max, CAST(? AS SIGNED))
      WHERE migration = ?`,
    [batch.position, String(batch.order), String(versionMax), batch.migration],
  );
  await session.query('COMMIT');
}

interface RowGroup {
  readonly sql: RowSql;
  readonly isDelete: boolean;
  readonly rows: BackUpRow[];
}

/** Of each key only the last row counts. Rows in the order of their keys' text, so that two batches lock in one order. */
function groupRows(rows: readonly BackUpRow[], sqlOf: (row: BackUpRow) => RowSql): Iterable<RowGroup> {
  const last = new Map(rows.map((row) => [printKey(row), row]));
  const groups = new Map<string, RowGroup>();
  for (const [, row] of [...last].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const isDelete = row.values === undefined;
    const name = isDelete ? '' : Object.keys(row.values).join('\0');
    const group = groups.get(`${isDelete} ${name}`) ?? { sql: sqlOf(row), isDelete, rows: [] };
    group.rows.push(row);
    groups.set(`${isDelete} ${name}`, group);
  }
  return groups.values();
}

function printKey({ key }: BackUpRow): string {
  return JSON.stringify(Object.entries(key).map(([name, value]) => [name, typeof value, String(value)]));
}

function parametersOf(row: BackUpRow, sql: RowSql): MysqlParameter[] {
  const keys = sql.keyColumns.map((name) => parameterOf(row.key, name));
  const { values } = row;
  const others = values === undefined ? [] : sql.valueColumns.map((name) => parameterOf(values, name));
  return [...keys, ...others, String(row.version)];
}

function* cut(rows: readonly BackUpRow[]): Generator<readonly BackUpRow[]> {
  let start = 0;
  while (start < rows.length) {
    const size = STATEMENT_ROWS.find((size) => size <= rows.length - start) ?? 1;
    yield rows.slice(start, start + size);
    start += size;
  }
}
