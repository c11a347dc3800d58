import type { JsonValue } from '@actionbase/core/codec/json-value';
import { JsonDecimal } from '@actionbase/core/codec/json-value';
import type { MutationItem } from '@actionbase/core/wire/mutation-json';
import fc from 'fast-check';

/** One request of a generated program. */
export interface ProgramRequest {
  readonly table: 'wish' | 'orders';
  readonly items: readonly MutationItem[];
}

export const USERS = [1n, 2n, 9_007_199_254_740_993n] as const;
export const SKUS = ['a', 'b', '스타'] as const;
export const PRODUCTS = [5n, 6n] as const;

const version = fc.bigInt({ min: 0n, max: 12n });
const eventType = fc.constantFrom('INSERT', 'INSERT', 'UPDATE', 'DELETE') as fc.Arbitrary<MutationItem['type']>;

/** Present, null or missing. */
function maybe(values: fc.Arbitrary<JsonValue>): fc.Arbitrary<JsonValue | undefined> {
  return fc.oneof({ weight: 4, arbitrary: values }, { weight: 1, arbitrary: fc.constantFrom(null, undefined) });
}

function present(properties: Record<string, JsonValue | undefined>): Record<string, JsonValue> {
  const named: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(properties)) if (value !== undefined) named[name] = value;
  return named;
}

const wishItem: fc.Arbitrary<MutationItem> = fc
  .record({
    type: eventType,
    version,
    source: fc.constantFrom<JsonValue>(...USERS),
    target: fc.constantFrom<JsonValue>(...SKUS),
    at: maybe(fc.constantFrom<JsonValue>(10, 20, 9_007_199_254_740_995n, new JsonDecimal('1.9'))),
    color: maybe(fc.constantFrom<JsonValue>('red', 'blue', '')),
    qty: maybe(fc.integer({ min: -3, max: 3 })),
    note: maybe(fc.constantFrom<JsonValue>({ a: [1, null] }, 'text', 7)),
  })
  .map(({ type, version, source, target, ...properties }) => ({
    type,
    version,
    source,
    target,
    properties: present(properties),
  }));

const orderItem: fc.Arbitrary<MutationItem> = fc
  .record({
    type: eventType,
    version,
    id: fc.constantFrom<JsonValue>(100, 101, 102),
    source: maybe(fc.constantFrom<JsonValue>(...USERS)),
    target: maybe(fc.constantFrom<JsonValue>(...PRODUCTS)),
    paidAt: maybe(fc.constantFrom<JsonValue>(0, 1_750_000_000, 1_750_090_000)),
    amount: maybe(fc.integer({ min: -5, max: 5 })),
  })
  .map(({ type, version, id, source, target, ...properties }) => ({
    type,
    version,
    id,
    source: source ?? undefined,
    target: target ?? undefined,
    properties: present(properties),
  }));

/** Requests over few keys and few versions, so that events meet, tie and arrive late. */
export const programRequest: fc.Arbitrary<ProgramRequest> = fc.oneof(
  fc.record({ table: fc.constant('wish' as const), items: fc.array(wishItem, { minLength: 1, maxLength: 4 }) }),
  fc.record({ table: fc.constant('orders' as const), items: fc.array(orderItem, { minLength: 1, maxLength: 4 }) }),
);
