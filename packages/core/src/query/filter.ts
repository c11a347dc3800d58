// Hot: `matchesRow` runs for every row that a scan reads.
import { unreachable } from '../failure.ts';
import type { Table } from '../model/table.ts';
import type { PropertyType, Value } from '../model/value.ts';
import type { EdgeRow } from './edge-row.ts';
import { castPredicate, type Interval, intervalOf } from './interval.ts';
import { ownMember } from './own-member.ts';
import { malformed, type Predicate, type PredicateParameter } from './predicate.ts';
import { compareValues } from './value-order.ts';

/** Conditions that a row must meet, all of them, to be in an answer. */
export interface RowFilter {
  readonly checks: readonly RowCheck[];
}

export type RowCheck = IntervalCheck | AmongCheck;

/** The member lies within the interval; `matchesUnset` says what becomes of rows that have no value there. */
export interface IntervalCheck extends Interval {
  readonly kind: 'interval';
  readonly member: RowMember;
  readonly matchesUnset: boolean;
}

/** The member is one of `values`, which are sorted by `compareValues`. An unset value never is. */
export interface AmongCheck {
  readonly kind: 'among';
  readonly member: RowMember;
  readonly values: readonly Value[];
}

/** What a check looks at. Source and target are the real ones, `id` is a multi edge's. */
export type RowMember =
  | { readonly kind: 'property'; readonly place: number }
  | { readonly kind: 'version' | 'source' | 'target' | 'id' };

/** The filter that every row passes. */
export const NO_FILTER: RowFilter = { checks: [] };

/**
 * Compiles `filters`: conditions on properties, on `version`, `source`, `target` (or `ts`, `src`, `tgt`), and on `_id` of a
 * multi edge.
 *
 * Values are cast to the member's type and compare in the order of the keys: integers exactly, text by its UTF-8 bytes
 * (so "10" is below "9"; the reference turns both into doubles and fails for other text). An unset value never matches.
 * Messages name `parameter`.
 */
export function compileFilters(
  table: Table,
  filters: readonly Predicate[],
  parameter: PredicateParameter = 'filters',
): RowFilter {
  return { checks: filters.map((predicate) => compileFilter(table, predicate, parameter)) };
}

/** True when the row meets every check. */
export function matchesRow(filter: RowFilter, row: EdgeRow): boolean {
  const { checks } = filter;
  for (let place = 0; place < checks.length; place += 1) {
    const check = checks[place];
    if (check !== undefined && !passes(check, memberOf(row, check.member))) return false;
  }
  return true;
}

function compileFilter(table: Table, predicate: Predicate, parameter: PredicateParameter): RowCheck {
  const { member, type } = resolveMember(table, predicate.field, parameter);
  const values = castPredicate(type, predicate, parameter);
  if (predicate.op === 'in') return { kind: 'among', member, values: values.toSorted(compareValues) };
  return { kind: 'interval', member, matchesUnset: false, ...intervalOf(predicate.op, values) };
}

function resolveMember(
  table: Table,
  name: string,
  parameter: PredicateParameter,
): { member: RowMember; type: PropertyType } {
  const kind = ownMember(name);
  if (kind === 'version') return { member: { kind }, type: 'long' };
  if (kind === 'source') return { member: { kind }, type: table.sourceType };
  if (kind === 'target') return { member: { kind }, type: table.targetType };
  if (name === '_id' && table.idType !== null) return { member: { kind: 'id' }, type: table.idType };
  const place = table.fieldIndexByName.get(name);
  const field = place === undefined ? undefined : table.fields[place];
  if (place !== undefined && field !== undefined) return { member: { kind: 'property', place }, type: field.type };
  const own = table.idType === null ? ['version', 'source', 'target'] : ['version', 'source', 'target', '_id'];
  const known = [...own, ...table.fields.map((each) => each.name)].join(', ');
  throw malformed(
    parameter,
    `\`${parameter}\` names the field \`${name}\`; ${table.database}.${table.name} has ${known}`,
  );
}

function memberOf(row: EdgeRow, member: RowMember): Value {
  switch (member.kind) {
    case 'property':
      return row.values[member.place] ?? null;
    case 'version':
      return row.version;
    case 'source':
      return row.source;
    case 'target':
      return row.target;
    case 'id':
      return row.id ?? null;
    default:
      return unreachable(member);
  }
}

function passes(check: RowCheck, value: Value): boolean {
  if (check.kind === 'among') return value !== null && isAmong(check.values, value);
  if (value === null) return check.matchesUnset;
  if (check.low !== undefined) {
    const order = compareValues(value, check.low);
    if (order < 0 || (order === 0 && !check.includesLow)) return false;
  }
  if (check.high !== undefined) {
    const order = compareValues(value, check.high);
    if (order > 0 || (order === 0 && !check.includesHigh)) return false;
  }
  return true;
}

/** Binary search. */
function isAmong(values: readonly Value[], value: Value): boolean {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = compareValues(values[middle] ?? null, value);
    if (order === 0) return true;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return false;
}
