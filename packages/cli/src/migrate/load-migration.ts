import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Migration } from '@actionbase/migrate/declare/migration';
import { UsageError } from '../arguments/usage-error.ts';

/** The migration that a file declares: its export `migration`, made by `defineMigration`. */
export async function loadMigration(path: string): Promise<Migration> {
  const module: unknown = await import(pathToFileURL(resolve(path)).href).catch((error: unknown) => {
    throw new UsageError(`${path} can't be used: ${error instanceof Error ? error.message : String(error)}`);
  });
  const migration =
    typeof module === 'object' && module !== null && 'migration' in module ? module.migration : undefined;
  if (isMigration(migration)) return migration;
  throw new UsageError(`${path} should export migration, made by defineMigration.`);
}

/** Whether it went through `defineMigration`, which has checked all of it. */
function isMigration(value: unknown): value is Migration {
  return typeof value === 'object' && value !== null && 'name' in value && 'edge' in value && 'gates' in value;
}
