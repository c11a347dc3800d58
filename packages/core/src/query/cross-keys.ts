import type { EdgeKey } from '../model/edge.ts';
import type { Table } from '../model/table.ts';
import type { Value } from '../model/value.ts';

/** All pairs, source by source. In a table of multi edges the key is the id twice, so other pairs name nothing. */
export function crossKeys(table: Table, sources: readonly Value[], targets: readonly Value[]): EdgeKey[] {
  const keys: EdgeKey[] = [];
  for (const source of sources) {
    for (const target of targets) {
      if (table.idType === null) keys.push({ kind: 'edge', source, target });
      else if (source === target) keys.push({ kind: 'multiEdge', id: source });
    }
  }
  return keys;
}
