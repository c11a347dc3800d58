import { decodeFeedRecord } from '@actionbase/core/record/decode-feed-record';
import type { FeedRecord } from '@actionbase/core/record/feed-record';
import type { StoreReader } from '@actionbase/ports/store';
import { PARTITION } from '../partition.ts';

/**
 * Reads what the reducer did from frame `from` on, at most `framesMax` frames. A reader sees a gap when a record's
 * `previousOffset` is not the offset of the record before it.
 */
export async function readFeed(reader: StoreReader, from: number, framesMax: number): Promise<FeedRecord[]> {
  const stored = await reader.readFeed(PARTITION, from, framesMax);
  return stored.map((one) => decodeFeedRecord(one.record));
}
