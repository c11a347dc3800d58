import type { RowMapping } from '../declare/row-mapping.ts';
import { fieldNames, keyOfTexts, printKey, type RowKey, type RowTexts } from './row-texts.ts';

/** A field of a row with both sides' values as texts; null is a field that is unset, undefined a row that is missing. */
export interface FieldDifference {
  readonly field: string;
  readonly legacy: string | null | undefined;
  readonly new: string | null | undefined;
}

/**
 * Where both sides disagree:
 *
 *   row      a row that one side lacks, or whose fields differ
 *   stored   rows that are stored on one side are not what its log says: damage below the log
 *   feed     the change feed, folded from its first record, does not give what is stored
 *   derived  an index, count, group or cache row of the new side is not what its states say
 *   count    a count that the old side serves is not the number of rows
 */
export type Mismatch = MismatchPlace & {
  /** Names the same disagreement every time that it is found. */
  readonly id: string;
  /** In words, with key and field. */
  readonly text: string;
  readonly key: RowKey | null;
  readonly fields: readonly FieldDifference[];
  /** The last positions of both logs that touched the key, where they are known. */
  readonly touchedBy: { readonly legacy: readonly string[]; readonly new: readonly string[] };
};

export type MismatchPlace =
  | { readonly kind: 'row' }
  | { readonly kind: 'stored'; readonly side: 'legacy' | 'new' }
  | { readonly kind: 'feed' }
  | { readonly kind: 'derived' }
  | { readonly kind: 'count'; readonly name: string };

/** Rows by their keys, from both sides, that are not the same. */
export interface RowDifference {
  readonly key: RowKey;
  readonly legacy: RowTexts | undefined;
  readonly new: RowTexts | undefined;
}

/** The rows that differ between two lists. */
export function diffRows(legacy: Iterable<RowTexts>, other: Iterable<RowTexts>): RowDifference[] {
  const left = byKey(legacy);
  const right = byKey(other);
  const differences: RowDifference[] = [];
  for (const [name, row] of left) {
    const counterpart = right.get(name);
    if (counterpart !== undefined && sameTexts(row, counterpart)) continue;
    differences.push({ key: keyOfTexts(row), legacy: row, new: counterpart });
  }
  for (const [name, row] of right) {
    if (!left.has(name)) differences.push({ key: keyOfTexts(row), legacy: undefined, new: row });
  }
  return differences;
}

export function sameTexts(a: RowTexts | undefined, b: RowTexts | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.length === b.length && a.every((text, index) => text === b[index]);
}

/** The fields in which two rows differ; all of them when one row is missing. */
export function diffFields(mapping: RowMapping, difference: RowDifference): FieldDifference[] {
  return fieldNames(mapping).flatMap((field, index) => {
    const legacy = difference.legacy === undefined ? undefined : (difference.legacy[index] ?? null);
    const other = difference.new === undefined ? undefined : (difference.new[index] ?? null);
    return legacy === other ? [] : [{ field, legacy, new: other }];
  });
}

export function describeDifference(mapping: RowMapping, difference: RowDifference): string {
  const { key } = difference;
  const name = `${key.source} → ${key.target}`;
  if (difference.new === undefined) return `${name} is missing on the new side`;
  if (difference.legacy === undefined) return `${name} is missing on the old side`;
  const fields = diffFields(mapping, difference).map(
    ({ field, legacy, new: other }) => `${field} is ${show(legacy)} on the old side and ${show(other)} on the new one`,
  );
  return `${name}: ${fields.join('; ')}`;
}

function show(text: string | null | undefined): string {
  return text === null || text === undefined ? 'unset' : JSON.stringify(text);
}

function byKey(rows: Iterable<RowTexts>): Map<string, RowTexts> {
  const map = new Map<string, RowTexts>();
  for (const row of rows) map.set(printKey(keyOfTexts(row)), row);
  return map;
}
