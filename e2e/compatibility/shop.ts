import { exchangeBody } from '@actionbase/server/testing/exchange';
import type { Check } from './compatibility-case.ts';
import { expectAnswer, post } from './expectations.ts';

export const V3 = '/graph/v3/databases';
export const TABLES = `${V3}/shop/tables`;
/** Unique edges from a long to a text: four edges, two indexes, a cache. */
export const WISH = `${TABLES}/wish`;
/** Multi edges, all of them long. */
export const PAY = `${TABLES}/pay`;
/** Unique edges with one property of each kind that reads are picky about, and groups. */
export const RICH = `${TABLES}/rich`;

/** The members that end the descriptor of something new. */
export const AUDIT = '"revision":1,"createdAt":<ms>,"createdBy":"-","updatedAt":<ms>,"updatedBy":"-"';

type Json = Readonly<Record<string, unknown>>;

/** A property that may be unset. */
export function property(name: string, type: string): Json {
  return { name, type, comment: '', nullable: true };
}

/** An index, cache or group is `[field, order]` pairs under a name. */
export function index(name: string, ...fields: readonly (readonly [string, 'ASC' | 'DESC'])[]): Json {
  return { index: name, fields: fields.map(([field, order]) => ({ field, order })) };
}

/** The body that creates a table of unique edges; `schema` overrides parts of the schema. */
export function edgeTable(table: string, schema: Json = {}, rest: Json = {}): Json {
  const ends = { source: { type: 'long', comment: '' }, target: { type: 'string', comment: '' } };
  return {
    table,
    schema: { type: 'EDGE', ...ends, direction: 'BOTH', properties: [property('at', 'long')], ...schema },
    storage: `datastore://shop/${table.toLowerCase()}`,
    comment: '',
    ...rest,
  };
}

/** The body that creates a table of multi edges. */
export function multiEdgeTable(table: string, schema: Json = {}): Json {
  const long = { type: 'long', comment: '' };
  return edgeTable(table, { type: 'MULTI_EDGE', id: long, source: long, target: long, ...schema });
}

/** One item of a mutation. */
export function item(type: string, edge: Json): Json {
  return { type, edge };
}

/** A request that writes unique edges. */
export function mutate(path: string, ...mutations: readonly Json[]): ReturnType<typeof post> {
  return post(`${path}/edges`, { mutations });
}

/** A request that writes multi edges. */
export function mutateMulti(path: string, ...mutations: readonly Json[]): ReturnType<typeof post> {
  return post(`${path}/multi-edges`, { mutations });
}

/** The check that creates a table and expects success. */
export function creates(table: Json): Check {
  return async (site) => {
    await expectAnswer(site, post(TABLES, table), 200, /"active":true/);
  };
}

const DAY = { type: 'date', name: 'day', unit: 'MILLISECOND', timezone: 'UTC', format: 'yyyy-MM-dd' };

const PAY_TABLE = multiEdgeTable('pay', {
  properties: [{ name: 'at', type: 'long', comment: '', nullable: false }, property('note', 'string')],
  indexes: [index('newest', ['at', 'DESC'])],
  caches: [{ cache: 'recent', fields: [{ field: 'at', order: 'DESC' }], limit: 10 }],
});

const RICH_TABLE = edgeTable('rich', {
  properties: [
    property('at', 'long'),
    property('color', 'string'),
    property('qty', 'int'),
    property('price', 'double'),
    property('doc', 'object'),
  ],
  indexes: [
    index('by_at', ['at', 'ASC']),
    index('by_color', ['color', 'ASC'], ['at', 'ASC']),
    index('by_qty', ['qty', 'ASC'], ['at', 'DESC']),
    index('by_version', ['version', 'DESC']),
    index('by_target', ['target', 'ASC']),
    index('plain'),
  ],
  caches: [{ cache: 'first', fields: [{ field: 'at', order: 'ASC' }] }],
  groups: [
    { group: 'daily', type: 'COUNT', fields: [{ name: 'color' }, { name: 'at', bucket: DAY }] },
    { group: 'by_qty', type: 'SUM', valueField: 'at', fields: [{ name: 'qty' }], directionType: 'OUT' },
  ],
});

/** Makes the database `shop` with its three tables and their edges: what the cases of an area read. */
export async function prepareShop(server: { readonly port: number }): Promise<void> {
  const ok = async (sent: ReturnType<typeof post>, part: RegExp): Promise<void> => {
    await expectAnswer(server, sent, 200, part);
  };
  await ok(post(V3, exchangeBody(1)), /"database":"shop"/);
  await ok(post(TABLES, exchangeBody(2)), /"table":"wish"/);
  await ok(post(TABLES, PAY_TABLE), /"table":"pay"/);
  await ok(post(TABLES, RICH_TABLE), /"table":"rich"/);
  await ok(post(`${WISH}/edges`, exchangeBody(3)), /CREATED/);
  await ok(mutateMulti(PAY, ...PAYMENTS), /CREATED/);
  await ok(mutate(RICH, ...RICH_EDGES), /CREATED/);
}

const PAYMENTS = [
  { version: 1, id: 9, source: 1, target: 2, properties: { at: 10, note: 'nine' } },
  { version: 1, id: 10, source: 1, target: 2, properties: { at: 10 } },
  { version: 1, id: 11, source: 1, target: 0, properties: { at: 12 } },
].map((edge) => item('INSERT', edge));

const RICH_EDGES = [
  { version: 1, target: 'a', properties: { at: 0, color: 'red', qty: 2, price: 1.5, doc: { a: [1, 2] } } },
  { version: 2, target: 'b', properties: { at: 1, color: 'red', qty: 3, price: 201 } },
  { version: 3, target: 'c', properties: { at: 86_400_000, color: 'a:b;c,d\\e', qty: 2 } },
  { version: 4, target: 'd', properties: { at: 86_400_001 } },
].map((edge) => item('INSERT', { source: 7, ...edge }));
