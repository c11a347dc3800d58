import assert from 'node:assert/strict';
import { unreachable } from '@actionbase/core/failure';
import { compareValues, type HttpModel, type ModelItem, type ModelResultV2, type SeenEdge } from './http-model.ts';
import type { LabelNameV2, StepV2, WayV2 } from './http-steps-v2.ts';
import { frameBody, withoutUnknown } from './model-bodies.ts';
import {
  compactBodyV2,
  frameBodyV2,
  queuedBodyV2,
  type RowV2,
  resultsBodyV2,
  rowV2,
  UNKNOWN_ID,
} from './model-bodies-v2.ts';
import type { ModelOpV2 } from './model-edge-v2.ts';
import { FAR_PATH, LINKS_PATH } from './model-server.ts';
import type { ModeV2, TableName } from './model-table.ts';
import { type PlainJson, printPlain } from './plain-json.ts';
import type { Played } from './played.ts';

type Step<K extends StepV2['kind']> = Extract<StepV2, { kind: K }>;

/** As `playStep`, of a v2 call; edge ids and trace ids are not compared either. */
export async function playStepV2(played: Played, step: StepV2): Promise<void> {
  switch (step.kind) {
    case 'mutate':
      return playMutation(played, step);
    case 'mutate-by-id':
      return playMutationById(played, step);
    case 'mutate-multi':
      return playMultiMutation(played, step);
    case 'get':
      return playGet(played, step);
    case 'scan':
      return playScan(played, step);
    case 'scan-many':
      return playScanMany(played, step);
    case 'count':
      return playCount(played, step);
    case 'far-v3':
      return playFarV3(played, step);
    case 'set-mode':
      return playSetMode(played, step);
    case 'point-far':
      return playPointFar(played, step);
    default:
      return unreachable(step);
  }
}

/** The table that a name stands for now; undefined when it stands for none. */
function tableOf(model: HttpModel, name: LabelNameV2): TableName | undefined {
  if (name === 'far' && !model.far.active) return undefined;
  const table = name === 'far' ? model.far.target : name === 'fav' ? 'wish' : name;
  return model.isActive(table) ? table : undefined;
}

function edgesPath(name: LabelNameV2): string {
  return `/graph/v2/service/${name === 'far' ? 'other' : 'shop'}/label/${name}/edge`;
}

interface Asked {
  readonly name: LabelNameV2;
  readonly method?: string;
  readonly path: string;
  readonly body?: PlainJson;
}

/** Asserts a 200 with this body; of a name that stands for nothing, the refusal. */
async function expectBody(
  { server, model }: Played,
  { name, method = 'GET', path, body }: Asked,
  expected: (table: TableName) => string,
): Promise<string> {
  const { status, text } = await server.send(method, path, body);
  const table = tableOf(model, name);
  if (table === undefined) {
    assert.equal(status, 400, text);
    assert.match(text, /"code":"unknown-table"/);
    return text;
  }
  assert.equal(status, 200, text);
  assert.equal(withoutIds(text), expected(table));
  return text;
}

function withoutIds(text: string): string {
  return withoutUnknown(text).replaceAll(/("traceId"|"edgeId"):"[\w-]+"/g, `$1:"${UNKNOWN_ID}"`);
}

const METHODS: Readonly<Record<ModelOpV2, string>> = { INSERT: 'POST', UPDATE: 'PUT', DELETE: 'DELETE', PURGE: 'POST' };

interface MutationCall {
  readonly method: string;
  readonly path: string;
  /** Whether the call takes a mode. */
  readonly hasMode: boolean;
}

function callOf({ name, op, way }: { name: LabelNameV2; op: ModelOpV2; way: WayV2 }): MutationCall {
  const edges = edgesPath(name);
  if (op === 'PURGE') return { method: way === 'named' ? 'DELETE' : 'POST', path: `${edges}/purge`, hasMode: false };
  const method = METHODS[op];
  if (way === 'sync') return { method, path: `${edges}/sync`, hasMode: false };
  if (way === 'labelled') return { method, path: '/graph/v2/edge', hasMode: true };
  if (way === 'named' && op === 'DELETE') return { method: 'POST', path: `${edges}/delete`, hasMode: false };
  return { method, path: edges, hasMode: true };
}

