import type { LegacyRow } from '@actionbase/ports/legacy';
import { MemoryLegacy, memoryColumns } from '@actionbase/ports/memory/memory-legacy';
import { column, defineMigration, type MigrationDeclaration } from '../declare/define-migration.ts';
import type { Migration } from '../declare/migration.ts';

/** A small migration of wishes; what is given stands for its parts. */
export function aMigration(parts: Partial<MigrationDeclaration> = {}): Migration {
  return defineMigration({
    name: 'wish',
    from: 'wish',
    to: 'shop.wish',
    edge: {
      source: 'user_id',
      target: 'sku',
      version: 'version',
      properties: { note: 'note', at: column('at', 'milliseconds'), gift: column('gift', 'boolean') },
    },
    ...parts,
  });
}

/** The old side of it, with an empty table. */
export function aLegacy(): MemoryLegacy {
  const legacy = new MemoryLegacy();
  legacy.createTable('wish', {
    columns: memoryColumns({
      user_id: 'integer',
      sku: 'text',
      note: 'text?',
      at: 'time?',
      gift: 'integer?',
      version: 'integer',
    }),
    primaryKey: ['user_id', 'sku'],
  });
  legacy.createTable('other', { columns: memoryColumns({ id: 'integer' }), primaryKey: ['id'] });
  return legacy;
}

/** A row of the old table; what is not said is null. */
export function aWish(row: { readonly user_id: bigint; readonly sku: string } & Partial<LegacyRow>): LegacyRow {
  return { version: 1n, note: row.note ?? null, at: row.at ?? null, gift: row.gift ?? null, ...withVersion(row) };
}

function withVersion({
  user_id,
  sku,
  version,
}: { readonly user_id: bigint; readonly sku: string } & Partial<LegacyRow>) {
  return version === undefined ? { user_id, sku } : { user_id, sku, version };
}
