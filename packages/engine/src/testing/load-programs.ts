import type { JsonValue } from '@actionbase/core/codec/json-value';
import type { LoadCall } from '@actionbase/core/wire/load-json';
import type { MutationItem } from '@actionbase/core/wire/mutation-json';
import fc from 'fast-check';
import { PRODUCTS, SKUS, USERS } from './programs.ts';

/** A load of a generated program. */
export interface ProgramLoad extends LoadCall {
  readonly table: 'wish' | 'orders';
}

const version = fc.integer({ min: 0, max: 12 });

const wishRow = fc.tuple(
  version,
  fc.constantFrom<JsonValue>(...USERS),
  fc.constantFrom<JsonValue>(...SKUS),
  fc.constantFrom<JsonValue>(10, 20, 9_007_199_254_740_995n, null),
  fc.constantFrom<JsonValue>('red', 'blue', '', null, '__UNSET__'),
);

const orderRow = fc.tuple(
  version,
  fc.constantFrom<JsonValue>(100, 101, 102),
  fc.constantFrom<JsonValue>(...USERS, null),
  fc.constantFrom<JsonValue>(...PRODUCTS),
  fc.constantFrom<JsonValue>(0, 1_750_000_000, 1_750_090_000),
  fc.constantFrom<JsonValue>(-5, 0, 5, null),
);

/** Loads over the same keys and versions as the requests of `mixedRequest`, with properties that no program drops. */
export const programLoad: fc.Arbitrary<ProgramLoad> = fc.oneof(
  fc
    .array(wishRow, { minLength: 1, maxLength: 6 })
    .map((rows) => ({ table: 'wish' as const, properties: ['at', 'color'], rows })),
  fc
    .array(orderRow, { minLength: 1, maxLength: 6 })
    .map((rows) => ({ table: 'orders' as const, properties: ['paidAt', 'amount'], rows })),
);

/** The mutations that do the same one by one, in the order in which a load takes the rows of each key. */
export function insertsOf({ table, properties, rows }: ProgramLoad): MutationItem[] {
  const items = rows.map((row): MutationItem => {
    const leading = table === 'wish' ? 3 : 4;
    const [id, source, target] = table === 'wish' ? [undefined, row[1], row[2]] : [row[1], row[2], row[3]];
    const named = Object.fromEntries(properties.map((name, nth) => [name, row[leading + nth] ?? null]));
    const ends = { source: source ?? undefined, target: target ?? undefined };
    return { type: 'INSERT', version: BigInt(Number(row[0])), id, ...ends, properties: named };
  });
  return items.sort((a, b) => (a.version < b.version ? -1 : a.version > b.version ? 1 : 0));
}
