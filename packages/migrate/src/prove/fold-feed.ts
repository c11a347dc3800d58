import { orderOfPosition } from '../back/feed-record.ts';
import type { RowMapping } from '../declare/row-mapping.ts';
import { DigestSums } from './digest-sums.ts';
import { sameTexts } from './mismatch.ts';
import type { NewTable } from './new-table.ts';
import { bucketOf, printKey, type RowKey, type RowTexts } from './row-texts.ts';
import { changeOfRecord, digestOfChange } from './side-change.ts';

export interface FoldedFeed {
  readonly sums: DigestSums;
  /** The position up to which the feed was folded; undefined when nothing was ever written. */
  readonly end: string | undefined;
  readonly records: number;
}

/** The change feed, folded from its first record: a snapshot that owes nothing to what is stored. */
export async function foldFeed(mapping: RowMapping, newTable: NewTable): Promise<FoldedFeed> {
  const sums = new DigestSums();
  const lines = newTable.changes(undefined);
  let records = 0;
  for (;;) {
    const { done, value } = await lines.next();
    if (done === true) return { sums, end: value, records };
    records += 1;
    const change = changeOfRecord(mapping, value);
    if (change !== undefined) sums.apply(digestOfChange(change, orderOfPosition(value.position)));
  }
}

/** One bucket as the feed tells it. */
export interface FoldedBucket {
  readonly rows: readonly RowTexts[];
  /** Keys of which a record says that something else was there before than the record before it has left: one is missing between. */
  readonly gaps: readonly FeedGap[];
}

export interface FeedGap {
  readonly key: RowKey;
  /** The record behind the gap. */
  readonly position: string;
}

/** Folds the records of one bucket, key by key. */
export async function foldBucket(mapping: RowMapping, newTable: NewTable, bucket: number): Promise<FoldedBucket> {
  const rows = new Map<string, RowTexts>();
  const gaps = new Map<string, FeedGap>();
  const lines = newTable.changes(undefined);
  for (;;) {
    const { done, value } = await lines.next();
    if (done === true) return { rows: [...rows.values()], gaps: [...gaps.values()] };
    const change = changeOfRecord(mapping, value);
    if (change === undefined || bucketOf(change.key) !== bucket) continue;
    const name = printKey(change.key);
    if (!sameTexts(rows.get(name), change.before)) gaps.set(name, { key: change.key, position: value.position });
    if (change.after === undefined) rows.delete(name);
    else rows.set(name, change.after);
  }
}
