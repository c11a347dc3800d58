import type { MysqlSettings } from '@actionbase/adapter-mysql/mysql-settings';
import { MysqlSource } from '@actionbase/adapter-mysql/mysql-source';
import type { ActionbaseClient } from '@actionbase/client';
import { allObstacles } from '@actionbase/migrate/declare/all-obstacles';
import { warningsOf } from '@actionbase/migrate/declare/fit-table';
import type { Migration } from '@actionbase/migrate/declare/migration';
import { STAGES } from '@actionbase/migrate/stages/stage';

/** What a plan has found. */
export interface FoundPlan {
  readonly migration: string;
  readonly rowsAbout: number;
  readonly obstacles: readonly string[];
  /** What is not in the way of the beginning, and should be thought of before keys move. */
  readonly warnings: readonly string[];
  readonly text: string;
}

/** Compares a declaration with both sides; changes nothing. */
export async function planMigration(
  migration: Migration,
  legacy: MysqlSettings,
  client: ActionbaseClient,
): Promise<FoundPlan> {
  await using source = new MysqlSource(legacy);
  const description = await source.describe(migration.from);
  const { database, table } = migration.to;
  const obstacles = allObstacles(migration, description, await client.tables.get(database, table));
  const warnings = warningsOf(migration, description).map((text) => `${migration.from}: ${text}`);
  const found = { migration: migration.name, rowsAbout: description.rowsAbout, obstacles, warnings };
  return { ...found, text: print(migration, found) };
}

function print(
  { name, from, to, edge, counts }: Migration,
  { rowsAbout, obstacles, warnings }: Omit<FoundPlan, 'text'>,
): string {
  const properties = Object.entries(edge.properties).map(([property, { column }]) => `${property} from ${column}`);
  const version = edge.version.kind === 'column' ? `column ${edge.version.column}` : 'the change log';
  const lines = [
    `Migration ${name}: ${from}, about ${rowsAbout.toLocaleString('en-US')} rows, to ${to.database}.${to.table}`,
    `  an edge     ${edge.source.column} → ${edge.target.column}, version from ${version}`,
    `  properties  ${properties.join(', ') || 'none'}`,
    `  counts      ${counts.map((count) => `${count.name} (${count.prefix}… by ${count.of})`).join(', ') || 'none'}`,
    `  stages      ${STAGES.join(' → ')}`,
    obstacles.length === 0 ? 'Nothing is in the way.' : `In the way:\n${listOf(obstacles)}`,
    ...(warnings.length === 0 ? [] : [`To think of before keys move:\n${listOf(warnings)}`]),
  ];
  return `${lines.join('\n')}\n`;
}

function listOf(sentences: readonly string[]): string {
  return sentences.map((text) => `  - ${text}`).join('\n');
}
