import type { LegacyTableDescription, LegacyUniqueKey } from '@actionbase/ports/legacy';
import { type ColumnFacts, isOrderedType, kindOfType } from './column-kind.ts';
import { refused } from './mysql-failure.ts';
import type { MysqlRow, MysqlSession } from './mysql-session.ts';
import { tableWarnings } from './table-warnings.ts';

/** A table's columns as statements need them, beside what everybody may know of it. */
export interface TableFacts {
  readonly description: LegacyTableDescription;
  readonly columns: ReadonlyMap<string, ColumnFacts>;
}

/** Looks a table up in the catalog of the server, with all that makes it unfit to migrate. */
export async function describeTable(session: MysqlSession, table: string): Promise<TableFacts> {
  const [found] = await session.execute(
    `SELECT ENGINE AS engine, TABLE_TYPE AS kind, TABLE_ROWS AS rowsAbout FROM information_schema.TABLES
      WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?`,
    [table],
  );
  if (found === undefined) throw refused(`there is no table ${table} that this user may see`);
  const columnRows = await session.execute(
    `SELECT COLUMN_NAME AS name, COLUMN_TYPE AS type, IS_NULLABLE AS nullable, COLLATION_NAME AS collation
       FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION`,
    [table],
  );
  const keyRows = await session.execute(
    `SELECT INDEX_NAME AS \`key\`, COLUMN_NAME AS name, SUB_PART AS part FROM information_schema.STATISTICS
      WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? AND NON_UNIQUE = 0 ORDER BY INDEX_NAME, SEQ_IN_INDEX`,
    [table],
  );
  const columns = columnRows.map(columnOf);
  const isPrimary = (row: MysqlRow) => row.key === 'PRIMARY';
  const key = keyRows.filter(isPrimary).map((row) => ({ name: String(row.name), isWhole: row.part === null }));
  const obstacles = [
    ...tableObstacles(found),
    ...columns.flatMap(columnObstacles),
    ...keyObstacles(key, columns),
    ...(await cascadeObstacles(session, table)),
    ...(await logObstacles(session)),
    ...(await rightObstacles(session)),
  ];
  const description: LegacyTableDescription = {
    table,
    columns: columns.map(({ name, type, kind, nullable }) => ({ name, type, kind, nullable })),
    primaryKey: key.map(({ name }) => name),
    rowsAbout: Number(found.rowsAbout ?? 0),
    uniqueKeys: uniqueKeysOf(keyRows.filter((row) => !isPrimary(row))),
    obstacles,
    warnings: await tableWarnings(session, table),
  };
  return { description, columns: new Map(columns.map((column) => [column.name, column])) };
}

function uniqueKeysOf(rows: readonly MysqlRow[]): LegacyUniqueKey[] {
  const columns = Map.groupBy(rows, (row) => String(row.key));
  return [...columns].map(([name, parts]) => ({
    name,
    columns: parts.map((row) => (row.part === null ? String(row.name) : `${String(row.name)}(${String(row.part)})`)),
  }));
}

function columnOf(row: MysqlRow): ColumnFacts {
  const type = String(row.type);
  return {
    name: String(row.name),
    type,
    kind: kindOfType(type) ?? 'binary',
    nullable: row.nullable === 'YES',
    collation: row.collation === null ? undefined : String(row.collation),
  };
}

function tableObstacles({ engine, kind }: MysqlRow): string[] {
  if (kind !== 'BASE TABLE') return [`It is a ${String(kind)}: only plain tables have rows in the binary log.`];
  if (engine === 'InnoDB') return [];
  return [`Its engine is ${String(engine)}, which has no snapshots: make it InnoDB.`];
}

function columnObstacles({ name, type }: ColumnFacts): string[] {
  if (kindOfType(type) === undefined) {
    return [`Column ${name} has the type ${type}, which the binary log doesn't describe: use another one.`];
  }
  if (type.includes('mariadb-5.3')) {
    return [`Column ${name} has the type ${type}, an old format of times: rebuild the table (ALTER TABLE … FORCE).`];
  }
  if (/decimal.*zerofill/.test(type)) {
    return [`Column ${name} has the type ${type}, whose zeros the binary log leaves out: drop ZEROFILL.`];
  }
  return [];
}

