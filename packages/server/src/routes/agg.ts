import { vertexTypeOf } from '@actionbase/core/codec/row-key';
import { castForWrite } from '@actionbase/core/reduce/cast';
import { printAgg } from '@actionbase/core/wire/agg-json';
import { resolveIndexed } from '@actionbase/engine/catalog/table-layout';
import type { Call } from '../http/call.ts';
import type { Parameters } from '../http/parameters.ts';
import { jsonReply, type Reply } from '../http/reply.ts';
import { databaseRoute, type Route } from '../http/route.ts';
import type { Serving } from '../serving.ts';
import { distinct, requireAtMost } from './edge-keys.ts';
import {
  invalid,
  readDirection,
  readPredicates,
  refuseFeatures,
  refuseGiven,
  requireList,
  requireText,
} from './request-parameters.ts';

export const AGG_ROUTES: readonly Route[] = [
  databaseRoute('GET', '/graph/v3/databases/{database}/tables/{table}/edges/agg/{group}', agg),
];

async function agg(call: Call, { engine, clock }: Serving): Promise<Reply> {
  const { parameters } = call;
  const texts = distinct(requireList(parameters, 'start'));
  const direction = readDirection(parameters);
  const ranges = readPredicates(requireText(parameters, 'ranges'), 'ranges');
  refuseGiven(parameters.text('filters'), 'filters', '`filters` is not yet supported in agg query.');
  const features = parameters.list('features') ?? [];
  refuseFeatures(features, 'agg', ['accumulators', 'trends', 'cachedRecords']);
  requireTtl(parameters);
  const table = resolveIndexed(engine.catalog, call.segment('database'), call.segment('table'));
  requireAtMost(texts.length, engine.limits.aggStartsMax, 'distinct starts');
  const starts = texts.map((text) => castForWrite(vertexTypeOf(table, direction), text, 'start'));
  const query = { group: call.segment('group'), direction, starts, ranges, nowMs: clock.nowMs() };
  const { group, sums } = await engine.agg(table, query, call.deadlineMs);
  const withAccumulators = features.includes('accumulators');
  const withCachedRecords = features.includes('cachedRecords');
  return jsonReply(printAgg(table, group, { direction, sums, withAccumulators, withCachedRecords }));
}

/** How old a remembered result may be, in milliseconds. None is remembered, so it has no effect beyond this check. */
function requireTtl(parameters: Parameters): void {
  const text = parameters.text('ttl');
  if (text !== undefined && text !== '' && !/^-?\d{1,18}$/.test(text)) {
    throw invalid('ttl', text, 'an integer (milliseconds)');
  }
}
