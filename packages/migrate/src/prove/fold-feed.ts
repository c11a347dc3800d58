import type { RowMapping } from '../declare/row-mapping.ts';
import { DigestSums } from './digest-sums.ts';
import type { NewTable } from './new-table.ts';
import { bucketOf, printKey, type RowTexts } from './row-texts.ts';
import { changeOfRecord, digestOfChange, orderOfStream } from './side-change.ts';

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
    if (change !== undefined) sums.apply(digestOfChange(change, orderOfStream(value.position)));
  }
}

/** The rows of one bucket as the feed tells them. */
export async function foldBucket(
  mapping: RowMapping,
  newTable: NewTable,
  bucket: number,
): Promise<readonly RowTexts[]> {
  const rows = new Map<string, RowTexts>();
  const lines = newTable.changes(undefined);
  for (;;) {
    const { done, value } = await lines.next();
    if (done === true) return [...rows.values()];
    const change = changeOfRecord(mapping, value);
    if (change === undefined || bucketOf(change.key) !== bucket) continue;
    if (change.after === undefined) rows.delete(printKey(change.key));
    else rows.set(printKey(change.key), change.after);
  }
}
