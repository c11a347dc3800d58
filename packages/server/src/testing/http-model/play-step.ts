import assert from 'node:assert/strict';
import { unreachable } from '@actionbase/core/failure';
import { compareValues, type ModelItem, type SeenEdge } from './http-model.ts';
import type { ComparisonOp, HttpStep, VertexQuestion } from './http-steps.ts';
import { aggBody, countsBody, frameBody, resultsBody, withoutUnknown } from './model-bodies.ts';
import { FAR_PATH, LINKS_PATH, TABLES_PATH } from './model-server.ts';
import type { TableName } from './model-table.ts';
import { type PlainJson, printPlain } from './plain-json.ts';
import { playStepV2 } from './play-step-v2.ts';
import type { Played } from './played.ts';

type Step<K extends HttpStep['kind']> = Extract<HttpStep, { kind: K }>;

/** Sends what a step asks for and asserts that the answer is the model's, byte for byte but for cursors and messages. */
export async function playStep(played: Played, step: HttpStep): Promise<void> {
  switch (step.kind) {
    case 'mutate':
      return playMutation(played, { table: 'wish', path: `${step.name}/edges${step.sync ? '/sync' : ''}` }, step.items);
    case 'mutate-multi':
      return playMutation(played, { table: 'orders', path: 'orders/multi-edges' }, step.items);
    case 'get':
      return playGet(played, step);
    case 'ids':
      return playIds(played, step);
    case 'counts':
      return playCounts(played, step);
    case 'scan':
      return playScan(played, step);
    case 'range':
    case 'filter':
      return playCondition(played, step);
    case 'seek':
      return playSeek(played, step);
    case 'agg':
      return playAgg(played, step);
    case 'query':
      return playQuery(played, step);
    case 'set-active':
      return playSetActive(played, step.active);
    case 'recreate':
      return playRecreate(played, step.table);
    case 'restart':
      return played.server.restart();
    case 'v2':
      return playStepV2(played, step.step);
    default:
      return unreachable(step);
  }
}

/** Asserts a 200 with this body; of a table that is not active, the refusal. */
async function expectBody(played: Played, asked: Asked, expected: () => string): Promise<string> {
  const { status, text } = await played.server.send(asked.method ?? 'GET', `${TABLES_PATH}/${asked.path}`, asked.body);
  if (!played.model.isActive(asked.table)) {
    assert.equal(status, 400, text);
    assert.match(text, /"code":"unknown-table"/);
    return text;
  }
  assert.equal(status, 200, text);
  assert.equal(withoutUnknown(text), expected());
  return text;
}

interface Asked {
  readonly table: TableName;
  readonly method?: string;
  /** What follows the path of the tables. */
  readonly path: string;
  readonly body?: PlainJson;
}

async function playMutation(
  played: Played,
  { table, path }: { table: TableName; path: string },
  items: readonly ModelItem[],
): Promise<void> {
  const body = { mutations: items.map(itemBody) };
  await expectBody(played, { table, method: 'POST', path, body }, () => resultsBody(played.model.mutate(table, items)));
}

function itemBody({ key, event }: ModelItem): PlainJson {
  const { type, version, named } = event;
  const ends: Record<string, PlainJson> = {};
  const properties: Record<string, PlainJson> = {};
  const [first, second] = key;
  if (second !== undefined) {
    ends.source = first;
    ends.target = second;
  } else {
    ends.id = first;
  }
  for (const [name, value] of named) {
    if (name === '_source') ends.source = value;
    else if (name === '_target') ends.target = value;
    else properties[name] = value;
  }
  return { type, edge: { version, ...ends, properties } };
}

async function playGet(played: Played, { sources, targets, byBody }: Step<'get'>): Promise<void> {
  const { model } = played;
  const expected = (): string => {
    const pairs = [...new Set(sources)].flatMap((source) =>
      [...new Set(targets)].map((target) => [source, target] as const),
    );
    const edges = pairs.map((key) => model.get('wish', key)).filter((edge) => edge !== undefined);
    return frameBody(edges, { total: edges.length, hasNext: false });
  };
  if (byBody) {
    const body = { source: sources.map(String), target: targets };
    await expectBody(played, { table: 'wish', method: 'POST', path: 'wish/edges/get', body }, expected);
    return;
  }
  const query = [
    ...sources.map((source) => `source=${source}`),
    ...targets.map((target) => `target=${encode(target)}`),
  ];
  await expectBody(played, { table: 'wish', path: `wish/edges/get?${query.join('&')}` }, expected);
}

