import { edgeTable, index, item, multiEdgeTable, property, V3 } from '../compatibility/shop.ts';

/** A request of a chapter; its body is JSON. */
export interface ChapterCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
}

/**
 * A part of what a fixture holds. Its writes are sent in order, and then its reads. A version that does not know a call
 * refuses it, and does without what it would have written: the manifest keeps the answers that were given.
 */
export interface Chapter {
  readonly name: string;
  readonly writes: readonly ChapterCall[];
  /** Asked until it answers so, before the chapter's reads: what was queued takes effect a little later. */
  readonly settled?: { readonly path: string; readonly part: string };
  readonly reads: readonly ChapterCall[];
}

const SHOP = `${V3}/shop`;
const TABLES = `${SHOP}/tables`;
const DAY = { type: 'date', name: 'day', unit: 'MILLISECOND', timezone: 'UTC', format: 'yyyy-MM-dd' };
const LONG_MAX = 9_223_372_036_854_775_807n;

/** The property that no `number` holds, on its way through JSON. */
export function printBody(body: unknown): string {
  return JSON.stringify(body, (_, value: unknown) =>
    typeof value === 'bigint' ? `\u0001${value}\u0001` : value,
  ).replace(/"\\u0001(-?\d+)\\u0001"/g, '$1');
}

function get(path: string): ChapterCall {
  return { method: 'GET', path };
}

function post(path: string, body: unknown): ChapterCall {
  return { method: 'POST', path, body };
}

function put(path: string, body: unknown): ChapterCall {
  return { method: 'PUT', path, body };
}

function mutations(table: string, ...items: readonly object[]): ChapterCall {
  return post(`${TABLES}/${table}/edges`, { mutations: items });
}

function multiMutations(table: string, ...items: readonly object[]): ChapterCall {
  return post(`${TABLES}/${table}/multi-edges`, { mutations: items });
}

const CACHE = { cache: 'first', fields: [{ field: 'at', order: 'ASC' }], limit: 10 };
const GROUPS = [
  { group: 'daily', type: 'COUNT', fields: [{ name: 'color' }, { name: 'at', bucket: DAY }] },
  { group: 'by_color', type: 'SUM', valueField: 'at', fields: [{ name: 'color' }], directionType: 'OUT' },
];
const RICH = [
  property('at', 'long'),
  property('color', 'string'),
  property('qty', 'int'),
  property('price', 'double'),
  property('doc', 'object'),
  property('flag', 'boolean'),
];

const EDGES: Chapter = {
  name: 'unique edges with all kinds of rows',
  writes: [
    post(V3, { database: 'shop', comment: 'a shop of before' }),
    post(
      TABLES,
      edgeTable('wish', {
        properties: RICH,
        indexes: [index('newest', ['at', 'DESC']), index('by_color', ['color', 'ASC'], ['price', 'DESC'])],
        groups: GROUPS,
        caches: [CACHE],
      }),
    ),
    mutations(
      'wish',
      item('INSERT', {
        version: 1,
        source: 7,
        target: 'lamp',
        properties: { at: 1000, color: 'red', qty: 2, price: 1.5 },
      }),
      item('INSERT', {
        version: 2,
        source: 7,
        target: 'vase',
        properties: { at: 2000, color: 'blue', doc: { a: [1, null] } },
      }),
      item('INSERT', {
        version: 3,
        source: 7,
        target: 'Бук 😀',
        properties: { at: LONG_MAX, color: 'red', flag: true },
      }),
      item('INSERT', { version: LONG_MAX - 1n, source: -1, target: 'lamp', properties: { at: -5 } }),
      item('INSERT', { version: 4, source: 8, target: 'lamp', properties: { at: 86_400_000, color: 'a:b;c,d' } }),
    ),
    mutations(
      'wish',
      item('UPDATE', { version: 5, source: 7, target: 'lamp', properties: { color: 'green' } }),
      item('UPDATE', { version: 5, source: 9, target: 'nothing', properties: { color: 'green' } }),
      item('DELETE', { version: 6, source: 7, target: 'vase' }),
    ),
    mutations('wish', item('INSERT', { version: 7, source: 7, target: 'vase', properties: { at: 3000, qty: null } })),
    mutations('wish', item('DELETE', { version: 8, source: 8, target: 'lamp' })),
    mutations('wish', item('INSERT', { version: 7, source: 8, target: 'lamp', properties: { at: 1 } })),
  ],
  reads: [
    get(SHOP),
    get(`${TABLES}/wish`),
    get(`${TABLES}/wish/edges/get?source=7&target=lamp,vase,none`),
    get(`${TABLES}/wish/edges/get?source=-1,8&target=lamp`),
    get(`${TABLES}/wish/edges/counts?start=7,8,9&direction=OUT`),
    get(`${TABLES}/wish/edges/counts?start=lamp,vase&direction=IN`),
    get(`${TABLES}/wish/edges/scan/newest?start=7&direction=OUT`),
    get(`${TABLES}/wish/edges/scan/by_color?start=lamp&direction=IN`),
    get(`${TABLES}/wish/edges/seek/first?start=7&direction=OUT`),
    get(`${TABLES}/wish/edges/agg/by_color?start=7&direction=OUT&ranges=color:bt:a,z`),
  ],
};