async function playMutation(played: Played, step: Step<'mutate'>): Promise<void> {
  const { server, model } = played;
  const { name, op, items } = step;
  const { method, path, hasMode } = callOf(step);
  const query = hasMode && step.mode !== '' ? `?mode=${step.mode}` : '';
  const label = path === '/graph/v2/edge' ? { label: `${name === 'far' ? 'other' : 'shop'}.${name}` } : {};
  const asked = { name, method, path: `${path}${query}`, body: { ...label, edges: edgesOf(items) } };
  const table = tableOf(model, name);
  const mode = modeOf(model, table, step);
  if (mode === 'conflict') {
    const { status, text } = await server.send(method, asked.path, asked.body);
    assert.deepEqual([status, codeIn(text)], [400, 'mode-conflict']);
    return;
  }
  await expectBody(played, asked, (found) =>
    mode === 'SYNC'
      ? resultsBodyV2(model.declaration(found), model.mutateV2(found, op, items), 'missing-property')
      : queuedBodyV2(items.length),
  );
  if (mode !== 'ASYNC' || table === undefined) return;
  if (step.restarts) await server.restart();
  await server.drained();
  model.mutateV2(table, op, items);
}

/** The mode of the call, else of the table. One that drops everything takes no SYNC call. */
function modeOf(model: HttpModel, table: TableName | undefined, step: Step<'mutate'>): ModeV2 | 'conflict' {
  const own = table === 'links' ? model.linksMode : 'SYNC';
  const asked = callOf(step).hasMode ? step.mode : step.way === 'sync' && step.op !== 'PURGE' ? 'SYNC' : '';
  if (asked === 'SYNC' && own === 'IGNORE') return 'conflict';
  return asked === '' ? own : asked;
}

function codeIn(text: string): string | undefined {
  return /"code":"([a-z-]+)"/.exec(text)?.[1];
}

function edgesOf(items: readonly ModelItem[]): PlainJson {
  return items.map(({ key, event: { version, named } }): PlainJson => {
    const [src, tgt = null] = key;
    return { ts: version, src, tgt, props: Object.fromEntries(named) };
  });
}

/** By the edge id that a query gives, which every state has. */
async function playMutationById(played: Played, { op, item }: Step<'mutate-by-id'>): Promise<void> {
  const { server, model } = played;
  const [source, target = null] = item.key;
  const query = `${edgesPath('wish')}?src=${source}&tgt=${encode(target)}&stats=WITH_ALL`;
  const edgeId = /"edgeId":"([\w-]+)"/.exec((await server.send('GET', query)).text)?.[1];
  const state = tableOf(model, 'wish') === undefined ? undefined : model.state('wish', item.key);
  assert.equal(edgeId !== undefined, state !== undefined, 'a state has an edge id');
  if (edgeId === undefined || state === undefined) return;
  const byId = { name: 'wish', path: `${edgesPath('wish')}/id/${edgeId}` } as const;
  await expectBody(played, byId, () => frameBodyV2([withState(state)]));
  const { version, named } = item.event;
  const body = { ts: version, props: Object.fromEntries(named) };
  await expectBody(played, { ...byId, method: METHODS[op], body }, (table) =>
    resultsBodyV2(model.declaration(table), model.mutateV2(table, op, [item]), 'missing-property'),
  );
}

/** Tables of multi edges are read-only for v2. */
async function playMultiMutation({ server, model }: Played, { id }: Step<'mutate-multi'>): Promise<void> {
  const edges = [{ ts: 5n, src: id, tgt: id, props: { paidAt: 1n } }];
  const refused: readonly ModelResultV2[] = [{ status: 'ERROR', state: null }];
  const { text } = await server.send('POST', '/graph/v2/service/shop/label/orders/edge', { edges });
  assert.equal(withoutIds(text), resultsBodyV2(model.declaration('orders'), refused, 'read-only-table'));
}

async function playGet(played: Played, step: Step<'get'>): Promise<void> {
  const { model } = played;
  const { name, source, targets, stats, isCompact } = step;
  const withAll = stats.includes('WITH_ALL');
  const format = isCompact && !withAll ? '&format=jsoncompact' : '';
  const query = `src=${source}&tgt=${targets.map(encode).join(',')}&stats=${stats.join(',')}${format}`;
  await expectBody(played, { name, path: `${edgesPath(name)}?${query}` }, (table) => {
    const states = [...new Set(targets)].flatMap((target) => model.state(table, [source, target]) ?? []);
    const rows = states
      .filter(({ active }) => active || withAll)
      .map((state) => (withAll ? withState(state) : rowV2(state.seen)));
    const degree = model.from(table, 'OUT', source).length;
    const parts = { stats: stats.includes('SRC_DEGREE') ? ([['SRC_DEGREE', degree]] as const) : [] };
    return format === '' ? frameBodyV2(rows, parts) : compactBodyV2(model.declaration(table), rows, parts);
  });
}

function withState({ seen, active }: { readonly seen: SeenEdge; readonly active: boolean }): RowV2 {
  return { ...rowV2(seen), edgeId: UNKNOWN_ID, active };
}

