import fc from 'fast-check';
import type { ModelDirection, ModelItem } from './http-model.ts';
import { type StepV2, stepV2 } from './http-steps-v2.ts';
import type { TableName } from './model-table.ts';
import type { PlainJson } from './plain-json.ts';
import { IDS, itemsOf, limit, orderItem, PRODUCTS, sku, user, wishItem } from './step-values.ts';

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
  | { readonly kind: 'restart' }
  | { readonly kind: 'v2'; readonly step: StepV2 };

/** A vertex to start at, in a table. */
export interface VertexQuestion {
  readonly table: TableName;
  readonly direction: ModelDirection;
  readonly vertex: PlainJson;
}

export type ComparisonOp = 'eq' | 'gt' | 'gte' | 'lt' | 'lte';

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
      table: fc.constantFrom('wish' as const, 'orders' as const, 'links' as const),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
  { weight: 30, arbitrary: stepV2.map((step) => ({ kind: 'v2' as const, step })) },
);
