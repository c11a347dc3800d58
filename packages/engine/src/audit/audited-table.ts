import { MalformedBytes } from '@actionbase/core/codec/malformed-bytes';
import { keyOwner } from '@actionbase/core/codec/record-type';
import { hashText } from '@actionbase/core/codec/xxhash32';
import type { ReworkName } from '@actionbase/core/model/rework';
import type { Table } from '@actionbase/core/model/table';
import type { CatalogTable } from '../catalog/catalog.ts';

/** What of a table is audited: all that is not just being built or cleaned up. */
export interface AuditedTable {
  /** The table with those of its indexes, groups and caches whose rows are complete. */
  readonly table: Table;
  /** Kind and code of the names whose rows are under rework: nobody can tell which of them should be there. */
  readonly leftOut: ReadonlySet<string>;
  /** The same text as long as the same rows mean the same. */
  readonly meaning: string;
}

/** What an audit of a table looks at, as of one catalog. */
export function auditedTable({ table, reworks }: CatalogTable): AuditedTable {
  const names = (reworks?.list ?? []).flatMap(({ builds, removes, failed }) => [...builds, ...removes, ...failed]);
  const leftOut = new Set(names.map(({ kind, name }) => ownerText(kind, hashText(name))));
  const isComplete = (one: Table['indexes'][number] | Table['groups'][number] | Table['caches'][number]): boolean =>
    one.building === undefined;
  const complete = {
    ...table,
    indexes: table.indexes.filter(isComplete),
    groups: table.groups.filter(isComplete),
    caches: table.caches.filter(isComplete),
  };
  return { table: complete, leftOut, meaning: `${table.id}/${table.revision}/${[...leftOut].sort().join()}` };
}

/** Whether a row belongs to a name that is under rework. */
export function isLeftOut({ table, leftOut }: AuditedTable, key: Uint8Array): boolean {
  if (leftOut.size === 0) return false;
  try {
    const { type, code } = keyOwner(key, table.saltBytes);
    return code !== null && leftOut.has(ownerText(type, code));
  } catch (error) {
    if (error instanceof MalformedBytes) return false;
    throw error;
  }
}

function ownerText(kind: ReworkName['kind'] | ReturnType<typeof keyOwner>['type'], code: number): string {
  return `${kind}/${code}`;
}
