import { createHash, type KeyObject, sign, verify } from 'node:crypto';

/**
 * One line of an evidence file: what was found, bound to all lines before it. The hash is SHA-256 over the number, the hash before
 * and the body's text; the signature is Ed25519 over the hash's text, with the operator's key.
 *
 *   {"number":3,"previous":"9c1f…","body":{…},"hash":"41d2…","signature":"kQ0f…"}
 *
 * The body's text is hashed as it stands in the line, so that no two programs can disagree on how to print it.
 */
export interface ChainLine {
  readonly number: number;
  readonly previous: string;
  /** JSON text, without line breaks. */
  readonly body: string;
  readonly hash: string;
  /** Base64; undefined in a chain that is not signed. */
  readonly signature: string | undefined;
}

/** What stands in for the hash before the first line. */
export const CHAIN_START = '0'.repeat(64);

/** Where a chain goes on: the number of the next line and the hash before it. */
export interface ChainEnd {
  readonly number: number;
  readonly previous: string;
}

/** The next line of a chain, as text without its line break. */
export function printChainLine({ number, previous }: ChainEnd, body: object, key?: KeyObject): string {
  const text = JSON.stringify(body);
  const hash = hashOf({ number, previous }, text);
  const signature = key === undefined ? '' : `,"signature":"${sign(null, Buffer.from(hash), key).toString('base64')}"`;
  return `{"number":${number},"previous":"${previous}","body":${text},"hash":"${hash}"${signature}}`;
}

const LINE =
  /^\{"number":(\d+),"previous":"([0-9a-f]{64})","body":(\{.*\}),"hash":"([0-9a-f]{64})"(?:,"signature":"([A-Za-z0-9+/=]+)")?\}$/;

/** Undefined when the text is no line of a chain. */
export function parseChainLine(text: string): ChainLine | undefined {
  const match = LINE.exec(text);
  if (match === null) return undefined;
  const [, number = '', previous = '', body = '', hash = '', signature] = match;
  return { number: Number(number), previous, body, hash, signature };
}

/** What is wrong with a line that should stand at this end of a chain, in words; undefined when nothing is. */
export function problemOfLine(end: ChainEnd, line: ChainLine | undefined, key?: KeyObject): string | undefined {
  if (line === undefined) return 'it is no line of a chain';
  if (line.number !== end.number) return `it has number ${line.number}, expected is ${end.number}: lines are missing`;
  if (line.previous !== end.previous) return 'it does not continue the line before';
  if (line.hash !== hashOf(end, line.body)) return 'it was changed: its hash is not that of its text';
  if (key === undefined) return undefined;
  if (line.signature === undefined) return 'it is not signed';
  const isSigned = verify(null, Buffer.from(line.hash), key, Buffer.from(line.signature, 'base64'));
  return isSigned ? undefined : 'its signature is not of this key';
}

function hashOf({ number, previous }: ChainEnd, body: string): string {
  return createHash('sha256').update(`${number}\n${previous}\n${body}`).digest('hex');
}
