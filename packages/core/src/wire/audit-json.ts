import type { JsonValue } from '../codec/json-value.ts';
import { parseWhole } from './json-place.ts';

/** What a call asks an audit for. */
export interface AuditCall {
  readonly database: string;
  readonly table: string;
  readonly repair: boolean;
  /** Undefined leaves it to the server. */
  readonly ratePerS: number | undefined;
}

/** Rows per second that a call may ask for at most. */
export const AUDIT_RATE_MAX = 1_000_000;

/** Reads the body of an audit call. Failure: `malformed-json`, with everything that is wrong. */
export function parseAuditCall(json: JsonValue): AuditCall {
  return parseWhole(json, '', (place) => {
    const body = place.object();
    const rate = body.member('ratePerS');
    const repair = body.member('repair');
    return {
      database: body.member('database').text(),
      table: body.member('table').text(),
      repair: repair.isUnset ? false : repair.boolean(),
      ratePerS: rate.isUnset ? undefined : rate.integer(1, AUDIT_RATE_MAX),
    };
  });
}
