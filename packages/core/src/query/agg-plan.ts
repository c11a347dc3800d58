import { encodeGroupQualifier, plusOne } from '../codec/row-key.ts';
import { invariant } from '../failure.ts';
import type { TableGroup, TableGroupField } from '../model/table.ts';
import type { Value } from '../model/value.ts';
import { bucketText } from './bucket-time.ts';
import { compareBytes } from './byte-order.ts';
import { castPredicate } from './interval.ts';
import { ownMember } from './own-member.ts';
import { malformed, type Predicate } from './predicate.ts';

/** Cells of a group's row with start <= qualifier < end; an undefined end is open. */
export interface CellSpan {
  readonly start: Uint8Array;
  readonly end: Uint8Array | undefined;
}

/**
 * Plans which cells of a group `ranges` name: its fields in order (a field with a bucket by the bucket's name), `eq` on all
 * but the last, `eq` or `bt` on the last. Fewer fields than the group has take in everything below them. Null when nothing
 * can match. Qualifiers descend, so the ends change places.
 *
 *     [color, day], color:eq:red;day:bt:2025-01-18,2025-01-20
 *       start = red 2025-01-20
 *       end   = red 2025-01-18, plus one
 */
export function planAgg(group: TableGroup, ranges: readonly Predicate[], nowMs: number): CellSpan | null {
  requireFieldOrder(group, ranges);
  const exact: Value[] = [];
  for (let place = 0; place < ranges.length - 1; place += 1) {
    const predicate = ranges[place];
    const field = group.fields[place];
    invariant(predicate !== undefined && field !== undefined, 'every predicate has its field');
    if (predicate.op !== 'eq') throw refused(predicate, 'all but the last predicate must be eq');
    exact.push(...valuesOf(field, predicate, nowMs));
  }
  const predicate = ranges.at(-1);
  const field = group.fields[ranges.length - 1];
  invariant(predicate !== undefined && field !== undefined, 'an aggregation has a last predicate');
  if (predicate.op !== 'eq' && predicate.op !== 'bt') throw refused(predicate, 'the last predicate must be eq or bt');
  const [low = null, high = low] = valuesOf(field, predicate, nowMs);
  const start = encodeGroupQualifier(group, [...exact, high]);
  const end = plusOne(encodeGroupQualifier(group, [...exact, low]));
  return end !== undefined && compareBytes(start, end) >= 0 ? null : { start, end };
}

function requireFieldOrder(group: TableGroup, ranges: readonly Predicate[]): void {
  if (ranges.length > 0 && ranges.every((predicate, place) => answersTo(group.fields[place], predicate.field))) return;
  const valid = group.fields.map(nameOf).join(', ');
  const input = ranges.map((each) => each.field).join(', ');
  throw malformed(
    'ranges',
    `valid \`ranges\` order for the index \`${group.name}\` is [${valid}]. input was: [${input}].`,
  );
}

function nameOf({ bucket, name }: TableGroupField): string {
  return bucket?.name ?? name;
}

/** A field without bucket that is the edge's own member is known by its v3 and v2 names. */
function answersTo(field: TableGroupField | undefined, name: string): boolean {
  if (field === undefined) return false;
  return nameOf(field) === name || (field.bucket === null && field.from.kind === ownMember(name));
}

function valuesOf({ bucket, type }: TableGroupField, predicate: Predicate, nowMs: number): readonly Value[] {
  if (bucket === null) return castPredicate(type, predicate, 'ranges');
  return predicate.values.map((text, place) => bucketText(bucket, text, { nowMs, isUpperEnd: place === 1 }));
}

function refused({ field, op }: Predicate, rule: string): ReturnType<typeof malformed> {
  return malformed('ranges', `\`${field}:${op}\` in the ranges of an aggregation: ${rule}`);
}
