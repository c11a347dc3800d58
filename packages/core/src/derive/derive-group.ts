// Hot: runs once per changed state, group and direction.
import { encodeGroupKey, encodeGroupQualifier } from '../codec/row-key.ts';
import { coreFailures } from '../failures.ts';
import type { EdgeKey, EdgeState } from '../model/edge.ts';
import type { TableGroup } from '../model/table.ts';
import type { Direction, Value } from '../model/value.ts';
import { formatBucket } from './date-bucket.ts';
import type { Derivation } from './derived.ts';
import { fieldValue, sameValues, vertexName, vertexOf } from './edge-view.ts';
import { type DeriveRefusal, keyTooLong, type NamedValue } from './row-limits.ts';

/**
 * What a change adds to the cells of one group in one direction: what the edge was worth is taken away, what it is
 * worth is added; in one cell the two are one delta. A group's directions are its own, not the table's.
 */
export function deriveGroup(derivation: Derivation, group: TableGroup, direction: Direction): void {
  const { key, before, after } = derivation;
  const was = before === undefined ? undefined : cellOf(key, before, { group, direction });
  const is = after === undefined ? undefined : cellOf(key, after, { group, direction });
  if (is !== undefined && is.amount === undefined) {
    derivation.refusal ??= missingSumValue(group);
    return;
  }
  // An edge that a foreign writer stored without the value was never added, so there is nothing to take away.
  const lost = was?.amount ?? 0n;
  const gained = is?.amount ?? 0n;
  const stays = was !== undefined && is !== undefined && sameCell(was, is);
  if (was !== undefined && !stays) pushDelta(derivation, was, -lost);
  if (is === undefined) return;
  const sizeBytes = pushDelta(derivation, is, stays ? gained - lost : gained);
  if (sizeBytes > derivation.limits.keyBytesMax) derivation.refusal ??= cellTooLong(derivation, is, sizeBytes);
}

/** A cell of a group and what one edge is worth in it; undefined when the value that SUM adds up is not set. */
interface GroupCell {
  readonly group: TableGroup;
  readonly direction: Direction;
  readonly vertex: Value;
  readonly values: readonly Value[];
  readonly amount: bigint | undefined;
}

interface GroupSide {
  readonly group: TableGroup;
  readonly direction: Direction;
}

function cellOf(key: EdgeKey, state: EdgeState, { group, direction }: GroupSide): GroupCell {
  const count = group.fields.length;
  const values = new Array<Value>(count);
  for (let i = 0; i < count; i++) {
    const field = group.fields[i];
    const value = field === undefined ? null : fieldValue(field.from, key, state);
    const bucket = field === undefined ? null : field.bucket;
    values[i] = bucket === null ? value : formatBucket(bucket, value);
  }
  const amount = group.valueFrom === null ? 1n : amountOf(fieldValue(group.valueFrom, key, state));
  return { group, direction, vertex: vertexOf(key, state, direction), values, amount };
}

function amountOf(value: Value): bigint | undefined {
  if (typeof value === 'bigint') return value;
  return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : undefined;
}

/** Whether two cells of one group and direction are the same. */
function sameCell(a: GroupCell, b: GroupCell): boolean {
  return a.vertex === b.vertex && sameValues(a.values, b.values);
}

/** Answers the bytes of the cell's row key and qualifier; 0 when there is nothing to add. */
function pushDelta({ table, rows }: Derivation, cell: GroupCell, amount: bigint): number {
  const delta = BigInt.asIntN(64, amount);
  if (delta === 0n) return 0;
  const key = encodeGroupKey(table, cell.group, cell.direction, cell.vertex);
  const qualifier = encodeGroupQualifier(cell.group, cell.values);
  rows.groups.push({ key, qualifier, delta });
  return key.length + qualifier.length;
}

function missingSumValue(group: TableGroup): DeriveRefusal {
  const field = group.valueName;
  const message = `${field} must be provided: the group "${group.name}" sums it up`;
  return { kind: 'refused', failure: coreFailures['missing-sum-value'], field, message };
}

function cellTooLong({ key, limits }: Derivation, cell: GroupCell, sizeBytes: number): DeriveRefusal {
  const parts: NamedValue[] = cell.group.fields.map(({ name }, i) => ({ name, value: cell.values[i] ?? null }));
  parts.push({ name: vertexName(key, cell.direction), value: cell.vertex });
  return keyTooLong(`group "${cell.group.name}"`, sizeBytes, { limits, parts });
}
