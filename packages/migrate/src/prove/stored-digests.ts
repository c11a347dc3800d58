import { BUCKETS } from '@actionbase/core/digest/row-digest';
import type { DigestSum, LegacyPosition } from '@actionbase/ports/legacy';
import { sameDigest } from './digest-sums.ts';
import type { Mismatch } from './mismatch.ts';

/** What is stored on both sides, each as of a position of its own. */
export interface StoredDigests {
  readonly at: { readonly legacy: LegacyPosition; readonly new: string };
  readonly legacyRank: bigint;
  readonly newOrder: bigint;
  readonly legacy: readonly DigestSum[];
  readonly new: readonly DigestSum[];
}

/** Of a bucket without rows. */
export const ZERO: DigestSum = { rows: 0, sum: 0n };

/** The buckets whose digests are not the same. */
export function differing(a: readonly DigestSum[], b: readonly DigestSum[]): number[] {
  const buckets: number[] = [];
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
    if (!sameDigest(a[bucket] ?? ZERO, b[bucket] ?? ZERO)) buckets.push(bucket);
  }
  return buckets;
}

/** What a look at stored rows says of a bucket whose rows are not those of its log. */
export function storedMismatch(side: 'legacy' | 'new', bucket: number, rows: readonly Mismatch[]): Mismatch {
  const name = side === 'legacy' ? 'old' : 'new';
  const found = rows.map(({ text }) => text).join('; ');
  return {
    kind: 'stored',
    side,
    id: `stored:${side}:${bucket}`,
    text: `what is stored on the ${name} side for bucket ${bucket} is not what its log says: ${found || 'all rows agree with the other side'}`,
    key: rows[0]?.key ?? null,
    fields: rows.flatMap(({ fields }) => fields),
    touchedBy: {
      legacy: rows.flatMap(({ touchedBy }) => touchedBy.legacy),
      new: rows.flatMap(({ touchedBy }) => touchedBy.new),
    },
  };
}