const MULTI_EDGES: Chapter = {
  name: 'multi edges that move',
  writes: [
    post(
      TABLES,
      multiEdgeTable('pay', {
        properties: [property('at', 'long'), property('note', 'string')],
        indexes: [index('newest', ['at', 'DESC'])],
        caches: [CACHE],
      }),
    ),
    multiMutations(
      'pay',
      item('INSERT', { version: 1, id: 9, source: 1, target: 2, properties: { at: 10, note: 'nine' } }),
      item('INSERT', { version: 1, id: 10, source: 1, target: 2, properties: { at: 11 } }),
      item('INSERT', { version: 1, id: 11, source: 3, target: 2, properties: { at: 12 } }),
    ),
    multiMutations(
      'pay',
      item('INSERT', { version: 2, id: 10, source: 1, target: 4, properties: { at: 13 } }),
      item('DELETE', { version: 2, id: 11 }),
    ),
  ],
  reads: [
    get(`${TABLES}/pay`),
    get(`${TABLES}/pay/multi-edges/ids?ids=9,10,11`),
    get(`${TABLES}/pay/edges/counts?start=2,4&direction=IN`),
    get(`${TABLES}/pay/edges/scan/newest?start=1&direction=OUT`),
    get(`${TABLES}/pay/edges/seek/first?start=2&direction=IN`),
  ],
};

const METADATA: Chapter = {
  name: 'aliases, schema changes, and names that were given again',
  writes: [
    post(`${SHOP}/aliases`, { alias: 'favourites', table: 'wish', comment: 'as the app calls it' }),
    post(`${SHOP}/aliases`, { alias: 'gone', table: 'wish', comment: '' }),
    put(`${SHOP}/aliases/gone`, { active: false }),
    { method: 'DELETE', path: `${SHOP}/aliases/gone` },
    post(`${TABLES}/favourites/edges`, {
      mutations: [item('INSERT', { version: 1, source: 20, target: 'rug', properties: { at: 5 } })],
    }),
    post(TABLES, edgeTable('again')),
    mutations('again', item('INSERT', { version: 1, source: 1, target: 'before', properties: { at: 1 } })),
    put(`${TABLES}/again`, { active: false }),
    { method: 'DELETE', path: `${TABLES}/again` },
    post(TABLES, edgeTable('again', { properties: [property('at', 'long'), property('extra', 'string')] })),
    mutations('again', item('INSERT', { version: 1, source: 1, target: 'after', properties: { at: 2, extra: 'x' } })),
    put(`${TABLES}/again`, {
      schema: {
        ...(edgeTable('again').schema as object),
        properties: [property('at', 'long'), property('extra', 'string'), property('more', 'long')],
      },
    }),
    mutations('again', item('INSERT', { version: 1, source: 1, target: 'later', properties: { at: 3, more: 4 } })),
    post(V3, { database: 'empty', comment: '' }),
    put(`${V3}/empty`, { active: false, comment: 'asleep' }),
  ],
  reads: [
    get(`${V3}/empty`),
    get(`${SHOP}/aliases`),
    get(`${TABLES}/again`),
    get(`${TABLES}/again/edges/get?source=1&target=before,after,later`),
    get(`${TABLES}/again/edges/counts?start=1&direction=OUT`),
    get(`${TABLES}/favourites/edges/get?source=20&target=rug`),
  ],
};

