import fc from 'fast-check';
import type { ModelItem } from './http-model.ts';
import type { ModelEvent } from './model-edge.ts';
import type { PlainJson } from './plain-json.ts';

const USERS = [1n, 2n, 9_007_199_254_740_993n] as const;
const SKUS = ['a', 'b', '스타'] as const;
export const PRODUCTS = [5n, 6n] as const;
export const IDS = [100n, 9n, 101n] as const;
const COLORS = ['blue', 'red', ''] as const;

export const user = fc.constantFrom(...USERS);
export const sku = fc.constantFrom(...SKUS);
const version = fc.bigInt({ min: 0n, max: 9n });
const type = fc.constantFrom(
  'INSERT' as const,
  'INSERT' as const,
  'INSERT' as const,
  'UPDATE' as const,
  'DELETE' as const,
);

/** Named with one of the values, named with null, or not named. */
function maybe(values: fc.Arbitrary<PlainJson>): fc.Arbitrary<PlainJson | undefined> {
  return fc.oneof({ weight: 5, arbitrary: values }, { weight: 1, arbitrary: fc.constantFrom(null, undefined) });
}

function eventOf(named: Record<string, fc.Arbitrary<PlainJson | undefined>>): fc.Arbitrary<ModelEvent> {
  return fc.record({ type, version, values: fc.record(named) }).map(({ values, ...event }) => {
    const given = Object.entries(values).filter((entry): entry is [string, PlainJson] => entry[1] !== undefined);
    return { ...event, named: new Map(given) };
  });
}

export const wishItem: fc.Arbitrary<ModelItem> = fc.record({
  key: fc.tuple(user, sku),
  event: eventOf({
    at: maybe(fc.constantFrom(10n, 20n, 9_007_199_254_740_995n)),
    color: maybe(fc.constantFrom(...COLORS)),
    qty: maybe(fc.constantFrom(-1n, 0n, 7n)),
  }),
});

export const orderItem: fc.Arbitrary<ModelItem> = fc.record({
  key: fc.tuple(fc.constantFrom(...IDS)),
  event: eventOf({
    // The ends of a multi edge are named or left out: null there means the same as leaving them out.
    _source: maybe(user).map((value) => value ?? undefined),
    _target: maybe(fc.constantFrom(...PRODUCTS)).map((value) => value ?? undefined),
    paidAt: maybe(fc.constantFrom(1n, 2n)),
    note: maybe(fc.constantFrom('gift', 'x')),
  }),
});

export const limit = fc.constantFrom(1, 2, 3, 10);

/** Items of one request. */
export function itemsOf(item: fc.Arbitrary<ModelItem>): fc.Arbitrary<readonly ModelItem[]> {
  return fc.array(item, { minLength: 1, maxLength: 5 });
}
