import fc from 'fast-check';
import type { ModelDirection, ModelItem } from './http-model.ts';
import type { ModelOpV2 } from './model-edge-v2.ts';
import type { ModeV2 } from './model-table.ts';
import type { PlainJson } from './plain-json.ts';
import { itemsOf, limit, sku, user, wishItem } from './step-values.ts';

/** What v2 calls name: labels of the service `shop` and an alias in it, and `far`, an alias in another service. */
export type LabelNameV2 = 'wish' | 'fav' | 'links' | 'far';

/** How a mutation is sent: to the label's edges, to `/sync`, with the label in the body, or to a path that says what it does. */
export type WayV2 = 'edge' | 'sync' | 'labelled' | 'named';

/** A call of the v2 API. */
export type StepV2 =
  | {
      readonly kind: 'mutate';
      readonly name: LabelNameV2;
      readonly op: ModelOpV2;
      readonly way: WayV2;
      readonly mode: ModeV2 | '';
      /** Whether the server is stopped before an asynchronous mutation can be known to have taken effect. */
      readonly restarts: boolean;
      readonly items: readonly ModelItem[];
    }
  | { readonly kind: 'mutate-multi'; readonly id: bigint }
  | {
      readonly kind: 'get';
      readonly name: LabelNameV2;
      readonly source: bigint;
      readonly targets: readonly string[];
      readonly stats: readonly ('WITH_ALL' | 'SRC_DEGREE')[];
      readonly isCompact: boolean;
    }
  | { readonly kind: 'mutate-by-id'; readonly op: 'INSERT' | 'UPDATE' | 'DELETE'; readonly item: ModelItem }
  | {
      readonly kind: 'scan';
      readonly name: LabelNameV2;
      readonly index: 'newest' | 'by_color';
      readonly direction: ModelDirection;
      readonly vertex: PlainJson;
      readonly limit: number;
      /** Edges of this color only; undefined for all. */
      readonly color: string | undefined;
    }
  | {
      readonly kind: 'scan-many';
      readonly name: LabelNameV2;
      readonly vertices: readonly bigint[];
      readonly limit: number;
    }
  | {
      readonly kind: 'count';
      readonly name: LabelNameV2;
      readonly direction: ModelDirection;
      readonly vertices: readonly PlainJson[];
    }
  | { readonly kind: 'far-v3'; readonly source: bigint; readonly target: string }
  | { readonly kind: 'set-mode'; readonly mode: ModeV2 }
  | { readonly kind: 'point-far'; readonly target: 'wish' | 'links' };

const name = fc.constantFrom<LabelNameV2>('wish', 'wish', 'fav', 'links', 'links', 'far');
const op = fc.constantFrom<ModelOpV2>('INSERT', 'INSERT', 'INSERT', 'UPDATE', 'DELETE', 'PURGE');
const mode = fc.constantFrom<ModeV2 | ''>('', '', 'SYNC', 'ASYNC', 'ASYNC', 'IGNORE');
const users = fc.uniqueArray(user, { minLength: 1, maxLength: 3 });

const mutate: fc.Arbitrary<StepV2> = fc.record({
  kind: fc.constant('mutate' as const),
  name,
  op,
  way: fc.constantFrom<WayV2>('edge', 'edge', 'sync', 'labelled', 'named'),
  mode,
  restarts: fc.boolean(),
  items: itemsOf(wishItem),
});

const get: fc.Arbitrary<StepV2> = fc.record({
  kind: fc.constant('get' as const),
  name,
  source: user,
  targets: fc.array(sku, { minLength: 1, maxLength: 3 }),
  stats: fc.subarray(['WITH_ALL' as const, 'SRC_DEGREE' as const]),
  isCompact: fc.boolean(),
});

const mutateById: fc.Arbitrary<StepV2> = fc.record({
  kind: fc.constant('mutate-by-id' as const),
  op: fc.constantFrom('INSERT' as const, 'UPDATE' as const, 'DELETE' as const),
  item: wishItem,
});

const scan: fc.Arbitrary<StepV2> = fc
  .tuple(
    fc.oneof(
      fc.record({ direction: fc.constant('OUT' as const), vertex: user }),
      fc.record({ direction: fc.constant('IN' as const), vertex: sku }),
    ),
    fc.record({
      kind: fc.constant('scan' as const),
      name,
      index: fc.constantFrom('newest' as const, 'by_color' as const),
      limit,
      color: fc.constantFrom(undefined, undefined, 'blue', 'red'),
    }),
  )
  .map(([start, rest]) => ({ ...rest, ...start }));

const scanMany: fc.Arbitrary<StepV2> = fc.record({
  kind: fc.constant('scan-many' as const),
  name,
  vertices: users,
  limit,
});

const count: fc.Arbitrary<StepV2> = fc.oneof(
  fc.record({ kind: fc.constant('count' as const), name, direction: fc.constant('OUT' as const), vertices: users }),
  fc.record({
    kind: fc.constant('count' as const),
    name,
    direction: fc.constant('IN' as const),
    vertices: fc.uniqueArray(sku, { minLength: 1, maxLength: 3 }),
  }),
);

/** Calls of the v2 API over the same few keys as those of v3, so that both meet on one edge. Half of them write. */
export const stepV2: fc.Arbitrary<StepV2> = fc.oneof(
  { weight: 14, arbitrary: mutate },
  { weight: 2, arbitrary: mutateById },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('mutate-multi' as const), id: fc.constantFrom(100n, 9n) }),
  },
  { weight: 4, arbitrary: get },
  { weight: 4, arbitrary: scan },
  { weight: 2, arbitrary: scanMany },
  { weight: 2, arbitrary: count },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('far-v3' as const), source: user, target: sku }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('point-far' as const),
      target: fc.constantFrom('wish' as const, 'links' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('set-mode' as const),
      mode: fc.constantFrom<ModeV2>('SYNC', 'SYNC', 'ASYNC', 'ASYNC', 'IGNORE'),
    }),
  },
);
