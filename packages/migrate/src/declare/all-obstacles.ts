import type { TableDescriptor } from '@actionbase/client';
import type { LegacyTableDescription } from '@actionbase/ports/legacy';
import { obstaclesOfNewTable } from './fit-new-table.ts';
import { obstaclesOf } from './fit-table.ts';
import type { Migration } from './migration.ts';

/** What is in the way of a migration on both sides, each sentence with its table before it; empty when nothing is. */
export function allObstacles(
  migration: Migration,
  legacyTable: LegacyTableDescription,
  newTable: TableDescriptor | undefined,
): readonly string[] {
  const { database, table } = migration.to;
  return [
    ...obstaclesOf(migration, legacyTable).map((text) => `${migration.from}: ${text}`),
    ...obstaclesOfNewTable(migration, newTable).map((text) => `${database}.${table}: ${text}`),
  ];
}
