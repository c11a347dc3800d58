/** Names of the model's tables. */
export type TableName = 'wish' | 'orders' | 'links';

/** A mode in the words of v2. */
export type ModeV2 = 'SYNC' | 'ASYNC' | 'IGNORE';

/** What the model knows of the declaration of a table. All of its INDEXED tables keep both directions. */
export interface ModelTable {
  readonly kind: 'edge' | 'multiEdge';
  readonly layout: 'INDEXED' | 'HASH';
  readonly properties: readonly ModelProperty[];
  readonly indexes: ReadonlyMap<string, readonly ModelOrder[]>;
  readonly caches: ReadonlyMap<string, readonly ModelOrder[]>;
  /** COUNT groups of one field. */
  readonly groups: ReadonlyMap<string, string>;
}

export interface ModelProperty {
  readonly name: string;
  readonly type: 'long' | 'string' | 'int';
  readonly nullable: boolean;
}

export interface ModelOrder {
  readonly field: string;
  readonly order: 'ASC' | 'DESC';
}

/** How many edges a seek can reach in a cache of the model. */
export const MODEL_CACHE_LIMIT = 4;

/** A user wishes for a product. */
export const WISH_TABLE: ModelTable = {
  kind: 'edge',
  layout: 'INDEXED',
  properties: [
    { name: 'at', type: 'long', nullable: false },
    { name: 'color', type: 'string', nullable: true },
    { name: 'qty', type: 'int', nullable: true },
  ],
  indexes: new Map([
    ['newest', [{ field: 'at', order: 'DESC' }]],
    [
      'by_color',
      [
        { field: 'color', order: 'ASC' },
        { field: 'at', order: 'DESC' },
      ],
    ],
  ]),
  caches: new Map([['top', [{ field: 'at', order: 'DESC' }]]]),
  groups: new Map([['colors', 'color']]),
};

/** A user pays a product, by the order's id. */
export const ORDERS_TABLE: ModelTable = {
  kind: 'multiEdge',
  layout: 'INDEXED',
  properties: [
    { name: 'paidAt', type: 'long', nullable: false },
    { name: 'note', type: 'string', nullable: true },
  ],
  indexes: new Map([['latest', [{ field: 'paidAt', order: 'DESC' }]]]),
  caches: new Map([['last', [{ field: 'paidAt', order: 'DESC' }]]]),
  groups: new Map([['notes', 'note']]),
};

/** Wishes of which only states are kept. */
export const LINKS_TABLE: ModelTable = {
  ...WISH_TABLE,
  layout: 'HASH',
  indexes: new Map(),
  caches: new Map(),
  groups: new Map(),
};

/** The tables as they are declared at first. */
export const DECLARATIONS: Readonly<Record<TableName, ModelTable>> = {
  wish: WISH_TABLE,
  orders: ORDERS_TABLE,
  links: LINKS_TABLE,
};

/** The body by which a v2 call makes the table `links`. */
export const LINKS_LABEL = {
  desc: 'links',
  type: 'HASH',
  schema: {
    src: { type: 'LONG' },
    tgt: { type: 'STRING' },
    fields: LINKS_TABLE.properties.map((property) => ({ ...property, type: property.type.toUpperCase() })),
  },
  dirType: 'OUT',
  storage: 'datastore://shop/links',
};

/** The table's schema, as a create or update call takes it. */
export function schemaOf(table: ModelTable): Record<string, unknown> {
  return {
    type: table.kind,
    ...(table.kind === 'multiEdge' ? { id: { type: 'long', comment: '' } } : {}),
    source: { type: 'long', comment: '' },
    target: { type: table.kind === 'edge' ? 'string' : 'long', comment: '' },
    direction: 'BOTH',
    properties: table.properties.map((property) => ({ ...property, comment: '' })),
    indexes: [...table.indexes].map(([index, fields]) => ({ index, fields })),
    caches: [...table.caches].map(([cache, fields]) => ({ cache, fields, limit: MODEL_CACHE_LIMIT })),
    groups: [...table.groups].map(([group, name]) => ({ group, type: 'COUNT', fields: [{ name }] })),
  };
}
