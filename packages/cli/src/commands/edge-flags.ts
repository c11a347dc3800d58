import { parseJson } from '@actionbase/core/codec/json-text';
import type { JsonObject, JsonValue } from '@actionbase/core/codec/json-value';
import { Failure } from '@actionbase/core/failure';
import { isJsonObject } from '@actionbase/core/wire/json-place';
import type { Flag } from '../arguments/flag.ts';
import type { ParsedArguments } from '../arguments/parsed-arguments.ts';
import { UsageError } from '../arguments/usage-error.ts';

/** The flags that say what a mutation is and how it is done. */
export const EDGE_FLAGS: readonly Flag[] = [
  { kind: 'text', name: 'source', value: 'SOURCE', help: 'Where the edge begins.' },
  { kind: 'text', name: 'target', value: 'TARGET', help: 'Where the edge ends.' },
  { kind: 'text', name: 'id', value: 'ID', help: 'The id of a multi edge.' },
  {
    kind: 'text',
    name: 'version',
    value: 'N|now',
    help: 'The version of the event: an integer, or the time in milliseconds (so without the flag). Higher ones win.',
  },
];

/** The flags that give an edge its properties. */
export const PROPERTY_FLAGS: readonly Flag[] = [
  { kind: 'text', name: 'properties', value: 'JSON', help: 'The properties as a JSON object.' },
  {
    kind: 'text',
    name: 'property',
    value: 'NAME=VALUE',
    repeated: true,
    help: 'One property, as text that the server reads as its type; NAME:=JSON for null, objects and so on.',
  },
];

/** The flags that say when a mutation is answered. */
export const SYNC_FLAGS: readonly Flag[] = [
  { kind: 'switch', name: 'sync', help: 'Answer after the mutation took effect, also when the table is ASYNC.' },
  { kind: 'switch', name: 'force', help: 'Do so even where the mode of the table or of the system forbids it.' },
];

/** Reads `--version`. */
export function versionOf(args: ParsedArguments, nowMs: () => number): bigint {
  const text = args.text('version') ?? 'now';
  if (text === 'now') return BigInt(nowMs());
  if (/^-?\d{1,19}$/.test(text)) return BigInt(text);
  throw new UsageError(`--version is "${text}"; expected an integer of 64 bits, or now.`);
}

/** Reads `--properties` and `--property`; the latter wins where both name a property. */
export function propertiesOf(args: ParsedArguments): JsonObject {
  const text = args.text('properties');
  const whole = text === undefined ? {} : parseFlag('--properties', text);
  if (!isJsonObject(whole)) throw new UsageError(`--properties is ${text}; expected a JSON object like {"at":1000}.`);
  return { ...whole, ...Object.fromEntries(args.texts('property').map(parseAssignment)) };
}

function parseAssignment(text: string): readonly [string, JsonValue] {
  const [, name, sign, value] = /^([^=:]+)(:?=)(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new UsageError(`--property is "${text}"; expected NAME=VALUE, or NAME:=JSON.`);
  }
  return [name, sign === ':=' ? parseFlag(`--property ${name}`, value) : value];
}

function parseFlag(flag: string, text: string): JsonValue {
  try {
    return parseJson(text);
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    throw new UsageError(`${flag} is ${text}; expected JSON: ${cause.message}.`, cause);
  }
}