async function playIds(played: Played, { ids }: Step<'ids'>): Promise<void> {
  await expectBody(played, { table: 'orders', path: `orders/multi-edges/ids?ids=${ids.join(',')}` }, () => {
    const edges = [...new Set(ids)].map((id) => played.model.get('orders', [id])).filter((edge) => edge !== undefined);
    return frameBody(edges, { total: edges.length, hasNext: false });
  });
}

async function playCounts(played: Played, { table, direction, vertex }: Step<'counts'>): Promise<void> {
  const path = `${table}/edges/counts?start=${encode(vertex)}&direction=${direction}`;
  await expectBody(played, { table, path }, () =>
    countsBody(direction, [[vertex, played.model.from(table, direction, vertex).length]]),
  );
}

async function playScan(played: Played, step: Step<'scan'>): Promise<void> {
  const { table, index, limit, withTotal } = step;
  const fields = played.model.declaration(table).indexes.get(index) ?? [];
  const all = played.model.sorted(table, { ...step, fields });
  const path = `${table}/edges/scan/${index}?${vertexQuery(step)}&limit=${limit}${withTotal ? '&features=total' : ''}`;
  await playPages(played, { table, path, limit, all, totalOf: () => (withTotal ? all.length : -1) });
}

async function playSeek(played: Played, step: Step<'seek'>): Promise<void> {
  const { table, limit } = step;
  const cache = table === 'wish' ? 'top' : 'last';
  const all = played.model.reachable(table, cache, step);
  const path = `${table}/edges/seek/${cache}?${vertexQuery(step)}&limit=${limit}`;
  await playPages(played, { table, path, limit, all, totalOf: (page) => page.length });
}

interface Pages {
  readonly table: TableName;
  readonly path: string;
  readonly limit: number;
  /** What all pages hold together. */
  readonly all: readonly SeenEdge[];
  readonly totalOf: (page: readonly SeenEdge[]) => number;
}

async function playPages(played: Played, { table, path, limit, all, totalOf }: Pages): Promise<void> {
  let offset = '';
  for (let start = 0; ; start += limit) {
    const page = all.slice(start, start + limit);
    const hasNext = start + limit < all.length;
    const expected = () => frameBody(page, { total: totalOf(page), hasNext });
    const text = await expectBody(played, { table, path: `${path}${offset}` }, expected);
    if (!hasNext || !played.model.isActive(table)) return;
    offset = `&offset=${/"offset":"([\w-]+)"/.exec(text)?.[1]}`;
  }
}

/** In a range null is lower than everything; a filter never finds it. */
async function playCondition(played: Played, step: Step<'range' | 'filter'>): Promise<void> {
  const { table, kind, op, value } = step;
  const fields = played.model.declaration(table).indexes.get('by_color') ?? [];
  const edges = played.model.sorted(table, { ...step, fields }).filter(({ properties: { color = null } }) => {
    if (kind === 'filter' && color === null) return false;
    return meets(compareValues(color, value), op);
  });
  const condition = `${kind}s=color:${op}:${value}`;
  const path = `${table}/edges/scan/by_color?${vertexQuery(step)}&limit=100&${condition}`;
  await expectBody(played, { table, path }, () => frameBody(edges, { total: -1, hasNext: false }));
}

function meets(order: number, op: ComparisonOp): boolean {
  switch (op) {
    case 'eq':
      return order === 0;
    case 'gt':
      return order > 0;
    case 'gte':
      return order >= 0;
    case 'lt':
      return order < 0;
    case 'lte':
      return order <= 0;
    default:
      return unreachable(op);
  }
}

async function playAgg(played: Played, { vertices, from, to }: Step<'agg'>): Promise<void> {
  const condition = from === '' ? `color:eq:${to}` : `color:bt:${from},${to}`;
  const low = from === '' ? to : from;
  const path = `wish/edges/agg/colors?start=${vertices.join(',')}&direction=OUT&ranges=${condition}`;
  await expectBody(played, { table: 'wish', path }, () => {
    const sums = vertices.map((vertex): readonly [PlainJson, number] => {
      const edges = played.model.from('wish', 'OUT', vertex).filter(({ properties: { color = null } }) => {
        return color !== null && compareValues(color, low) >= 0 && compareValues(color, to) <= 0;
      });
      return [vertex, edges.length];
    });
    return aggBody('OUT', sums);
  });
}

