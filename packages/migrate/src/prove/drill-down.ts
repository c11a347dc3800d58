import type { LegacyRow, LegacySource } from '@actionbase/ports/legacy';
import type { Migration } from '../declare/migration.ts';
import type { RowMapping } from '../declare/row-mapping.ts';
import { describeDifference, diffFields, diffRows, type Mismatch, type RowDifference, sameTexts } from './mismatch.ts';
import type { NewTable } from './new-table.ts';
import type { RecentKeys } from './recent-keys.ts';
import { printKey, type RowKey, textsOfCountedRow, textsOfEdge, textsOfRow } from './row-texts.ts';

export interface DrillDownParts {
  readonly migration: Migration;
  readonly mapping: RowMapping;
  readonly legacy: LegacySource;
  readonly newTable: NewTable;
  readonly recent: RecentKeys;
  readonly sleep: (ms: number) => Promise<void>;
  /** Rows of the old table below this version are not there; undefined counts all. */
  readonly versionMin: bigint | undefined;
  /** A row that differs is read again so often, each time after `recheckMs`: it may have been under way. */
  readonly rechecks: number;
  readonly recheckMs: number;
}

/** Compares the rows of a bucket one by one: the rows that differ, and go on to differ without being written. */
export async function drillDown(parts: DrillDownParts, bucket: number): Promise<Mismatch[]> {
  const { migration, mapping, legacy, newTable } = parts;
  const chunk = await legacy.readBucket({
    table: migration.from,
    columns: mapping.columns,
    source: mapping.sourceField,
    bucket,
    versionMin: mapping.countedFrom(parts.versionMin),
  });
  const edges = await newTable.edgesOf(bucket);
  const differences = diffRows(
    chunk.rows.map((row) => textsOfRow(mapping, row)),
    edges.map((edge) => textsOfEdge(mapping, edge)),
  );
  const mismatches: Mismatch[] = [];
  for (const difference of differences) {
    const confirmed = await confirm(parts, difference);
    if (confirmed !== undefined) mismatches.push(mismatchOf(parts, confirmed));
  }
  return mismatches;
}

/** Looks at one row on both sides until they agree, or have differed often enough without being changed. */
export async function confirm(parts: DrillDownParts, difference: RowDifference): Promise<RowDifference | undefined> {
  let seen: RowDifference | undefined = difference;
  for (let times = 0; times < parts.rechecks; ) {
    await parts.sleep(parts.recheckMs);
    const now = await readRow(parts, difference.key);
    if (now === undefined) return undefined;
    // A row that was written in between begins anew: it may be under way again.
    const isSame: boolean = sameTexts(now.legacy, seen.legacy) && sameTexts(now.new, seen.new);
    times = isSame ? times + 1 : 0;
    seen = now;
  }
  return seen;
}

/** A row on both sides, undefined when they agree. */
export async function readRow(parts: DrillDownParts, key: RowKey): Promise<RowDifference | undefined> {
  const { mapping, newTable, versionMin } = parts;
  const [row, edge] = [await readLegacyRow(parts, key), await newTable.get(key)];
  const left = textsOfCountedRow(mapping, row, versionMin);
  const right = edge === undefined ? undefined : textsOfEdge(mapping, edge);
  return sameTexts(left, right) ? undefined : { key, legacy: left, new: right };
}

async function readLegacyRow(
  { migration, mapping, legacy }: DrillDownParts,
  key: RowKey,
): Promise<LegacyRow | undefined> {
  const { rows } = await legacy.readRow({
    table: migration.from,
    columns: mapping.columns,
    key: mapping.keyOfTexts(key.source, key.target),
  });
  return rows[0];
}

function mismatchOf({ mapping, recent }: DrillDownParts, difference: RowDifference): Mismatch {
  const touch = recent.get(difference.key);
  return {
    kind: 'row',
    id: `row:${printKey(difference.key)}`,
    text: describeDifference(mapping, difference),
    key: difference.key,
    fields: diffFields(mapping, difference),
    touchedBy: {
      legacy: touch?.legacyPosition === undefined ? [] : [touch.legacyPosition],
      new: touch?.newPosition === undefined ? [] : [touch.newPosition],
    },
  };
}
