import { decodeCursor } from '../codec/cursor.ts';
import { encodeValue } from '../codec/ordered-value.ts';
import { encodeIndexPrefix, plusOne } from '../codec/row-key.ts';
import { invariant } from '../failure.ts';
import type { FieldSource, Table, TableIndex, TableOrderedField } from '../model/table.ts';
import type { Direction, Value } from '../model/value.ts';
import { compareBytes } from './byte-order.ts';
import { compileFilters, type RowCheck, type RowFilter, type RowMember } from './filter.ts';
import { castPredicate, type Interval, intervalOf } from './interval.ts';
import { ownMember } from './own-member.ts';
import { malformed, type Predicate } from './predicate.ts';

/** What to read for one page of an index scan. */
export type ScanPlan = EmptyScan | KeyScan;

/** Nothing can match: a limit of 0, inverted bounds, or a cursor beyond the end. */
export interface EmptyScan {
  readonly kind: 'empty';
  readonly prefixLength: number;
}

/**
 * Index rows with start <= key < end, in key order; those that meet `filter` are the answer and count towards `limit`.
 * An undefined end is open. What follows the first `prefixLength` bytes of a key is its cursor.
 */
export interface KeyScan {
  readonly kind: 'scan';
  readonly start: Uint8Array;
  readonly end: Uint8Array | undefined;
  readonly prefixLength: number;
  readonly filter: RowFilter;
  readonly limit: number;
}

export interface ScanOptions {
  readonly direction: Direction;
  readonly vertex: Value;
  readonly ranges: readonly Predicate[];
  readonly filters: readonly Predicate[];
  /** Cursor of the last row of the page before; missing or empty: from the beginning. */
  readonly offset?: string | undefined;
  readonly limit: number;
}

/**
 * Plans a scan of `index` from one vertex.
 *
 * The equalities that lead `ranges`, and one more predicate after them, bound the keys; the others are checked row by row,
 * together with `filters`. In `ranges` an unset value counts as lower than every value, as it does in the keys (so `lt`
 * finds it); in `filters` it never matches. A cursor only ever moves the start forward: rows outside of `ranges` stay out,
 * whichever query the cursor came from.
 *
 *     index [color ASC, at DESC], color:eq:red;at:gte:2000
 *       start = prefix 34 72 65 64 00
 *       end   = prefix 34 72 65 64 00 d3 7f ff ff ff ff ff f8 30      (enc(2000) DESC, plus one)
 */
export function planScan(table: Table, index: TableIndex, options: ScanOptions): ScanPlan {
  invariant(Number.isSafeInteger(options.limit) && options.limit >= 0, 'a scan has a limit of 0 or more');
  const prefix = encodeIndexPrefix(table, index, options.direction, options.vertex);
  const bounded = boundFields(index, options.ranges);
  const bounds = boundKeys(prefix, bounded);
  const filters = compileFilters(table, options.filters);
  const start = options.offset ? laterOf(bounds.start, afterCursor(prefix, options.offset)) : bounds.start;
  const isEmpty = bounds.end !== undefined && compareBytes(start, bounds.end) >= 0;
  if (isEmpty || options.limit === 0) return { kind: 'empty', prefixLength: prefix.length };
  const residual = bounded.slice(bounds.used).map((each) => residualCheck(table, each));
  return {
    kind: 'scan',
    start,
    end: bounds.end,
    prefixLength: prefix.length,
    filter: { checks: [...residual, ...filters.checks] },
    limit: options.limit,
  };
}

/** A leading field of the index with the interval that `ranges` asks of it. */
interface BoundedField {
  readonly field: TableOrderedField;
  readonly interval: Interval;
  readonly isEquality: boolean;
}

function boundFields(index: TableIndex, ranges: readonly Predicate[]): readonly BoundedField[] {
  return ranges.map((predicate, place) => {
    const field = index.fields[place];
    if (field === undefined || !answersTo(field, predicate.field)) {
      const valid = index.fields.map((each) => each.name).join(', ');
      const input = ranges.map((each) => each.field).join(', ');
      throw malformed(
        'ranges',
        `valid \`ranges\` order for the index \`${index.name}\` is [${valid}]. input was: [${input}].`,
      );
    }
    if (predicate.op === 'in') {
      throw malformed(
        'ranges',
        `Unsupported predicate type: In(${predicate.field}); \`ranges\` takes eq, gt, gte, lt, lte and bt`,
      );
    }
    const interval = intervalOf(predicate.op, castPredicate(field.type, predicate, 'ranges'));
    return { field, interval, isEquality: predicate.op === 'eq' };
  });
}

/** An edge's own members are known by their v3 and v2 names, whichever one the index was declared with. */
export function answersTo(field: TableOrderedField, name: string): boolean {
  return field.name === name || (field.from.kind !== 'property' && field.from.kind === ownMember(name));
}

interface KeyBounds {
  readonly start: Uint8Array;
  readonly end: Uint8Array | undefined;
  /** How many of the bounded fields the keys take care of. */
  readonly used: number;
}

function boundKeys(prefix: Uint8Array, bounded: readonly BoundedField[]): KeyBounds {
  let base = prefix;
  let used = 0;
  for (const { field, interval, isEquality } of bounded) {
    used += 1;
    if (!isEquality) return { ...boundLast(base, field, interval), used };
    base = withValue(base, field, interval.low);
  }
  return { start: base, end: plusOne(base), used };
}

/** With DESC the bytes run from high to low, so the ends change places. */
function boundLast(base: Uint8Array, field: TableOrderedField, interval: Interval): Omit<KeyBounds, 'used'> {
  const { low, high, includesLow, includesHigh } = interval;
  const [first, includesFirst, last, includesLast] =
    field.order === 'ASC' ? [low, includesLow, high, includesHigh] : [high, includesHigh, low, includesLow];
  const end = last === undefined ? plusOne(base) : withValue(base, field, last);
  return {
    start: first === undefined ? base : startAt(withValue(base, field, first), includesFirst),
    end: last !== undefined && includesLast && end !== undefined ? plusOne(end) : end,
  };
}

function startAt(key: Uint8Array, includesKey: boolean): Uint8Array {
  if (includesKey) return key;
  const next = plusOne(key);
  invariant(next !== undefined, 'an encoded value has a successor: no header byte is ff');
  return next;
}

function withValue(base: Uint8Array, field: TableOrderedField, value: Value | undefined): Uint8Array {
  invariant(value !== undefined, 'a bound of a key has a value');
  return concat(base, encodeValue(field.type, value, field.order));
}

/** The first key after the one that the cursor names. */
export function afterCursor(prefix: Uint8Array, offset: string): Uint8Array {
  return concat(concat(prefix, decodeCursor(offset)), new Uint8Array(1));
}

/** The check of a range predicate that the keys could not take care of, with their meaning of unset values. */
function residualCheck(table: Table, { field, interval }: BoundedField): RowCheck {
  const matchesUnset = interval.low === undefined;
  return { kind: 'interval', member: indexedMember(table, field.from), matchesUnset, ...interval };
}

/** In an index of a multi edge, "source" and "target" both mean the id. */
function indexedMember(table: Table, from: FieldSource): RowMember {
  if (from.kind === 'property') return { kind: 'property', place: from.place };
  if (table.kind === 'multiEdge' && from.kind !== 'version') return { kind: 'id' };
  return { kind: from.kind };
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}

function laterOf(a: Uint8Array, b: Uint8Array): Uint8Array {
  return compareBytes(a, b) >= 0 ? a : b;
}
