import fc from 'fast-check';
import type { ModelDirection, ModelItem, TableName } from './http-model.ts';
import type { ModelEvent } from './model-edge.ts';
import type { PlainJson } from './plain-json.ts';

/** One step of a generated program. */
export type HttpStep =
  | {
      readonly kind: 'mutate';
      readonly name: 'wish' | 'fav';
      readonly sync: boolean;
      readonly items: readonly ModelItem[];
    }
  | { readonly kind: 'mutate-multi'; readonly items: readonly ModelItem[] }
  | {
      readonly kind: 'get';
      readonly sources: readonly bigint[];
      readonly targets: readonly string[];
      readonly byBody: boolean;
    }
  | { readonly kind: 'ids'; readonly ids: readonly bigint[] }
  | ({ readonly kind: 'counts' } & VertexQuestion)
  | ({
      readonly kind: 'scan';
      readonly index: string;
      readonly limit: number;
      readonly withTotal: boolean;
    } & VertexQuestion)
  | ({ readonly kind: 'range' | 'filter'; readonly op: ComparisonOp; readonly value: string } & VertexQuestion)
  | ({ readonly kind: 'seek'; readonly limit: number } & VertexQuestion)
  | { readonly kind: 'agg'; readonly vertices: readonly bigint[]; readonly from: string; readonly to: string }
  | { readonly kind: 'query'; readonly vertex: bigint; readonly limit: number }
  | { readonly kind: 'set-active'; readonly active: boolean }
  | { readonly kind: 'recreate'; readonly table: TableName }
  | { readonly kind: 'restart' };

/** A vertex to start at, in a table. */
export interface VertexQuestion {
  readonly table: TableName;
  readonly direction: ModelDirection;
  readonly vertex: PlainJson;
}

export type ComparisonOp = 'eq' | 'gt' | 'gte' | 'lt' | 'lte';

const USERS = [1n, 2n, 9_007_199_254_740_993n] as const;
const SKUS = ['a', 'b', '스타'] as const;
const PRODUCTS = [5n, 6n] as const;
const IDS = [100n, 9n, 101n] as const;
const COLORS = ['blue', 'red', ''] as const;

const user = fc.constantFrom(...USERS);
const sku = fc.constantFrom(...SKUS);
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

const wishItem: fc.Arbitrary<ModelItem> = fc.record({
  key: fc.tuple(user, sku),
  event: eventOf({
    at: maybe(fc.constantFrom(10n, 20n, 9_007_199_254_740_995n)),
    color: maybe(fc.constantFrom(...COLORS)),
    qty: maybe(fc.constantFrom(-1n, 0n, 7n)),
  }),
});

const orderItem: fc.Arbitrary<ModelItem> = fc.record({
  key: fc.tuple(fc.constantFrom(...IDS)),
  event: eventOf({
    // The ends of a multi edge are named or left out: null there means the same as leaving them out.
    _source: maybe(user).map((value) => value ?? undefined),
    _target: maybe(fc.constantFrom(...PRODUCTS)).map((value) => value ?? undefined),
    paidAt: maybe(fc.constantFrom(1n, 2n)),
    note: maybe(fc.constantFrom('gift', 'x')),
  }),
});

const question: fc.Arbitrary<VertexQuestion> = fc.oneof(
  fc.record({ table: fc.constant('wish' as const), direction: fc.constant('OUT' as const), vertex: user }),
  fc.record({ table: fc.constant('wish' as const), direction: fc.constant('IN' as const), vertex: sku }),
  fc.record({ table: fc.constant('orders' as const), direction: fc.constant('OUT' as const), vertex: user }),
  fc.record({
    table: fc.constant('orders' as const),
    direction: fc.constant('IN' as const),
    vertex: fc.constantFrom(...PRODUCTS),
  }),
);

const limit = fc.constantFrom(1, 2, 3, 10);

function itemsOf(item: fc.Arbitrary<ModelItem>): fc.Arbitrary<readonly ModelItem[]> {
  return fc.array(item, { minLength: 1, maxLength: 5 });
}

const scanned = fc.tuple(question, fc.boolean()).map(([asked, isFirst]) => ({
  ...asked,
  index: asked.table === 'orders' ? 'latest' : isFirst ? 'newest' : 'by_color',
}));

const wishQuestion = question.filter(({ table }) => table === 'wish');
const op = fc.constantFrom<ComparisonOp>('eq', 'gt', 'gte', 'lt', 'lte');
const compared = fc.record({ op, value: fc.constantFrom('blue', 'red') });

/** Steps over few keys, versions and values, so that events meet, tie and arrive late. Half of them write. */
export const httpStep: fc.Arbitrary<HttpStep> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('mutate' as const),
      name: fc.constantFrom('wish' as const, 'wish' as const, 'fav' as const),
      sync: fc.boolean(),
      items: itemsOf(wishItem),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('mutate-multi' as const), items: itemsOf(orderItem) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('get' as const),
      sources: fc.array(user, { minLength: 1, maxLength: 3 }),
      targets: fc.array(sku, { minLength: 1, maxLength: 3 }),
      byBody: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('ids' as const),
      ids: fc.array(fc.constantFrom(...IDS), { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 2, arbitrary: question.map((asked) => ({ kind: 'counts' as const, ...asked })) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(scanned, limit, fc.boolean())
      .map(([asked, size, withTotal]) => ({ kind: 'scan' as const, ...asked, limit: size, withTotal })),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom('range' as const, 'filter' as const), wishQuestion, compared)
      .map(([kind, asked, comparison]) => ({ kind, ...asked, ...comparison })),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(question, limit).map(([asked, size]) => ({ kind: 'seek' as const, ...asked, limit: size })),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('agg' as const),
      vertices: fc.uniqueArray(user, { minLength: 1, maxLength: 3 }),
      from: fc.constantFrom('', 'blue'),
      to: fc.constantFrom('blue', 'red'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('query' as const), vertex: user, limit }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('set-active' as const), active: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('recreate' as const),
      table: fc.constantFrom('wish' as const, 'orders' as const),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
);