const QUEUE: Chapter = {
  name: 'asynchronous and dropped mutations',
  writes: [
    post(TABLES, edgeTable('later', { indexes: [index('newest', ['at', 'DESC'])] }, { mode: 'ASYNC' })),
    post(TABLES, edgeTable('never', {}, { mode: 'DROP' })),
    mutations('later', item('INSERT', { version: 1, source: 1, target: 'a', properties: { at: 1 } })),
    mutations('later', item('DELETE', { version: 2, source: 1, target: 'a' })),
    mutations('later', item('INSERT', { version: 3, source: 1, target: 'b', properties: { at: 2 } })),
    mutations('never', item('INSERT', { version: 1, source: 1, target: 'a', properties: { at: 1 } })),
  ],
  settled: { path: `${TABLES}/later/edges/get?source=1&target=b`, part: '"count":1' },
  reads: [
    get(`${TABLES}/later/edges/get?source=1&target=a,b`),
    get(`${TABLES}/later/edges/scan/newest?start=1&direction=OUT`),
    get(`${TABLES}/never/edges/get?source=1&target=a`),
  ],
};

const STRICT = { properties: [{ name: 'at', type: 'long', comment: '', nullable: false }] };

const PARKED: Chapter = {
  name: 'mutations that the queue could not have applied',
  writes: [
    post(TABLES, edgeTable('strict', STRICT, { mode: 'ASYNC' })),
    mutations('strict', item('INSERT', { version: 1, source: 1, target: 'parked', properties: {} })),
    mutations('strict', item('INSERT', { version: 2, source: 1, target: 'fine', properties: { at: 1 } })),
  ],
  settled: { path: `${TABLES}/strict/edges/get?source=1&target=fine`, part: '"count":1' },
  reads: [get('/actionbase/v1/queue?table=shop.strict'), get(`${TABLES}/strict/edges/get?source=1&target=parked,fine`)],
};

const GROWN = {
  ...(edgeTable('grown', { properties: RICH, indexes: [index('by_color', ['color', 'ASC'])] }).schema as object),
};

const REWORK: Chapter = {
  name: 'indexes, groups and caches that were added to a table with rows',
  writes: [
    post(TABLES, edgeTable('grown', { properties: RICH, indexes: [index('old', ['at', 'ASC'])] })),
    mutations(
      'grown',
      ...['a', 'b', 'c', 'd', 'e'].map((target, at) =>
        item('INSERT', {
          version: at + 1,
          source: 5,
          target,
          properties: { at, color: at % 2 === 0 ? 'red' : 'blue' },
        }),
      ),
    ),
    put(`${TABLES}/grown`, { schema: { ...GROWN, groups: GROUPS, caches: [CACHE] } }),
    mutations('grown', item('DELETE', { version: 9, source: 5, target: 'a' })),
  ],
  settled: { path: `${TABLES}/grown/edges/scan/by_color?start=5&direction=OUT`, part: '"count":4' },
  reads: [
    get(`${TABLES}/grown`),
    get(`${TABLES}/grown/edges/counts?start=5&direction=OUT`),
    get(`${TABLES}/grown/edges/scan/by_color?start=5&direction=OUT`),
    get(`${TABLES}/grown/edges/seek/first?start=5&direction=OUT`),
    get(`${TABLES}/grown/edges/agg/by_color?start=5&direction=OUT&ranges=color:bt:a,z`),
  ],
};

