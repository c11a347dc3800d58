import type { Table, TableIndex } from '../model/table.ts';
import { compileFilters } from './filter.ts';
import { castPredicate } from './interval.ts';
import type { Predicate } from './predicate.ts';
import { answersTo } from './scan-plan.ts';

/** The two things that a v2 call's `filter` does to the scan of an index. */
export interface SplitFilter {
  /** Bound the scan: one per leading field of the index, in its order. */
  readonly ranges: readonly Predicate[];
  /** Are checked row by row. */
  readonly filters: readonly Predicate[];
}

/**
 * Makes of a v2 `filter`, whose predicates stand in any order, the `ranges` and `filters` of a scan. (The reference drops
 * what does not belong to a leading field of the index, and answers edges that the filter excludes.) Failures name `filter`.
 */
export function splitFilter(table: Table, index: TableIndex, predicates: readonly Predicate[]): SplitFilter {
  const filters = [...predicates];
  const ranges: Predicate[] = [];
  for (const field of index.fields) {
    const place = filters.findIndex((predicate) => predicate.op !== 'in' && answersTo(field, predicate.field));
    const predicate = filters[place];
    if (predicate === undefined) break;
    castPredicate(field.type, predicate, 'filter');
    ranges.push(predicate);
    filters.splice(place, 1);
  }
  compileFilters(table, filters, 'filter');
  return { ranges, filters };
}
