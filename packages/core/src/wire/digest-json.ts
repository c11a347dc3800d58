import type { JsonValue } from '../codec/json-value.ts';
import { BUCKETS } from '../digest/row-digest.ts';
import { parseWhole } from './json-place.ts';

/** What a call asks a digest for. */
export interface DigestCall {
  readonly database: string;
  readonly table: string;
  readonly fields: readonly string[];
  /** Null for the digests of all buckets. */
  readonly bucket: number | null;
}

/** Fields that one digest is made of, at most. */
export const DIGEST_FIELDS_MAX = 256;

/** Reads the body of a digest call. Failure: `malformed-json`, with everything that is wrong. */
export function parseDigestCall(json: JsonValue): DigestCall {
  return parseWhole(json, '', (place) => {
    const body = place.object();
    const fields = body.member('fields');
    const names = fields.items().map((name) => name.text());
    if (names.length === 0) fields.refuse('is empty; expected at least one name');
    if (names.length > DIGEST_FIELDS_MAX)
      fields.refuse(`has ${names.length} names; at most ${DIGEST_FIELDS_MAX} are allowed`);
    const bucket = body.member('bucket');
    return {
      database: body.member('database').text(),
      table: body.member('table').text(),
      fields: names,
      bucket: bucket.isUnset ? null : bucket.integer(0, BUCKETS - 1),
    };
  });
}
