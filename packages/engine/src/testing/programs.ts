import type { JsonValue } from '@actionbase/core/codec/json-value';
import { JsonDecimal } from '@actionbase/core/codec/json-value';
import type { MutationRules } from '@actionbase/core/model/edge';
import type { MutationItem } from '@actionbase/core/wire/mutation-json';
import fc from 'fast-check';
import type { TestTable } from './test-instance.ts';

/** One request of a generated program. `links` is a HASH table, `void` a NIL table. */
export interface ProgramRequest {
  readonly table: TestTable;
  readonly rules: MutationRules;
  readonly items: readonly MutationItem[];
}

export const USERS = [1n, 2n, 9_007_199_254_740_993n] as const;
export const SKUS = ['a', 'b', '스타'] as const;
export const PRODUCTS = [5n, 6n] as const;

const version = fc.bigInt({ min: 0n, max: 12n });
const eventType = fc.constantFrom('INSERT', 'INSERT', 'UPDATE', 'DELETE') as fc.Arbitrary<MutationItem['type']>;

const eventTypeV2 = fc.constantFrom('INSERT', 'INSERT', 'UPDATE', 'DELETE', 'PURGE') as fc.Arbitrary<
  MutationItem['type']
>;

/** Present, null or missing. */
function maybe(values: fc.Arbitrary<JsonValue>): fc.Arbitrary<JsonValue | undefined> {
  return fc.oneof({ weight: 4, arbitrary: values }, { weight: 1, arbitrary: fc.constantFrom(null, undefined) });
}

function present(properties: Record<string, JsonValue | undefined>): Record<string, JsonValue> {
  const named: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(properties)) if (value !== undefined) named[name] = value;
  return named;
}

function wishItems(eventTypes: fc.Arbitrary<MutationItem['type']>): fc.Arbitrary<readonly MutationItem[]> {
  const item = fc
    .record({
      type: eventTypes,
      version,
      source: fc.constantFrom<JsonValue>(...USERS),
      target: fc.constantFrom<JsonValue>(...SKUS),
      at: maybe(fc.constantFrom<JsonValue>(10, 20, 9_007_199_254_740_995n, new JsonDecimal('1.9'))),
      color: maybe(fc.constantFrom<JsonValue>('red', 'blue', '')),
      qty: maybe(fc.integer({ min: -3, max: 3 })),
      note: maybe(fc.constantFrom<JsonValue>({ a: [1, null] }, 'text', 7)),
    })
    .map(({ type, version: number, source, target, ...properties }) => ({
      type,
      version: number,
      source,
      target,
      properties: present(properties),
    }));
  return fc.array(item, { minLength: 1, maxLength: 4 });
}

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

const ofWishes = requestOf('wish', 'v3', wishItems(eventType));
const ofOrders = requestOf('orders', 'v3', fc.array(orderItem, { minLength: 1, maxLength: 4 }));

/** v3 requests over few keys and few versions, so that events meet, tie and arrive late. */
export const programRequest: fc.Arbitrary<ProgramRequest> = fc.oneof(ofWishes, ofOrders);

/** Requests by both rules, on the same edges, to tables of every layout. */
export const mixedRequest: fc.Arbitrary<ProgramRequest> = fc.oneof(
  { weight: 3, arbitrary: ofWishes },
  { weight: 3, arbitrary: requestOf('wish', 'v2', wishItems(eventTypeV2)) },
  { weight: 3, arbitrary: ofOrders },
  { weight: 2, arbitrary: requestOf('links', 'v2', wishItems(eventTypeV2)) },
  { weight: 1, arbitrary: requestOf('void', 'v2', wishItems(eventTypeV2)) },
  { weight: 1, arbitrary: requestOf('void', 'v3', wishItems(eventType)) },
);

function requestOf(
  table: TestTable,
  rules: MutationRules,
  items: fc.Arbitrary<readonly MutationItem[]>,
): fc.Arbitrary<ProgramRequest> {
  return items.map((some) => ({ table, rules, items: some }));
}
