// Hot: once per load request. Benchmark: bulk.
import { parseJson } from '@actionbase/core/codec/json-text';
import { printPosition } from '@actionbase/core/model/position';
import type { Table } from '@actionbase/core/model/table';
import { parseLoad, printLoadCounts } from '@actionbase/core/wire/load-json';
import type { Call } from '../http/call.ts';
import { jsonReply, type Reply } from '../http/reply.ts';
import { databaseRoute, type Route } from '../http/route.ts';
import type { Serving } from '../serving.ts';
import { stampOf } from './metadata-parts.ts';

const TABLE = '/graph/v3/databases/{database}/tables/{table}';

/** Inserting edges in bulk. */
export const LOAD_ROUTES: readonly Route[] = [
  databaseRoute('POST', `${TABLE}/edges/load`, (call, serving) => load(call, serving, 'edge')),
  databaseRoute('POST', `${TABLE}/multi-edges/load`, (call, serving) => load(call, serving, 'multiEdge')),
];

async function load(call: Call, { engine, clock, metrics }: Serving, kind: Table['kind']): Promise<Reply> {
  const { position, ...counts } = await engine.load({
    ...parseLoad(parseJson(call.body), kind, engine.limits.loadRowsMax),
    database: call.segment('database'),
    table: call.segment('table'),
    kind,
    stamp: stampOf(call, clock),
  });
  metrics.mutations.add('CREATED', counts.created);
  metrics.mutations.add('UPDATED', counts.updated);
  metrics.mutations.add('IDLE', counts.idle);
  metrics.mutations.add('ERROR', counts.refused);
  return jsonReply(printLoadCounts(position === null ? null : printPosition(position), counts));
}
