import { invariant } from '@actionbase/core/failure';
import { type ParkedPosition, parseParkedPosition, printParkedPosition } from '@actionbase/core/model/parked-position';
import { printParked } from '@actionbase/core/wire/parked-json';
import { type Catalog, schemaOf } from '@actionbase/engine/catalog/catalog';
import type { QueueStatus } from '@actionbase/engine/queue/queue-status';
import type { Parked } from '@actionbase/engine/queue/side-queue';
import { VISIBILITY_BOUNDS_MS } from '@actionbase/engine/queue/visibility-times';
import type { Call } from '../http/call.ts';
import { jsonReply, type Reply } from '../http/reply.ts';
import { commandRoute, databaseRoute, type Route, withAccess } from '../http/route.ts';
import { ADMIN_EVERYWHERE, READ_OF_TABLE_PARAMETER } from '../http/route-access.ts';
import type { Serving } from '../serving.ts';
import { stampOf } from './metadata-parts.ts';
import { invalid, readLimit } from './request-parameters.ts';

const PAGE_LIMIT_DEFAULT = 100;

/** The queue of asynchronous mutations: how it is, and what is parked. */
export const QUEUE_ROUTES: readonly Route[] = [
  withAccess(READ_OF_TABLE_PARAMETER, databaseRoute('GET', '/actionbase/v1/queue', showQueue)),
  withAccess(ADMIN_EVERYWHERE, commandRoute('POST', '/actionbase/v1/queue/parked/{id}/retry', retry)),
  withAccess(ADMIN_EVERYWHERE, commandRoute('DELETE', '/actionbase/v1/queue/parked/{id}', drop)),
];

async function showQueue({ parameters }: Call, { engine }: Serving): Promise<Reply> {
  const after = parameters.text('after');
  const { parked, next } = await engine.sideQueue.read({
    after: after === undefined ? null : parseId('after', after),
    limit: readLimit(parameters, { fallback: PAGE_LIMIT_DEFAULT, max: engine.limits.parkedPageRowsMax }),
    table: parameters.text('table') ?? null,
  });
  const items = parked.map((one) => printItem(one, engine.catalog)).join(',');
  const status = JSON.stringify(statusJson(engine.queueStatus));
  const last = next === null ? 'null' : `"${printParkedPosition(next)}"`;
  return jsonReply(`${status.slice(0, -1)},"mutations":[${items}],"next":${last}}`);
}

async function retry(call: Call, { engine, clock }: Serving): Promise<Reply> {
  const id = call.segment('id');
  const { status, refusal, parkedAs } = await engine.sideQueue.retry(parseId('id', id), stampOf(call, clock));
  const { code, message } = refusal ?? { code: null, message: null };
  const parked = parkedAs === null ? null : printParkedPosition(parkedAs);
  return jsonReply(JSON.stringify({ id, status, code, message, parkedAs: parked }));
}

async function drop(call: Call, { engine, clock }: Serving): Promise<Reply> {
  const id = call.segment('id');
  await engine.sideQueue.drop(parseId('id', id), stampOf(call, clock));
  return jsonReply(JSON.stringify({ id, dropped: true }));
}

function parseId(name: string, text: string): ParkedPosition {
  const position = parseParkedPosition(text);
  if (position === undefined) throw invalid(name, text, 'the id of a parked mutation, like e1-p0-1842-0-3');
  return position;
}

function statusJson({ state, visibility, ...status }: QueueStatus) {
  const { buckets, ...figures } = visibility;
  return {
    state: state.kind,
    reason: state.kind === 'failing' ? state.reason : null,
    ...status,
    visibility: {
      ...figures,
      buckets: buckets.map((count, place) => ({ leMs: VISIBILITY_BOUNDS_MS[place] ?? null, count })),
    },
  };
}

function printItem({ position, mutation, record }: Parked, catalog: Catalog): string {
  const table = schemaOf(catalog, record.table, record.schemaRevision);
  invariant(table !== undefined, 'the catalog keeps every schema that a record names');
  return printParked({ position, mutation, record, table });
}
