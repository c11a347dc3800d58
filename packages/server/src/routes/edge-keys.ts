import { printJson } from '@actionbase/core/codec/json-text';
import type { JsonValue } from '@actionbase/core/codec/json-value';
import { Failure } from '@actionbase/core/failure';
import type { EdgeKey } from '@actionbase/core/model/edge';
import type { Table } from '@actionbase/core/model/table';
import { crossKeys } from '@actionbase/core/query/cross-keys';
import { castAllForWrite } from '@actionbase/core/reduce/cast';
import { engineFailures } from '@actionbase/engine/failures';

/** The vertices of a get. */
export interface PairEnds {
  readonly source: readonly string[];
  readonly target: readonly string[];
}

/**
 * The keys of the cross product of distinct sources and distinct targets, source by source. In a table of multi edges the
 * key is the id twice, so other pairs name nothing. Failures: `limit-out-of-range`, `cast-failed`.
 */
export function pairKeys(table: Table, ends: PairEnds, pairsMax: number): EdgeKey[] {
  const { idType } = table;
  const sourceTexts = distinct(ends.source);
  const targetTexts = distinct(ends.target);
  requireAtMost(sourceTexts.length * targetTexts.length, pairsMax, 'distinct sources times distinct targets');
  const sources = castAllForWrite(idType ?? table.sourceType, sourceTexts, 'source');
  const targets = castAllForWrite(idType ?? table.targetType, targetTexts, 'target');
  return crossKeys(table, sources, targets);
}

/** The keys of distinct ids. Failures: `wrong-edge-kind`, `limit-out-of-range`, `cast-failed`. */
export function idKeys(table: Table, ids: readonly JsonValue[], idsMax: number): EdgeKey[] {
  const { idType } = table;
  if (idType === null) {
    const message = 'get query with ids is only supported for multi-edge tables.';
    throw new Failure(engineFailures['wrong-edge-kind'], message, { table: `${table.database}.${table.name}` });
  }
  const values = distinct(ids);
  requireAtMost(values.length, idsMax, 'distinct ids');
  return castAllForWrite(idType, values, 'ids').map((id) => ({ kind: 'multiEdge', id }));
}

/** Refuses more of something than allowed. Failure: `limit-out-of-range`. */
export function requireAtMost(count: number, max: number, what: string): void {
  if (count <= max) return;
  throw new Failure(engineFailures['limit-out-of-range'], `${what} are ${count}; allowed are 0..${max}`, {
    count,
    max,
  });
}

/** Without doubles, in order. They are compared as they were written: "7" and "07" are two, as in the reference. */
export function distinct<V extends JsonValue>(values: readonly V[]): V[] {
  return [...new Map(values.map((value) => [printJson(value), value])).values()];
}
