import { parseJson, printJson } from '@actionbase/core/codec/json-text';
import type { JsonValue } from '@actionbase/core/codec/json-value';
import { vertexTypeOf } from '@actionbase/core/codec/row-key';
import { Failure } from '@actionbase/core/failure';
import { coreFailures } from '@actionbase/core/failures';
import type { EdgeKey } from '@actionbase/core/model/edge';
import type { Table } from '@actionbase/core/model/table';
import type { Direction, Value } from '@actionbase/core/model/value';
import { castForWrite } from '@actionbase/core/reduce/cast';
import { printCount, printCounts, printEmptyCount } from '@actionbase/core/wire/count-json';
import { printEdgeFrame } from '@actionbase/core/wire/edge-frame-json';
import { type JsonPlace, parseWhole } from '@actionbase/core/wire/json-place';
import { resolveIndexed } from '@actionbase/engine/catalog/table-layout';
import { engineFailures } from '@actionbase/engine/failures';
import type { Call } from '../http/call.ts';
import { jsonReply, type Reply } from '../http/reply.ts';
import { databaseRoute, type Route } from '../http/route.ts';
import type { Serving } from '../serving.ts';
import { distinct, idKeys, type PairEnds, pairKeys, requireAtMost } from './edge-keys.ts';
import {
  readDirection,
  readLimit,
  readPredicates,
  refuseFeatures,
  refuseGiven,
  requireList,
  requireText,
} from './request-parameters.ts';

const TABLE = '/graph/v3/databases/{database}/tables/{table}';
const PAGE_LIMIT_DEFAULT = 10;

export const EDGE_ROUTES: readonly Route[] = [
  databaseRoute('GET', `${TABLE}/edges/get`, getByQuery),
  databaseRoute('POST', `${TABLE}/edges/get`, getByBody),
  databaseRoute('GET', `${TABLE}/edges/count`, countOne),
  databaseRoute('GET', `${TABLE}/edges/counts`, countMany),
  databaseRoute('GET', `${TABLE}/edges/scan/{index}`, scan),
  databaseRoute('GET', `${TABLE}/edges/seek/{cache}`, seek),
  databaseRoute('GET', `${TABLE}/multi-edges/ids`, getIdsByQuery),
  databaseRoute('POST', `${TABLE}/multi-edges/ids`, getIdsByBody),
];

/** What a get reads besides the keys; undefined where the request says nothing. */
interface GetOptions {
  readonly ranges?: string | undefined;
  readonly filters: string | undefined;
  readonly features: readonly string[];
}

function getByQuery(call: Call, serving: Serving): Promise<Reply> {
  const { parameters } = call;
  const ends = { source: requireList(parameters, 'source'), target: requireList(parameters, 'target') };
  return getPairs(call, serving, ends, { ...optionsOf(call), ranges: parameters.text('ranges') });
}

function getByBody(call: Call, serving: Serving): Promise<Reply> {
  const { ends, options } = parseWhole(parseJson(call.body), '', (place) => {
    const body = place.object();
    const source = body.member('source').items().map(readScalarText);
    const target = body.member('target').items().map(readScalarText);
    const ranges = readTextUnlessUnset(body.member('ranges'));
    return { ends: { source, target }, options: { ...readOptions(body), ranges } };
  });
  return getPairs(call, serving, ends, options);
}

function getPairs(call: Call, serving: Serving, ends: PairEnds, options: GetOptions): Promise<Reply> {
  const table = tableOf(call, serving);
  refuseGiven(options.ranges, 'ranges', '`ranges` is not supported in get query.');
  return getKeys(serving, table, pairKeys(table, ends, serving.engine.limits.getPairsMax), options);
}

function getIdsByQuery(call: Call, serving: Serving): Promise<Reply> {
  return getIds(call, serving, requireList(call.parameters, 'ids'), optionsOf(call));
}

function getIdsByBody(call: Call, serving: Serving): Promise<Reply> {
  const { ids, options } = parseWhole(parseJson(call.body), '', (place) => {
    const body = place.object();
    return { ids: body.member('ids').items().map(readId), options: readOptions(body) };
  });
  return getIds(call, serving, ids, options);
}

function getIds(call: Call, serving: Serving, ids: readonly JsonValue[], options: GetOptions): Promise<Reply> {
  const table = tableOf(call, serving);
  return getKeys(serving, table, idKeys(table, ids, serving.engine.limits.getPairsMax), options);
}

async function getKeys(serving: Serving, table: Table, keys: readonly EdgeKey[], options: GetOptions): Promise<Reply> {
  refuseFeatures(options.features, 'get', []);
  const frame = await serving.engine.get(table, keys, readPredicates(options.filters, 'filters'));
  return jsonReply(printEdgeFrame(table, frame));
}

