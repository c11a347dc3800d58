import type { MysqlRow, MysqlSession } from './mysql-session.ts';

/** Sentences on the triggers and foreign keys of a table, as far as this user may see them. */
export async function tableWarnings(session: MysqlSession, table: string): Promise<string[]> {
  return [...(await triggerWarnings(session, table)), ...(await foreignKeyWarnings(session, table))];
}

async function triggerWarnings(session: MysqlSession, table: string): Promise<string[]> {
  if (!(await maySeeTriggers(session, table))) {
    const [row] = await session.query('SELECT DATABASE() AS name');
    return [
      `The user may not see triggers: GRANT TRIGGER ON ${String(row?.name)}.${table} to it, or look with another one whether there are some.`,
    ];
  }
  const triggers = await session.execute(
    `SELECT TRIGGER_NAME AS name, ACTION_TIMING AS timing, EVENT_MANIPULATION AS event FROM information_schema.TRIGGERS
      WHERE EVENT_OBJECT_SCHEMA = DATABASE() AND EVENT_OBJECT_TABLE = ? ORDER BY TRIGGER_NAME`,
    [table],
  );
  return triggers.map(
    ({ name, timing, event }) =>
      `The trigger ${String(name)} runs ${String(timing)} ${String(event)}, for rows that come back too, and then later than their ` +
      'writes: let the application do its work before keys move, or see that it does no harm.',
  );
}

/** The server hides triggers from whoever lacks the right TRIGGER, without a word. */
async function maySeeTriggers(session: MysqlSession, table: string): Promise<boolean> {
  const [row] = await session.query('SELECT DATABASE() AS name');
  const scopes = ['*.*', `\`${String(row?.name)}\`.*`, `\`${String(row?.name)}\`.\`${table}\``];
  const grants = (await session.query('SHOW GRANTS')).flatMap((grant) => Object.values(grant).map(String));
  return grants.some((grant) => {
    const [rights = '', scope = ''] = grant.replace(/^GRANT /, '').split(/ ON | TO /);
    return scopes.includes(scope.replaceAll('\\_', '_')) && /\bTRIGGER\b|^ALL PRIVILEGES/.test(rights);
  });
}

/** Of those that this table has, and of those of other tables that refer to it. */
async function foreignKeyWarnings(session: MysqlSession, table: string): Promise<string[]> {
  const keys = await session.execute(
    `SELECT CONSTRAINT_NAME AS name, TABLE_NAME AS ofTable, REFERENCED_TABLE_NAME AS toTable, DELETE_RULE AS onDelete
       FROM information_schema.REFERENTIAL_CONSTRAINTS
      WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = ?
         OR UNIQUE_CONSTRAINT_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME = ?
      ORDER BY CONSTRAINT_NAME`,
    [table, table],
  );
  return keys.map((key) => (key.ofTable === table ? ownKeyWarning(key) : foreignKeyWarning(key)));
}

const UNKNOWN_THERE = 'and the new side knows nothing of it: drop it before keys move, or the way back ends there.';

function ownKeyWarning({ name, toTable }: MysqlRow): string {
  return `The foreign key ${String(name)} refuses rows whose ${String(toTable)} row is gone, ${UNKNOWN_THERE}`;
}

function foreignKeyWarning({ name, ofTable, onDelete }: MysqlRow): string {
  const key = `The foreign key ${String(name)} of ${String(ofTable)}`;
  if (onDelete !== 'CASCADE' && onDelete !== 'SET NULL') {
    return `${key} refuses to delete a row that it refers to, ${UNKNOWN_THERE}`;
  }
  return (
    `${key} deletes or changes rows of ${String(ofTable)} when a row is deleted or changed here, and later than on the new side ` +
    'once keys have moved: let the application do that before, or see that it does no harm.'
  );
}