interface KeyPart {
  readonly name: string;
  readonly isWhole: boolean;
}

function keyObstacles(key: readonly KeyPart[], columns: readonly ColumnFacts[]): string[] {
  if (key.length === 0) return ['It has no primary key: rows could not be told apart.'];
  return key.flatMap(({ name, isWhole }) => {
    const column = columns.find((column) => column.name === name);
    if (column === undefined) return [];
    if (!isWhole) return [`The primary key has only the beginning of column ${name}: give it the whole column.`];
    if (column.kind === 'float') return [`Column ${name} of the primary key is a floating number: make it a DECIMAL.`];
    if (!isOrderedType(column.type)) {
      return [
        `Column ${name} of the primary key has the type ${column.type}, which is ordered by inner numbers: use another one.`,
      ];
    }
    return collationObstacles(column);
  });
}

/** Texts that differ must be different keys: neither case nor spaces at the end may be overlooked. */
function collationObstacles({ name, collation }: ColumnFacts): string[] {
  if (collation === undefined || collation.endsWith('nopad_bin')) return [];
  const charset = collation.split('_')[0];
  const same = collation.endsWith('_bin') ? '"a" and "a "' : '"a", "A" and "a "';
  return [
    `Column ${name} of the primary key has the collation ${collation}, for which ${same} may be the same key: give it ${charset}_nopad_bin.`,
  ];
}

async function cascadeObstacles(session: MysqlSession, table: string): Promise<string[]> {
  const rows = await session.execute(
    `SELECT CONSTRAINT_NAME AS name, DELETE_RULE AS onDelete, UPDATE_RULE AS onUpdate
       FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = ?`,
    [table],
  );
  const acting = rows.filter((row) =>
    [row.onDelete, row.onUpdate].some((rule) => rule === 'CASCADE' || rule === 'SET NULL'),
  );
  return acting.map(
    (row) =>
      `The foreign key ${String(row.name)} changes rows without a trace in the binary log: make its rules RESTRICT.`,
  );
}

/** What the server must write into its log for rows to be read from there, sessions of other programs included. */
export async function logObstacles(session: MysqlSession): Promise<string[]> {
  const [settings] = await session.query(
    `SELECT @@version AS version, @@log_bin AS log_bin, @@global.binlog_format AS binlog_format,
            @@global.binlog_row_image AS binlog_row_image`,
  );
  const version = String(settings?.version);
  if (!/mariadb/i.test(version)) return [`The server is ${version}, not MariaDB: its log has other positions.`];
  const [metadata] = await session.query('SELECT @@global.binlog_row_metadata AS binlog_row_metadata');
  if (String(settings?.log_bin) !== '1')
    return ['The server writes no binary log: set log_bin and server_id, and restart it.'];
  const needed: readonly (readonly [string, unknown, string])[] = [
    ['binlog_format', settings?.binlog_format, 'ROW'],
    ['binlog_row_image', settings?.binlog_row_image, 'FULL'],
    ['binlog_row_metadata', metadata?.binlog_row_metadata, 'FULL'],
  ];
  return needed.flatMap(([name, is, should]) =>
    is === should
      ? []
      : [`The server has ${name} = ${String(is)}: SET GLOBAL ${name} = ${should}, also in its configuration.`],
  );
}

async function rightObstacles(session: MysqlSession): Promise<string[]> {
  const rows = await session.query('SHOW GRANTS');
  const grants = rows.flatMap((row) => Object.values(row).map(String)).filter((grant) => / ON \*\.\* TO /.test(grant));
  const has = (right: string) =>
    grants.some((grant) => grant.includes(right) || grant.startsWith('GRANT ALL PRIVILEGES'));
  const missing: string[] = [];
  if (!has('REPLICATION SLAVE')) missing.push('REPLICATION SLAVE');
  if (!has('BINLOG MONITOR') && !has('REPLICATION CLIENT')) missing.push('BINLOG MONITOR');
  return missing.map((right) => `The user lacks the right ${right}: GRANT ${right} ON *.* to it.`);
}
