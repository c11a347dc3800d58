import type { CatalogChange } from '@actionbase/core/model/catalog';
import type { EdgeSchema, MultiEdgeSchema } from '@actionbase/core/model/schema';
import type { RequestStamp } from '@actionbase/core/record/log-record';

/** Who asks, in tests. */
export const TEST_STAMP: RequestStamp = { timeMs: 1_750_000_000_000, requestId: 'test', actor: 'tester' };

/** Unique edges with every kind of derived row: user wishes for a product. */
export const wishSchema: EdgeSchema = {
  kind: 'edge',
  source: { type: 'long', comment: 'user' },
  target: { type: 'string', comment: 'sku' },
  direction: 'BOTH',
  properties: [
    { name: 'at', type: 'long', comment: 'time', nullable: false },
    { name: 'color', type: 'string', comment: '', nullable: true },
    { name: 'qty', type: 'int', comment: '', nullable: true },
    { name: 'note', type: 'object', comment: '', nullable: true },
  ],
  indexes: [
    { index: 'newest', fields: [{ field: 'at', order: 'DESC' }], comment: '' },
    {
      index: 'by_color',
      fields: [
        { field: 'color', order: 'ASC' },
        { field: 'at', order: 'DESC' },
      ],
      comment: '',
    },
  ],
  groups: [
    {
      group: 'colors',
      type: 'COUNT',
      fields: [{ name: 'color', bucket: null }],
      valueField: '-',
      comment: '',
      directionType: 'BOTH',
      ttl: 691_200_000,
    },
  ],
  caches: [{ cache: 'top', fields: [{ field: 'at', order: 'DESC' }], limit: 10, comment: '' }],
};

/** Multi edges that may move: a user pays a product, by order id. */
export const orderSchema: MultiEdgeSchema = {
  kind: 'multiEdge',
  id: { type: 'long', comment: 'order' },
  source: { type: 'long', comment: 'user' },
  target: { type: 'long', comment: 'product' },
  direction: 'BOTH',
  properties: [
    { name: 'paidAt', type: 'long', comment: '', nullable: false },
    { name: 'amount', type: 'long', comment: '', nullable: false },
  ],
  indexes: [{ index: 'paid_at_desc', fields: [{ field: 'paidAt', order: 'DESC' }], comment: '' }],
  groups: [
    {
      group: 'spent',
      type: 'SUM',
      fields: [
        {
          name: 'paidAt',
          bucket: { type: 'date', name: 'day', unit: 'SECOND', timezone: 'Asia/Seoul', format: 'yyyy-MM-dd' },
        },
      ],
      valueField: 'amount',
      comment: '',
      directionType: 'OUT',
      ttl: 691_200_000,
    },
  ],
  caches: [{ cache: 'latest', fields: [{ field: 'paidAt', order: 'DESC' }], limit: 10, comment: '' }],
};

/** The changes that make database `shop` with the tables `wish` and `orders`. */
export const shopChanges: readonly CatalogChange[] = [
  { kind: 'create-database', database: 'shop', comment: 'a shop' },
  {
    kind: 'create-table',
    database: 'shop',
    table: 'wish',
    schema: wishSchema,
    mode: 'SYNC',
    storage: 'datastore://shop/wish',
    comment: '',
  },
  {
    kind: 'create-table',
    database: 'shop',
    table: 'orders',
    schema: orderSchema,
    mode: 'SYNC',
    storage: 'datastore://shop/orders',
    comment: '',
  },
];

/** Wishes of which only states are kept: user to product, so that one program fits all. Its indexes have no rows. */
export const linkSchema: EdgeSchema = { ...wishSchema, direction: 'OUT' };

/** The changes that add the tables `links` (HASH) and `void` (NIL) to the shop. */
export const layoutChanges: readonly CatalogChange[] = [
  {
    kind: 'create-table',
    database: 'shop',
    table: 'links',
    schema: linkSchema,
    mode: 'SYNC',
    storage: 'datastore://shop/links',
    comment: '',
    layout: 'HASH',
  },
  {
    kind: 'create-table',
    database: 'shop',
    table: 'void',
    schema: wishSchema,
    mode: 'SYNC',
    storage: 'datastore://shop/void',
    comment: '',
    layout: 'NIL',
  },
];
