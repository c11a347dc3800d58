// Hot: once per request of a guarded server.
import { timingSafeEqual } from 'node:crypto';
import type { AccessToken } from './access-token.ts';

/** Compares two hashes of one length; how long that takes must not depend on what they hold. */
export type EqualHashes = (a: Uint8Array, b: Uint8Array) => boolean;

/** What a hash stands for: a token, and when its text ends (null: never). */
export interface MatchedToken {
  readonly token: AccessToken;
  readonly expiresMs: number | null;
}

/**
 * Finds the token of a hash. Every hash is compared in full, and all of them are, whichever one matches: the time it takes
 * tells neither how much of a hash was right nor where in the file its token stands.
 */
export function matchToken(
  tokens: readonly AccessToken[],
  sha256: Uint8Array,
  isEqual: EqualHashes = timingSafeEqual,
): MatchedToken | undefined {
  let found: MatchedToken | undefined;
  for (const token of tokens) {
    const { previous, expiresMs } = token;
    if (isEqual(token.sha256, sha256)) found = { token, expiresMs };
    if (previous !== null && isEqual(previous.sha256, sha256)) {
      found = { token, expiresMs: Math.min(previous.expiresMs, expiresMs ?? Number.POSITIVE_INFINITY) };
    }
  }
  return found;
}
