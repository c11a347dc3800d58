import { parseJson } from '@actionbase/core/codec/json-text';
import { isJsonObject, type JsonPlace, parseWhole } from '@actionbase/core/wire/json-place';
import { isV2Name } from '@actionbase/core/wire/v2/entity-name';
import type { AccessToken, PreviousText } from './access-token.ts';
import { ALL_DATABASES, type Rights, ROLES, type Role } from './rights.ts';

/** Tokens in one file. */
export const TOKENS_MAX = 1_000;
/** Characters of a token's comment. */
export const TOKEN_COMMENT_LENGTH_MAX = 200;

const FORMAT = 1;
/** Shorter than the text of a token, so that a token in the wrong place is refused, and not taken for a name. */
const ID = /^[A-Za-z0-9_-]{1,32}$/;
const SHA256 = /^[0-9a-f]{64}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/;
const FILE_MEMBERS = ['format', 'tokens'] as const;
const TOKEN_MEMBERS = ['id', 'sha256', 'previous', 'role', 'databases', 'comment', 'createdAt', 'expiresAt'] as const;
const PREVIOUS_MEMBERS = ['sha256', 'expiresAt'] as const;

/**
 * Parses a file of tokens:
 *
 *     {"format":1,"tokens":[
 *     {"id":"5f3a9c01","sha256":"9b74…","role":"write","databases":["shop"],"comment":"the shop's server",
 *      "createdAt":"2026-04-01T00:00:00.000Z","expiresAt":"2026-07-01T00:00:00.000Z"}
 *     ]}
 *
 * `databases` is a list of names, or "*" for all. `comment` and `expiresAt` may be missing. After a rotation, `previous`
 * holds the hash before it and until when that one is taken. A member that nobody knows is refused: a later version may
 * bound by it what the token is for. Messages show paths and never a value, since a value may be a token that was put into
 * the wrong place. Throws the failure `malformed-json`.
 */
export function parseTokenFile(text: string): readonly AccessToken[] {
  return parseWhole(parseJson(text), '', (file) => {
    knownMembers(file, FILE_MEMBERS);
    const format = file.member('format');
    if (format.value !== FORMAT) format.refuse(`must be ${FORMAT}`);
    const places = listOf(file.member('tokens'));
    if (places.length > TOKENS_MAX) file.member('tokens').refuse(`must have at most ${TOKENS_MAX} tokens`);
    const tokens = places.slice(0, TOKENS_MAX).map(readToken);
    refuseTwins(places, tokens);
    return tokens;
  });
}

/** Prints a file of tokens, one token per line. */
export function printTokenFile(tokens: readonly AccessToken[]): string {
  const lines = tokens.map((token) =>
    JSON.stringify({
      id: token.id,
      sha256: printHash(token.sha256),
      ...(token.previous === null ? {} : { previous: printPrevious(token.previous) }),
      role: token.role,
      databases: token.databases,
      comment: token.comment,
      createdAt: printTime(token.createdMs),
      ...(token.expiresMs === null ? {} : { expiresAt: printTime(token.expiresMs) }),
    }),
  );
  return `{"format":${FORMAT},"tokens":[\n${lines.join(',\n')}${lines.length === 0 ? '' : '\n'}]}\n`;
}

/** A time as the file and lists show it. */
export function printTime(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

function readToken(place: JsonPlace): AccessToken {
  knownMembers(place, TOKEN_MEMBERS);
  const previous = place.member('previous');
  const expires = place.member('expiresAt');
  return {
    id: readText(place.member('id'), ID, '1 to 32 letters, digits, "_" or "-"'),
    sha256: readHash(place.member('sha256')),
    previous: previous.isMissing ? null : readPrevious(previous),
    role: readRole(place.member('role')),
    databases: readDatabases(place.member('databases')),
    comment: readComment(place.member('comment')),
    createdMs: readTime(place.member('createdAt')),
    expiresMs: expires.isMissing ? null : readTime(expires),
  };
}

function readPrevious(place: JsonPlace): PreviousText {
  knownMembers(place, PREVIOUS_MEMBERS);
  return { sha256: readHash(place.member('sha256')), expiresMs: readTime(place.member('expiresAt')) };
}

function readHash(place: JsonPlace): Uint8Array {
  const text = readText(place, SHA256, 'the SHA-256 of a token, 64 digits and letters a to f');
  return text === '' ? new Uint8Array(32) : Buffer.from(text, 'hex');
}

function readRole(place: JsonPlace): Role {
  const role = ROLES.find((each) => each === place.value);
  if (role === undefined) place.refuse(`must be one of ${ROLES.join(', ')}`);
  return role ?? 'read';
}

function readDatabases(place: JsonPlace): Rights['databases'] {
  if (place.value === ALL_DATABASES) return ALL_DATABASES;
  const items = listOf(place);
  if (Array.isArray(place.value) && items.length === 0) place.refuse('must name a database, or be "*" for all');
  return items.map((item) => {
    const { value } = item;
    if (typeof value === 'string' && value !== ALL_DATABASES && isV2Name(value)) return value;
    item.refuse('must be the name of a database; for all of them write "databases":"*"');
    return '';
  });
}

function readComment(place: JsonPlace): string {
  const { value } = place;
  if (value === undefined) return '';
  if (typeof value === 'string' && value.length <= TOKEN_COMMENT_LENGTH_MAX) return value;
  place.refuse(`must be text of at most ${TOKEN_COMMENT_LENGTH_MAX} characters`);
  return '';
}

function readTime(place: JsonPlace): number {
  const text = readText(place, TIME, 'a time like 2026-04-01T00:00:00Z');
  const timeMs = Date.parse(text);
  if (text !== '' && Number.isNaN(timeMs)) place.refuse('must be a time that exists');
  return timeMs;
}

function readText(place: JsonPlace, pattern: RegExp, allowed: string): string {
  const { value } = place;
  if (typeof value === 'string' && pattern.test(value)) return value;
  place.refuse(place.isMissing ? 'is missing' : `must be ${allowed}`);
  return '';
}

function listOf(place: JsonPlace): readonly JsonPlace[] {
  if (Array.isArray(place.value)) return place.items();
  place.refuse(place.isMissing ? 'is missing' : 'must be a list');
  return [];
}

function knownMembers(place: JsonPlace, names: readonly string[]): void {
  const { value } = place;
  if (!isJsonObject(value)) return place.refuse('must be an object');
  const unknown = Object.keys(value).filter((name) => !names.includes(name));
  if (unknown.length > 0) place.refuse(`has ${unknown.length} unknown members; known are ${names.join(', ')}`);
}

/** Two tokens of one id could not be told apart, nor could the right of a text that two tokens have. */
function refuseTwins(places: readonly JsonPlace[], tokens: readonly AccessToken[]): void {
  const seen = new Set<string>();
  for (const [at, { id, sha256, previous }] of tokens.entries()) {
    const names = [`id ${id}`, printHash(sha256), ...(previous === null ? [] : [printHash(previous.sha256)])];
    if (names.some((name) => seen.has(name))) places[at]?.refuse('has an id or a hash that stands in the file twice');
    for (const name of names) seen.add(name);
  }
}

function printHash(sha256: Uint8Array): string {
  return Buffer.from(sha256).toString('hex');
}

function printPrevious({ sha256, expiresMs }: PreviousText): object {
  return { sha256: printHash(sha256), expiresAt: printTime(expiresMs) };
}