async function countOne(call: Call, serving: Serving): Promise<Reply> {
  const text = requireText(call.parameters, 'start');
  const direction = readCountDirection(call);
  const table = tableOf(call, serving);
  if (table.layout === 'NIL') return jsonReply(printEmptyCount(direction));
  const start = castCountStart(table, direction, text);
  const [count = 0n] = await serving.engine.counts(table, direction, [start]);
  return jsonReply(printCount(table, { start, direction, count }));
}

async function countMany(call: Call, serving: Serving): Promise<Reply> {
  const texts = distinct(requireList(call.parameters, 'start'));
  const direction = readCountDirection(call);
  const table = tableOf(call, serving);
  if (table.layout === 'NIL') return jsonReply(printCounts(table, []));
  requireAtMost(texts.length, serving.engine.limits.countStartsMax, 'distinct starts');
  const starts = texts.map((text) => castCountStart(table, direction, text));
  const counts = await serving.engine.counts(table, direction, starts);
  const items = starts.map((start, place) => ({ start, direction, count: counts[place] ?? 0n }));
  return jsonReply(printCounts(table, items));
}

async function scan(call: Call, serving: Serving): Promise<Reply> {
  const { parameters } = call;
  const { engine } = serving;
  const startText = requireText(parameters, 'start');
  const direction = readDirection(parameters);
  const limit = readLimit(parameters, { fallback: PAGE_LIMIT_DEFAULT, max: engine.limits.answerEdgesMax });
  const features = parameters.list('features') ?? [];
  refuseFeatures(features, 'scan', ['total']);
  const ranges = readPredicates(parameters.text('ranges'), 'ranges');
  const filters = readPredicates(parameters.text('filters'), 'filters');
  const withTotal = features.length > 0;
  if (withTotal && ranges.length + filters.length > 0) {
    const message = 'total count does not support with `ranges` or `filters`.';
    throw new Failure(engineFailures['not-supported'], message, { parameter: 'features' });
  }
  const table = tableOf(call, serving);
  const start = castForWrite(vertexTypeOf(table, direction), startText, 'start');
  const index = call.segment('index');
  const offset = parameters.text('offset') || undefined;
  const query = { index, direction, start, limit, offset, ranges, filters, withTotal };
  const frame = await engine.scan(table, query, call.deadlineMs);
  return jsonReply(printEdgeFrame(table, frame));
}

/** A parameter `filters` is ignored, as by the reference; a negative limit asks for nothing. */
async function seek(call: Call, serving: Serving): Promise<Reply> {
  const { parameters } = call;
  const { engine } = serving;
  const startText = requireText(parameters, 'start');
  const direction = readDirection(parameters);
  const bounds = { fallback: PAGE_LIMIT_DEFAULT, max: engine.limits.answerEdgesMax, takesNegative: true };
  const limit = readLimit(parameters, bounds);
  const table = tableOf(call, serving);
  const start = castForWrite(vertexTypeOf(table, direction), startText, 'start');
  const offset = parameters.text('offset') || undefined;
  const query = { cache: call.segment('cache'), direction, start, limit, offset };
  const frame = await engine.seek(table, query, call.deadlineMs);
  return jsonReply(printEdgeFrame(table, frame));
}

function tableOf(call: Call, { engine }: Serving): Table {
  return resolveIndexed(engine.catalog, call.segment('database'), call.segment('table'));
}

function readCountDirection(call: Call): Direction {
  const { parameters } = call;
  refuseGiven(parameters.text('ranges'), 'ranges', '`ranges` is not yet supported in count query.');
  refuseGiven(parameters.text('filters'), 'filters', '`filters` is not yet supported in count query.');
  refuseFeatures(parameters.list('features') ?? [], 'count', []);
  return readDirection(parameters);
}

function castCountStart(table: Table, direction: Direction, text: string): Value {
  try {
    return castForWrite(vertexTypeOf(table, direction), text, 'start');
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    const message = `Invalid ${direction === 'OUT' ? 'src' : 'tgt'}: ${cause.details.value}; ${cause.message}`;
    throw new Failure(coreFailures['cast-failed'], message, cause.details, cause);
  }
}

function optionsOf(call: Call): GetOptions {
  return { filters: call.parameters.text('filters'), features: call.parameters.list('features') ?? [] };
}

function readOptions(body: JsonPlace): GetOptions {
  const features = body.member('features');
  return {
    filters: readTextUnlessUnset(body.member('filters')),
    features: features.isUnset ? [] : features.items().map((feature) => feature.text()),
  };
}

function readTextUnlessUnset(place: JsonPlace): string | undefined {
  return place.isUnset ? undefined : place.text();
}

/** A vertex of a get in a body: text, or a number or boolean that is taken as its text. */
function readScalarText(place: JsonPlace): string {
  const { value } = place;
  if (typeof value === 'string' || typeof value === 'object' || value === undefined) return place.text();
  return printJson(value);
}

function readId(place: JsonPlace): JsonValue {
  if (place.value !== undefined && place.value !== null) return place.value;
  place.refuse('is null; expected an id');
  return '';
}