const SERVICE = '/graph/v2/service/reviews';
const EDGE = `${SERVICE}/label/review/edge`;

function label(storage: string, type: string): object {
  return {
    desc: 'Who says what',
    type,
    schema: {
      src: { type: 'LONG', desc: 'user' },
      tgt: { type: 'STRING', desc: 'article' },
      fields: [
        { name: 'stars', type: 'INT', nullable: false },
        { name: 'text', type: 'STRING', nullable: true },
      ],
    },
    dirType: type === 'HASH' ? 'OUT' : 'BOTH',
    storage,
    ...(type === 'INDEXED'
      ? {
          indices: [
            {
              name: 'best',
              fields: [
                { name: 'stars', order: 'DESC' },
                { name: 'ts', order: 'DESC' },
              ],
            },
          ],
        }
      : {}),
  };
}

function v2Edges(...edges: readonly object[]): object {
  return { edges };
}

const V2: Chapter = {
  name: 'services, labels and edges of v2',
  writes: [
    post(SERVICE, { desc: 'Reviews' }),
    post('/graph/v2/storage/archive', {
      desc: 'Old',
      type: 'HBASE',
      conf: { namespace: 'shop', tableName: 'archive' },
    }),
    post(`${SERVICE}/label/review`, label('datastore://shop/reviews', 'INDEXED')),
    post(`${SERVICE}/label/known`, label('archive', 'HASH')),
    post(`${SERVICE}/alias/current`, { desc: 'What is shown', target: 'reviews.review' }),
    post(`${SERVICE}/query/top`, { desc: 'The best', query: 'SELECT * FROM review', stats: ['count'] }),
    post(
      `${EDGE}/sync`,
      v2Edges(
        { ts: 1, src: 7, tgt: 'lamp', props: { stars: 5, text: 'bright' } },
        { ts: 2, src: 8, tgt: 'lamp', props: { stars: 3 } },
        { ts: 2, src: 9, tgt: 'lamp', props: { stars: 1 } },
      ),
    ),
    post(`${EDGE}/sync`, v2Edges({ ts: 3, src: 7, tgt: 'lamp', props: { stars: 4 } })),
    put(`${EDGE}/sync`, v2Edges({ ts: 4, src: 8, tgt: 'lamp', props: { text: 'dim' } })),
    { method: 'DELETE', path: `${EDGE}/sync`, body: v2Edges({ ts: 5, src: 8, tgt: 'lamp' }) },
    post(`${EDGE}/purge`, v2Edges({ ts: 6, src: 9, tgt: 'lamp' })),
    post(`${SERVICE}/label/known/edge/sync`, v2Edges({ ts: 1, src: 7, tgt: 'vase', props: { stars: 2 } })),
  ],
  reads: [
    get(SERVICE),
    get(`${SERVICE}/label/review`),
    get(`${SERVICE}/label/known`),
    get(`${SERVICE}/alias/current`),
    get(`${SERVICE}/query/top`),
    get('/graph/v2/storage/archive'),
    get(`${EDGE}?src=7&index=best`),
    get(`${EDGE}?src=8&tgt=lamp`),
    get(`${EDGE}?src=9&tgt=lamp`),
    get(`${EDGE}?src=lamp&dir=IN&select=COUNT(1)`),
    get(`${SERVICE}/label/known/edge?src=7&tgt=vase`),
  ],
};

/** What is written into every fixture, as far as its version knows it. New chapters are added at the end. */
export const CHAPTERS: readonly Chapter[] = [EDGES, MULTI_EDGES, METADATA, QUEUE, PARKED, REWORK, V2];
