import { isDeepStrictEqual } from 'node:util';
import { MalformedBytes } from '@actionbase/core/codec/malformed-bytes';
import { decodeFeedRecord } from '@actionbase/core/record/decode-feed-record';
import { encodeFeedRecord } from '@actionbase/core/record/encode-feed-record';
import type { FeedRecord } from '@actionbase/core/record/feed-record';
import { pureTarget, type Target } from '../target.ts';

/** Feed records with outcomes of all kinds. */
export const FEED_RECORDS: Target = {
  name: 'feed-records',
  promise: 'any bytes are a feed record, which is written and read again as the same one, or malformed',
  code: /\/packages\/core\/src\/(?:record|codec)\//,
  batch: 64,
  seeds: seedRecords,
  words: ['\x2b\x80\0\0\x01', '\x29\x81', '\x29\x83', '{"kind":"table","definition":{', '\x05'],
  open: () => pureTarget(playRecord),
};

function playRecord(bytes: Uint8Array): string | undefined {
  let record: FeedRecord;
  try {
    record = decodeFeedRecord(bytes);
  } catch (error) {
    if (error instanceof MalformedBytes) return undefined;
    throw error;
  }
  const again = decodeFeedRecord(encodeFeedRecord(record));
  return isDeepStrictEqual(again, record) ? undefined : 'a feed record is another one when written and read again';
}

async function seedRecords(): Promise<Uint8Array[]> {
  // It takes seconds to load, which the other targets need not wait for.
  const { default: fc } = await import('fast-check');
  const { feedRecord } = await import('@actionbase/core/testing/raw-records');
  return fc.sample(feedRecord, { seed: 1, numRuns: 60 }).map(encodeFeedRecord);
}