/** The newest wishes of a user, and how many others wish for each. */
async function playQuery(played: Played, { vertex, limit }: Step<'query'>): Promise<void> {
  const { model } = played;
  const table = { database: 'shop', table: 'wish' };
  const query = [
    {
      type: 'SCAN',
      name: 'mine',
      ...table,
      source: { type: 'VALUE', value: [vertex] },
      direction: 'OUT',
      index: 'newest',
    },
    { type: 'COUNT', name: 'fans', ...table, source: { type: 'REF', ref: 'mine', field: 'target' }, direction: 'IN' },
  ] as const;
  const body = { query: query.map((item) => ({ ...item, limit: BigInt(limit), include: true })) };
  const { status, text } = await played.server.send('POST', '/graph/v3/query', body);
  if (!model.isActive('wish')) {
    assert.equal(status, 400, text);
    return;
  }
  const all = model.sorted('wish', { direction: 'OUT', vertex, fields: [{ field: 'at', order: 'DESC' }] });
  const mine = all.slice(0, limit);
  const hasNext = all.length > limit;
  const scanned = mine.map(({ version, source, target, properties }): PlainJson => {
    return { direction: 'OUT', version, source, target, ...properties };
  });
  const counted = mine.map(({ target }): PlainJson => {
    return { source: target, 'COUNT(1)': BigInt(model.from('wish', 'IN', target).length), direction: 'IN' };
  });
  const rows = BigInt(mine.length);
  const expected = printPlain({
    items: [
      { name: 'mine', data: scanned, rows, stats: [], offset: hasNext ? '<cursor>' : null, hasNext },
      { name: 'fans', data: counted, rows, stats: [], offset: null, hasNext: false },
    ],
  });
  assert.equal(status, 200, text);
  assert.equal(withoutUnknown(text), expected);
}

/** The aliases hold the table: they have to go first. They come back, so that the next step finds them. */
async function playSetActive(played: Played, active: boolean): Promise<void> {
  const { server, model } = played;
  const fav = '/graph/v3/databases/shop/aliases/fav';
  const table = `${TABLES_PATH}/wish`;
  if (!active && model.isActive('wish')) {
    assert.equal((await server.send('PUT', table, { active: false })).status, 400, 'an active alias holds its table');
    assert.equal((await server.send('PUT', fav, { active: false })).status, 200);
  }
  if (!active) await playSetFar(played, { of: 'wish', active: false });
  assert.equal((await server.send('PUT', table, { active })).status, 200);
  if (active) assert.equal((await server.send('PUT', fav, { active: true })).status, 200);
  model.setActive('wish', active);
  if (active) await playSetFar(played, { of: 'wish', active });
}

/** Takes the alias of the other service away from a table, or gives it back. */
async function playSetFar(
  { server, model }: Played,
  { of, active }: { of: TableName; active: boolean },
): Promise<void> {
  if (model.far.target !== of) return;
  assert.equal((await server.send('PUT', FAR_PATH, { active })).status, 200);
  model.far = { ...model.far, active };
}

async function playRecreate(played: Played, table: TableName): Promise<void> {
  const { server, model } = played;
  if (table === 'wish') await playSetActive(played, false);
  else if (table === 'links') await playDropLinks(played);
  else assert.equal((await server.send('PUT', `${TABLES_PATH}/orders`, { active: false })).status, 200);
  assert.equal((await server.send('DELETE', `${TABLES_PATH}/${table}`)).status, 204);
  assert.equal((await server.send('GET', `${TABLES_PATH}/${table}`)).status, 404);
  await server.createTable(table);
  model.recreate(table);
  if (table === 'wish') await playSetActive(played, true);
  if (table === 'links') await playSetFar(played, { of: 'links', active: true });
}

/** Makes the label inactive by the calls of v2, which is what a delete asks for. */
async function playDropLinks(played: Played): Promise<void> {
  const { server, model } = played;
  if (model.far.active && model.far.target === 'links') {
    assert.equal(
      (await server.send('PUT', LINKS_PATH, { active: false })).status,
      400,
      'an active alias holds its label',
    );
  }
  await playSetFar(played, { of: 'links', active: false });
  assert.equal((await server.send('PUT', LINKS_PATH, { active: false })).status, 200);
}

function vertexQuery({ direction, vertex }: VertexQuestion): string {
  return `start=${encode(vertex)}&direction=${direction}`;
}

function encode(value: PlainJson): string {
  return encodeURIComponent(String(value));
}
