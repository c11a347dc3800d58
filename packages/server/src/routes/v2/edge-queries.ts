import { decodeEdgeId } from '@actionbase/core/codec/edge-id';
import type { JsonValue } from '@actionbase/core/codec/json-value';
import { vertexTypeOf } from '@actionbase/core/codec/row-key';
import { Failure, unreachable } from '@actionbase/core/failure';
import type { EdgeKey } from '@actionbase/core/model/edge';
import type { Table } from '@actionbase/core/model/table';
import type { Direction, Value } from '@actionbase/core/model/value';
import { crossKeys } from '@actionbase/core/query/cross-keys';
import type { EdgeRow } from '@actionbase/core/query/edge-row';
import type { RowFrame } from '@actionbase/core/query/multi-hop/row-frame';
import { splitFilter } from '@actionbase/core/query/split-filter';
import { castAllForWrite } from '@actionbase/core/reduce/cast';
import {
  type ExtraColumns,
  edgeFrame,
  type FoundPage,
  type FrameStat,
  NIL_COUNT_FRAME,
  printFrame,
  selectColumns,
  vertexCountFrame,
} from '@actionbase/core/wire/v2/edge-frame-v2';
import { resolveTable } from '@actionbase/engine/catalog/catalog';
import { engineFailures } from '@actionbase/engine/failures';
import type { Call } from '../../http/call.ts';
import { jsonReply, type Reply } from '../../http/reply.ts';
import { databaseRoute, type Route } from '../../http/route.ts';
import type { Serving } from '../../serving.ts';
import { type EdgeQueryParameters, readEdgeQuery, readFormat, readStats, type Stat } from './edge-query-parameters.ts';

const EDGE = '/graph/v2/service/{service}/label/{label}/edge';

export const EDGE_QUERY_ROUTES_V2: readonly Route[] = [
  databaseRoute('GET', EDGE, queryEdges),
  databaseRoute('GET', `${EDGE}/id/{edgeId}`, getById),
];

const NOTHING: FoundPage = { rows: [], offset: null, hasNext: false };

async function queryEdges(call: Call, serving: Serving): Promise<Reply> {
  const asked = { ...readEdgeQuery(call.parameters, serving.engine.limits), deadlineMs: call.deadlineMs };
  const table = tableOf(call, serving);
  const frame = selectColumns(await find(serving, table, asked), asked.select);
  return jsonReply(printFrame(frame, await countDegrees(serving, table, asked), asked.format));
}

/** Without `stats` all columns are answered, and an edge that is not active as well. */
async function getById(call: Call, serving: Serving): Promise<Reply> {
  const { parameters } = call;
  const stats = readStats(parameters) ?? ['WITH_ALL'];
  const format = readFormat(parameters);
  const { source, target } = decodeEdgeId(call.segment('edgeId'));
  const table = tableOf(call, serving);
  const keys = crossKeys(table, ...castPairs(table, { sources: [source], targets: [target], field: 'edgeId' }));
  return jsonReply(printFrame(await getFrame(serving, table, { keys, stats }), [], format));
}

function find(serving: Serving, table: Table, asked: TimedQuery): Promise<RowFrame> | RowFrame {
  const { query, stats } = asked;
  switch (query.kind) {
    case 'self':
      return getFrame(serving, table, { keys: selfKeys(table, query.vertices), stats });
    case 'get': {
      const [sources] = castPairs(table, { sources: [query.source], targets: [], field: 'src' });
      const [, targets] = castPairs(table, { sources: [], targets: query.targets, field: 'tgt' });
      return getFrame(serving, table, { keys: crossKeys(table, sources, targets), stats });
    }
    case 'count':
      return countFrame(serving, table, { ...asked, vertices: query.vertices });
    case 'scan':
      return scanFrame(serving, table, { ...asked, vertices: query.vertices });
    default:
      return unreachable(query);
  }
}

interface GetQuery {
  readonly keys: readonly EdgeKey[];
  readonly stats: readonly Stat[];
}

async function getFrame({ engine }: Serving, table: Table, { keys, stats }: GetQuery): Promise<RowFrame> {
  const found = table.layout === 'NIL' ? [] : await engine.states(table, keys);
  const rows = stats.includes('WITH_ALL') ? found : found.filter((row) => row.active);
  // Only the scan of an index has a column for cursors.
  const extra = extraColumns(stats.filter((stat) => stat !== 'OFFSET'));
  return edgeFrame(table, { direction: 'OUT', extra }, { ...NOTHING, rows });
}

/** A query and until when it may begin to read. */
type TimedQuery = EdgeQueryParameters & { readonly deadlineMs: number };

/** A query that begins at vertices. */
type VertexQuery = TimedQuery & { readonly vertices: readonly string[] };

async function countFrame({ engine }: Serving, table: Table, asked: VertexQuery): Promise<RowFrame> {
  if (table.layout === 'NIL') return NIL_COUNT_FRAME;
  const { direction } = asked;
  const vertices = castAllForWrite(vertexTypeOf(table, direction), asked.vertices, 'src');
  const counts = await countVertices(engine, table, { direction, vertices, deadlineMs: asked.deadlineMs });
  return vertexCountFrame(
    table,
    direction,
    vertices.map((vertex, place) => ({ vertex, count: counts[place] ?? 0n })),
  );
}

