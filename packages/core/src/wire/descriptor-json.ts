import type { AliasDefinition, Audit, DatabaseDefinition, TableDefinition } from '../model/catalog.ts';
import { printReworkName, type Rework } from '../model/rework.ts';
import { printTableSchema } from './schema-json.ts';

/** Prints a DatabaseDescriptor, with the real audit members. */
export function printDatabase(definition: DatabaseDefinition, tenant: string): string {
  const { database, active, comment } = definition;
  return JSON.stringify({ tenant, database, active, comment, ...auditOf(definition) });
}

/**
 * Prints a TableDescriptor: the kind of the schema first, the schema in the middle, and last, only where there are any, the
 * reworks of the table, the one that is worked on first:
 *
 *     "reworks":[{"builds":["index newest"],"removes":["cache top"],"rows":1234,"states":567,"failed":[]}]
 */
export function printTable(definition: TableDefinition, tenant: string, reworks: readonly Rework[] = []): string {
  const { database, table, schema, mode, storage, active, comment } = definition;
  const head = JSON.stringify({ type: schema.kind, tenant, database, table });
  const tail = JSON.stringify({ mode, storage, active, comment, ...auditOf(definition), ...reworksOf(reworks) });
  return `${head.slice(0, -1)},"schema":${printTableSchema(schema)},${tail.slice(1)}`;
}

/** Prints an AliasDescriptor. */
export function printAlias(definition: AliasDefinition, tenant: string): string {
  const { database, alias, table, active, comment } = definition;
  return JSON.stringify({ tenant, database, alias, table, active, comment, ...auditOf(definition) });
}

function reworksOf(reworks: readonly Rework[]): object {
  if (reworks.length === 0) return {};
  return {
    reworks: reworks.map(({ builds, removes, rows, states, failed }) => ({
      builds: builds.map(printReworkName),
      removes: removes.map(printReworkName),
      rows,
      states,
      failed: failed.map(({ edge, reason, ...name }) => ({ name: printReworkName(name), edge, reason })),
    })),
  };
}

/** Just the audit members, in their order: a definition has others beside them. */
function auditOf({ revision, createdAt, createdBy, updatedAt, updatedBy }: Audit): Audit {
  return { revision, createdAt, createdBy, updatedAt, updatedBy };
}
