import { bucketOfText } from '@actionbase/core/digest/row-digest';
import type { BackUpRow } from '@actionbase/ports/legacy';
import { type RowMapping, rowVersionOf } from '../declare/row-mapping.ts';
import type { FeedRecord } from './feed-record.ts';

/**
 * The rows that records bring to the old table, beyond an order that it has already: of each key the last one, since a record
 * holds the whole state after it; also where only its version has changed, since the old side's next one must be above it. What the old side decided itself (its echo) is not among them.
 */
export function rowsOf(records: readonly FeedRecord[], mapping: RowMapping, beyond: bigint): readonly BackUpRow[] {
  const rows = new Map<string, BackUpRow>();
  for (const record of records) {
    if (!record.isOurs || !record.isState || record.order <= beyond) continue;
    const { source, target, version, properties } = record;
    rows.set(JSON.stringify([String(source), String(target)]), {
      bucket: bucketOfText(String(source)),
      version: rowVersionOf(version),
      key: mapping.keyOf({ source, target }),
      values: properties === undefined ? undefined : mapping.valuesOf(properties),
    });
  }
  return [...rows.values()];
}
