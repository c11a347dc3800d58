import { hash } from 'node:crypto';
import type { Random } from '@actionbase/ports/random';
import type { Rights } from './rights.ts';

/** A token as the server knows it: by the hash of its text, never by the text itself. */
export interface AccessToken extends Rights {
  /** Names the token in lists, logs and audit lines; it is no secret. */
  readonly id: string;
  readonly sha256: Uint8Array;
  /** The text before the last rotation, as long as it is still taken. */
  readonly previous: PreviousText | null;
  readonly comment: string;
  readonly createdMs: number;
  /** Null: never. */
  readonly expiresMs: number | null;
}

export interface PreviousText {
  readonly sha256: Uint8Array;
  readonly expiresMs: number;
}

const TOKEN_BYTES = 32;
const ID_BYTES = 4;

/** What every token of ours begins with, so that people and scanners recognise one that got somewhere else. */
export const TOKEN_PREFIX = 'actionbase_';

/**
 * A new token's text: the prefix and 32 random bytes.
 *
 *     actionbase_3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
 */
export function makeTokenText(random: Random): string {
  return TOKEN_PREFIX + Buffer.from(random.bytes(new Uint8Array(TOKEN_BYTES))).toString('base64url');
}

export function makeTokenId(random: Random): string {
  return Buffer.from(random.bytes(new Uint8Array(ID_BYTES))).toString('hex');
}

/**
 * The SHA-256 of a token's text. One round is enough: nobody tries out 2^256 texts, however fast the hash is. A slow hash
 * protects passwords that people choose, and would cost each request what it is meant to cost an attacker.
 */
export function hashTokenText(text: string): Uint8Array {
  return hash('sha256', text, 'buffer');
}
