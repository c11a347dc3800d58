import { isDeepStrictEqual } from 'node:util';
import { JSON_DEPTH_MAX } from '@actionbase/core/codec/json-reader';
import { parseJson, printJson } from '@actionbase/core/codec/json-text';
import { JsonDecimal, type JsonValue } from '@actionbase/core/codec/json-value';
import { Failure } from '@actionbase/core/failure';
import { pureTarget, type Target } from '../target.ts';

const SEEDS = [
  '{"a":[1,-2.5e3,true,false,null,"x\\u00e9\\ud83d\\ude00\\n"],"__proto__":{"b":{}}}',
  '9223372036854775808',
  '{"a":-0,"b":0.10,"c":1E+5,"a":2}',
  '[[],{},"",[[[]]]]',
  '"\\ud800"',
  `${'['.repeat(300)}${']'.repeat(300)}`,
];

/** Our JSON against that of JavaScript. */
export const JSON_TEXTS: Target = {
  name: 'json-texts',
  promise: 'a text is read as JSON exactly when JSON.parse reads it, as the same value, and printed and read as itself',
  code: /\/packages\/core\/src\/codec\/json/,
  batch: 64,
  seeds: () => SEEDS.map((text) => Buffer.from(text)),
  words: [
    '"',
    '\\',
    '\\u',
    '\\ud800',
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    'true',
    'null',
    '-',
    '0',
    '.',
    'e+',
    '1e999',
    '\0',
    ' ',
  ],
  open: () => pureTarget(playText),
};

function playText(input: Uint8Array): string | undefined {
  const text = Buffer.from(input).toString('utf8');
  const theirs = attempt(() => JSON.parse(text));
  const ours = attempt(() => parseJson(text));
  if (ours.kind === 'failed') {
    if (!(ours.error instanceof Failure)) throw ours.error;
    if (theirs.kind === 'failed' || ours.error.message.includes(`deeper than ${JSON_DEPTH_MAX}`)) return undefined;
    return `JSON.parse reads it, and we say: ${ours.error.message}`;
  }
  if (theirs.kind === 'failed') return 'we read what JSON.parse refuses';
  if (!isDeepStrictEqual(asPlain(ours.value), withoutNegativeZeros(theirs.value)))
    return 'we read another value than JSON.parse';
  const again = parseJson(printJson(ours.value));
  return isDeepStrictEqual(again, ours.value) ? undefined : 'a value is another one when printed and read again';
}

type Attempt<T> = { readonly kind: 'done'; readonly value: T } | { readonly kind: 'failed'; readonly error: unknown };

function attempt<T>(work: () => T): Attempt<T> {
  try {
    return { kind: 'done', value: work() };
  } catch (error) {
    return { kind: 'failed', error };
  }
}

/** What JavaScript makes of our value: doubles for all numbers. */
function asPlain(value: JsonValue | undefined): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof JsonDecimal) return Number(value.text) || 0;
  if (Array.isArray(value)) return value.map(asPlain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, asPlain(member)]));
}

/** Which zero an integer is, only a double knows. */
function withoutNegativeZeros(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNegativeZeros);
  if (typeof value !== 'object' || value === null) return value === 0 ? 0 : value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutNegativeZeros(member)]));
}