async function playScan(played: Played, step: Step<'scan'>): Promise<void> {
  const { server, model } = played;
  const { name, index, direction, vertex, limit, color } = step;
  const table = tableOf(model, name);
  const filter = color === undefined ? '' : `&filter=color:eq:${color}`;
  const query = `src=${encode(vertex)}&dir=${direction}&index=${index}&limit=${limit}${filter}`;
  const path = `${edgesPath(name)}?${query}`;
  if (table === 'links' && direction === 'IN') {
    const { status, text } = await server.send('GET', path);
    assert.deepEqual([status, codeIn(text)], [400, 'not-supported']);
    return;
  }
  const all = table === undefined ? [] : edgesFrom(model, table, step).map((edge) => rowV2(edge, direction));
  for (let start = 0, offset = ''; ; start += limit) {
    const page = all.slice(start, start + limit);
    const hasNext = start + limit < all.length;
    const expected = (): string => frameBodyV2(page, { offset: page.length > 0, hasNext });
    const text = await expectBody(played, { name, path: `${path}${offset}` }, expected);
    if (!hasNext) return;
    offset = `&offset=${/"offset":"([\w-]+)"/.exec(text)?.[1]}`;
  }
}

interface StartOfScan {
  readonly index: string;
  readonly direction: 'OUT' | 'IN';
  readonly vertex: PlainJson;
  readonly color?: string | undefined;
}

/** A HASH label has no index: its edges come by their targets, and nothing filters them. */
function edgesFrom(model: HttpModel, table: TableName, { index, color, ...start }: StartOfScan): SeenEdge[] {
  const fields = model.declaration(table).indexes.get(index) ?? [];
  const edges = model.sorted(table, { ...start, fields });
  if (color === undefined || table === 'links') return edges;
  return edges.filter(({ properties }) => compareValues(properties.color ?? null, color) === 0);
}

async function playScanMany(played: Played, { name, vertices, limit }: Step<'scan-many'>): Promise<void> {
  const { model } = played;
  const path = `${edgesPath(name)}?src=${vertices.join(',')}&index=newest&limit=${limit}`;
  await expectBody(played, { name, path }, (table) => {
    const pages = vertices.map((vertex) => edgesFrom(model, table, { index: 'newest', direction: 'OUT', vertex }));
    const [only = []] = pages;
    const rows = pages.flatMap((page) => page.slice(0, limit)).map((edge) => rowV2(edge));
    const isOne = vertices.length === 1;
    return frameBodyV2(rows, { offset: isOne && rows.length > 0, hasNext: isOne && only.length > limit });
  });
}

async function playCount(played: Played, { name, direction, vertices }: Step<'count'>): Promise<void> {
  const { model } = played;
  const path = `${edgesPath(name)}?src=${vertices.map(encode).join(',')}&dir=${direction}&select=COUNT(1)`;
  await expectBody(played, { name, path }, (table) => {
    const rows = vertices.map((vertex): RowV2 => {
      const count = table === 'links' && direction === 'IN' ? 0 : model.from(table, direction, vertex).length;
      return { src: vertex, 'COUNT(1)': BigInt(count), dir: direction };
    });
    return frameBodyV2(rows);
  });
}

/** v3 takes the alias too, and reads no label of type HASH. */
async function playFarV3({ server, model }: Played, { source, target }: Step<'far-v3'>): Promise<void> {
  const path = `/graph/v3/databases/other/tables/far/edges/get?source=${source}&target=${encode(target)}`;
  const { status, text } = await server.send('GET', path);
  const table = tableOf(model, 'far');
  if (table === 'wish') {
    const edge = model.get(table, [source, target]);
    const edges = edge === undefined ? [] : [edge];
    assert.equal(text, frameBody(edges, { total: edges.length, hasNext: false }));
    return;
  }
  assert.equal(status, 400, text);
  assert.equal(codeIn(text), table === undefined ? 'unknown-table' : 'not-indexed');
}

/** An alias can be turned to any table that there is, an inactive one too. */
async function playPointFar({ server, model }: Played, { target }: Step<'point-far'>): Promise<void> {
  const body = { target: `shop.${target}`, active: true };
  const { status, text } = await server.send('PUT', FAR_PATH, body);
  assert.equal(status, 200, text);
  assert.ok(
    text.startsWith(
      `{"status":"UPDATED","result":{"active":true,"name":"other.far","desc":"","target":"shop.${target}"`,
    ),
    text,
  );
  model.far = { target, active: true };
}

async function playSetMode({ server, model }: Played, { mode }: Step<'set-mode'>): Promise<void> {
  assert.equal((await server.send('PUT', LINKS_PATH, { mode })).status, 200);
  model.linksMode = mode;
}

function encode(value: PlainJson): string {
  return encodeURIComponent(typeof value === 'string' ? value : printPlain(value));
}
