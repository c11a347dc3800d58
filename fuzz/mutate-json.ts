import type { SeededRandom } from '@actionbase/ports/memory/seeded-random';
import { pick } from './mutate-bytes.ts';

/** Marks a text that is printed as it stands, without quotes: for numbers that JavaScript has not. */
const RAW = '\u0001raw:';

type Json = unknown;

const NESTED_MAX = 400;

const VALUES: readonly ((random: SeededRandom) => Json)[] = [
  () => null,
  () => true,
  () => '',
  () => [],
  () => ({}),
  () => 0,
  () => -1,
  () => 1.5,
  (random) =>
    `${RAW}${pick(['9223372036854775807', '9223372036854775808', '-9223372036854775808', '-9223372036854775809'], random)}`,
  (random) =>
    `${RAW}${pick(['1e400', '-0', '1e-400', '9007199254740993', '0.1e1', '2147483648', '123456789012345678901234567890'], random)}`,
  (random) =>
    pick(['\ud800', 'a\udc00b', '\0', '__proto__', 'constructor', 'toString', '9223372036854775808', ':;,\\'], random),
  (random) => 'x'.repeat(pick([1, 255, 256, 1_901, 40_000], random)),
  (random) => nested(random.below(NESTED_MAX)),
  (random) =>
    pick(
      ['INSERT', 'UPDATE', 'DELETE', 'SYNC', 'ASYNC', 'DROP', 'EDGE', 'MULTI_EDGE', 'long', 'string', 'object', 'date'],
      random,
    ),
  (random) => new Array(random.below(300)).fill(0),
];

const NAMES = [
  '__proto__',
  'constructor',
  'toString',
  'length',
  '',
  'active',
  'schema',
  'type',
  'version',
  'properties',
  'x',
];

/** Another JSON text: one to three changes of its structure; undefined when it is none. */
export function mutateJson(text: string, random: SeededRandom): string | undefined {
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const changes = 1 + random.below(3);
  for (let i = 0; i < changes; i++) value = changed(value, random);
  return printRaw(value, random);
}

function changed(value: Json, random: SeededRandom): Json {
  if (random.below(12) === 0) return pick(VALUES, random)(random);
  if (Array.isArray(value) && value.length > 0) return changedList(value, random);
  if (typeof value === 'object' && value !== null) return changedMembers(value, random);
  return pick(VALUES, random)(random);
}

function changedList(list: readonly Json[], random: SeededRandom): Json {
  const at = random.below(list.length);
  const item = list[at];
  switch (random.below(5)) {
    case 0:
      return list.toSpliced(at, 1);
    case 1:
      return list.toSpliced(at, 0, item);
    case 2:
      return item;
    default:
      return list.with(at, changed(item, random));
  }
}

function changedMembers(members: object, random: SeededRandom): Json {
  const entries: [string, Json][] = Object.entries(members);
  const at = random.below(entries.length + 1);
  const entry = entries[at];
  if (entry === undefined) return asMembers([...entries, [pick(NAMES, random), pick(VALUES, random)(random)]]);
  const [name, value] = entry;
  switch (random.below(7)) {
    case 0:
      return asMembers(entries.toSpliced(at, 1));
    case 1:
      return asMembers(entries.with(at, [pick(NAMES, random), value]));
    case 2:
      return [members];
    default:
      return asMembers(entries.with(at, [name, changed(value, random)]));
  }
}

/** An object from its members, one called `__proto__` included. */
function asMembers(entries: readonly (readonly [string, Json])[]): Json {
  return Object.fromEntries(entries);
}

function nested(depth: number): Json {
  let value: Json = 1;
  for (let i = 0; i < depth; i++) value = i % 2 === 0 ? [value] : { a: value };
  return value;
}

/** Sometimes with a member twice. */
function printRaw(value: Json, random: SeededRandom): string {
  const text = (JSON.stringify(value) ?? 'null').replace(/"\\u0001raw:([^"]*)"/g, '$1');
  if (random.below(10) !== 0) return text;
  return text.replace(
    /\{("[^"\\]*":)/,
    (_, name: string) => `{${name}${pick(['null', '1', '"x"', '{}'], random)},${name}`,
  );
}
