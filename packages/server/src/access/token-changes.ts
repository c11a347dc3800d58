import { Failure } from '@actionbase/core/failure';
import { serverFailures } from '../failures.ts';
import type { AccessToken } from './access-token.ts';

/** What a rotation gives a token. */
export interface Rotation {
  readonly sha256: Uint8Array;
  readonly nowMs: number;
  /** How long the text before it is still taken. */
  readonly graceMs: number;
  /** When the token ends; undefined leaves that as it is, null means never. */
  readonly expiresMs?: number | null | undefined;
}

/**
 * Gives a token a new text. The one before it is taken until the grace is over; one that was still in the grace of an
 * earlier rotation ends at once. Failure: `unknown-token`.
 */
export function rotateToken(tokens: readonly AccessToken[], id: string, rotation: Rotation): readonly AccessToken[] {
  const { sha256, nowMs, graceMs } = rotation;
  requireToken(tokens, id);
  return tokens.map((token) => {
    if (token.id !== id) return token;
    const previous = graceMs === 0 ? null : { sha256: token.sha256, expiresMs: nowMs + graceMs };
    const expiresMs = rotation.expiresMs === undefined ? token.expiresMs : rotation.expiresMs;
    return { ...token, sha256, previous, expiresMs };
  });
}

/** Takes a token away, its text before a rotation included. Failure: `unknown-token`. */
export function revokeToken(tokens: readonly AccessToken[], id: string): readonly AccessToken[] {
  requireToken(tokens, id);
  return tokens.filter((token) => token.id !== id);
}

/** The token of an id. Failure: `unknown-token`. */
export function requireToken(tokens: readonly AccessToken[], id: string): AccessToken {
  const token = tokens.find((each) => each.id === id);
  if (token !== undefined) return token;
  // What was given is not shown: it may be the token itself.
  const ids = tokens.map((each) => each.id).join(', ');
  const message = `no token has this id; the file has ${ids === '' ? 'none' : ids}`;
  throw new Failure(serverFailures['unknown-token'], message);
}
