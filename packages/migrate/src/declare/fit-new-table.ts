import type { TableDescriptor } from '@actionbase/client';
import type { Migration } from './migration.ts';

/** Sentences that say why the new table can't take the migration; empty when it can. Undefined stands for no table. */
export function obstaclesOfNewTable({ edge }: Migration, found: TableDescriptor | undefined): readonly string[] {
  if (found === undefined) return ['There is no such table on the new side: create it first.'];
  const obstacles: string[] = [];
  if (!found.active) obstacles.push('It is not active.');
  if (found.mode !== 'SYNC') obstacles.push(`Its mode is ${found.mode}: a migration needs SYNC.`);
  const { schema } = found;
  if (schema.kind === 'multiEdge') return [...obstacles, 'It holds multi edges: a migration writes unique edges.'];
  const known = new Map(schema.properties.map((property) => [property.name, property]));
  for (const name of Object.keys(edge.properties)) {
    if (!known.has(name)) obstacles.push(`It has no property ${name}, which the declaration names.`);
  }
  for (const { name, nullable } of schema.properties) {
    if (nullable !== true && edge.properties[name] === undefined) {
      obstacles.push(`Its property ${name} may not be unset, and the declaration does not name it.`);
    }
  }
  return obstacles;
}