function scanFrame(serving: Serving, table: Table, asked: VertexQuery): Promise<RowFrame> | RowFrame {
  const { direction, vertices } = asked;
  if (table.layout === 'NIL') return edgeFrame(table, { direction, extra: 'all' }, NOTHING);
  const starts = castAllForWrite(vertexTypeOf(table, direction), vertices, 'src');
  if (table.layout === 'INDEXED') return scanIndex(serving, table, { ...asked, starts });
  if (direction === 'OUT') return scanStates(serving, table, { ...asked, starts });
  const message = `dir is ${direction}; the label ${table.database}.${table.name} is of type HASH, whose edges are found from src only`;
  throw new Failure(engineFailures['not-supported'], message, { parameter: 'dir' });
}

type StartQuery = TimedQuery & { readonly starts: readonly Value[] };

async function scanIndex({ engine }: Serving, table: Table, asked: StartQuery): Promise<RowFrame> {
  const { direction, limit, offset, stats, starts, deadlineMs } = asked;
  const index = table.indexes.find(({ name }) => name === asked.index);
  if (index === undefined) throw unknownIndex(table, asked.index);
  const conditions = splitFilter(table, index, asked.filter);
  const query = { index: index.name, direction, limit, offset, ...conditions, withTotal: false, withCursors: true };
  const [start] = starts;
  const isOne = start !== undefined && starts.length === 1;
  const page = isOne
    ? await engine.scan(table, { ...query, start }, deadlineMs)
    : await engine.scanMany(table, query, { starts, deadlineMs });
  const rows = page.rows.map((row: EdgeRow, place) => ({ ...row, active: true, cursor: page.cursors?.[place] }));
  return edgeFrame(table, { direction, extra: extraColumns(stats) }, { ...pageEnd(page), rows });
}

async function scanStates({ engine }: Serving, table: Table, asked: StartQuery): Promise<RowFrame> {
  const { direction, limit, offset, stats, starts, deadlineMs } = asked;
  const withInactive = stats.includes('WITH_ALL');
  const page = await engine.scanStates(table, { limit, offset, withInactive }, { starts, deadlineMs });
  const extra = extraColumns(stats.filter((stat) => stat !== 'OFFSET'));
  return edgeFrame(table, { direction, extra }, { ...pageEnd(page), rows: page.rows });
}

interface ReadPage {
  readonly offset: string | null;
  readonly hasNext: boolean;
  readonly cursors?: readonly string[] | undefined;
}

/** v2 gives the cursor of a page's last edge also when nothing follows. */
function pageEnd({ offset, hasNext, cursors }: ReadPage): Pick<FoundPage, 'offset' | 'hasNext'> {
  return { offset: offset ?? cursors?.at(-1) ?? null, hasNext };
}

/** As in the reference, OFFSET goes before the others, and WITH_ALL holds EDGE_ID. */
function extraColumns(stats: readonly Stat[]): ExtraColumns {
  if (stats.includes('OFFSET')) return 'offset';
  if (stats.includes('WITH_ALL')) return 'all';
  return stats.includes('EDGE_ID') ? 'edgeId' : 'none';
}

/** The degrees that `stats` asks for, of one vertex each: of several there is no single number. */
async function countDegrees(
  { engine }: Serving,
  table: Table,
  { query, stats, direction, deadlineMs }: TimedQuery,
): Promise<FrameStat[]> {
  const degrees: FrameStat[] = [];
  for (const name of new Set(stats)) {
    const isSource = name === 'SRC_DEGREE';
    if (!isSource && name !== 'TGT_DEGREE') continue;
    const texts = isSource ? sourcesOf(query) : query.kind === 'get' ? query.targets : [];
    if (texts.length !== 1) continue;
    const side = isSource ? direction : 'IN';
    const vertices = castAllForWrite(vertexTypeOf(table, side), texts, isSource ? 'src' : 'tgt');
    const [value = 0n] = await countVertices(engine, table, { direction: side, vertices, deadlineMs });
    degrees.push({ name, value });
  }
  return degrees;
}

interface CountedVertices {
  readonly direction: Direction;
  readonly vertices: readonly Value[];
  readonly deadlineMs: number;
}

/** A HASH table keeps no counts: those of a source are counted over its states, and of a target there are none. */
async function countVertices(
  engine: Serving['engine'],
  table: Table,
  { direction, vertices, deadlineMs }: CountedVertices,
): Promise<readonly bigint[]> {
  if (table.layout !== 'HASH') return engine.counts(table, direction, vertices);
  return direction === 'OUT' ? engine.countStates(table, vertices, deadlineMs) : vertices.map(() => 0n);
}

function sourcesOf(query: EdgeQueryParameters['query']): readonly string[] {
  return query.kind === 'get' ? [query.source] : query.vertices;
}

function selfKeys(table: Table, texts: readonly string[]): EdgeKey[] {
  const [sources, targets] = castPairs(table, { sources: texts, targets: texts, field: 'self' });
  return sources.flatMap((source, place) => crossKeys(table, [source], targets.slice(place, place + 1)));
}

interface Pairs {
  readonly sources: readonly JsonValue[];
  readonly targets: readonly JsonValue[];
  readonly field: string;
}

/** The ends of keys; a multi edge has its id in both places. */
function castPairs(table: Table, { sources, targets, field }: Pairs): [Value[], Value[]] {
  const { idType, sourceType, targetType } = table;
  return [castAllForWrite(idType ?? sourceType, sources, field), castAllForWrite(idType ?? targetType, targets, field)];
}

function unknownIndex(table: Table, name: string | undefined): Failure {
  const known = table.indexes.map((index) => index.name).join(', ') || 'none';
  const message = `Index not found: ${name ?? null}. The label ${table.database}.${table.name} has: ${known}; a query without tgt needs one.`;
  return new Failure(engineFailures['unknown-index'], message, { index: name ?? null });
}

function tableOf(call: Call, { engine }: Serving): Table {
  return resolveTable(engine.catalog, call.segment('service'), call.segment('label')).table;
}
