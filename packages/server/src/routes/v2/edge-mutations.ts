import { decodeEdgeId } from '@actionbase/core/codec/edge-id';
import { parseJson } from '@actionbase/core/codec/json-text';
import { Failure, invariant } from '@actionbase/core/failure';
import type { MutationMode } from '@actionbase/core/model/catalog';
import type { EventType } from '@actionbase/core/model/edge';
import type { RequestStamp } from '@actionbase/core/record/log-record';
import { printTraceId } from '@actionbase/core/wire/trace-id';
import {
  type AskedEdge,
  type AskedValue,
  type CheckedEdge,
  checkEdge,
  parseEdgesBody,
  parseEdgeValueBody,
  parseLabelledEdgeId,
  parseLabelledEdges,
} from '@actionbase/core/wire/v2/edge-request-json';
import { type EdgeResult, printEdgeResults } from '@actionbase/core/wire/v2/edge-result-json';
import { type ResolvedTable, resolveTable } from '@actionbase/engine/catalog/catalog';
import type { MutationResult } from '@actionbase/engine/engine';
import { engineFailures } from '@actionbase/engine/failures';
import type { Call } from '../../http/call.ts';
import { jsonReply, type Reply } from '../../http/reply.ts';
import { bodyRoute, type Route, withAccess } from '../../http/route.ts';
import { needsOfTable, type RouteAccess } from '../../http/route-access.ts';
import type { Method } from '../../http/router.ts';
import type { Serving } from '../../serving.ts';
import { invalid, readSwitch } from '../request-parameters.ts';

const EDGE = '/graph/v2/service/{service}/label/{label}/edge';
const ANY_EDGE = '/graph/v2/edge';

/** What the methods of a path do, where it takes all three. */
const CHANGES: readonly (readonly [Method, EventType])[] = [
  ['POST', 'INSERT'],
  ['PUT', 'UPDATE'],
  ['DELETE', 'DELETE'],
];

export const EDGE_MUTATION_ROUTES_V2: readonly Route[] = [
  ...CHANGES.flatMap(([method, type]) => [
    mutationRoute(method, EDGE, { type, mode: readMode, read: readEdges }),
    mutationRoute(method, `${EDGE}/sync`, { type, mode: () => 'SYNC', read: readEdges }),
    mutationRoute(method, `${EDGE}/id/{edgeId}`, { type, mode: tableMode, read: readEdgeValue }),
    mutationRoute(method, ANY_EDGE, { type, mode: readMode, read: readLabelledEdges }),
    mutationRoute(method, `${ANY_EDGE}/id`, { type, mode: tableMode, read: readLabelledEdgeId }),
  ]),
  mutationRoute('POST', `${EDGE}/delete`, { type: 'DELETE', mode: tableMode, read: readEdges }),
  mutationRoute('POST', `${EDGE}/delete/id/{edgeId}`, { type: 'DELETE', mode: tableMode, read: readEdgeValue }),
  mutationRoute('POST', `${EDGE}/purge`, { type: 'PURGE', mode: tableMode, read: readEdges }),
  mutationRoute('DELETE', `${EDGE}/purge`, { type: 'PURGE', mode: tableMode, read: readEdges }),
];

/** What a call asks for, wherever it says it. */
interface AskedMutation {
  readonly database: string;
  readonly table: string;
  readonly edges: readonly AskedEdge[];
  readonly requestId: string;
  readonly actor: string;
}

interface MutationCall {
  readonly type: EventType;
  /** The mode that the call asks for; null leaves it to the table. */
  readonly mode: (call: Call) => MutationMode | null;
  readonly read: (call: Call, itemsMax: number) => AskedMutation;
}

function mutationRoute(method: Method, template: string, route: MutationCall): Route {
  const made = bodyRoute(method, template, (call, serving) => mutate(call, serving, route));
  return template.startsWith(ANY_EDGE) ? withAccess(writeOfBody(route), made) : made;
}

/** Where the body names the label, and not the path. */
function writeOfBody({ read }: MutationCall): RouteAccess {
  const says = 'write on the database of the label in the body';
  return {
    kind: 'named',
    more: {
      says,
      needsOf: (call, serving) => {
        const { database, table } = read(call, serving.engine.limits.mutationItemsMax);
        return needsOfTable('write', database, table, serving);
      },
    },
  };
}

/**
 * Edges whose ends do not fit the label, and all edges of a read-only one, end in ERROR without a place in the log; the others are
 * admitted, durable and applied together, each as an entry of its own.
 */
async function mutate(call: Call, { engine, clock, metrics }: Serving, route: MutationCall): Promise<Reply> {
  // The parameter `bulk` is accepted and has no effect: the log orders mutations.
  readSwitch(call.parameters, 'bulk', false);
  const mode = route.mode(call);
  const { database, table: name, edges, requestId, actor } = route.read(call, engine.limits.mutationItemsMax);
  const resolved = resolveTable(engine.catalog, database, name);
  const stamp = { timeMs: clock.nowMs(), requestId, actor };
  const checked = checkEdges(resolved, edges, route.type);
  const { table, results } = await engine.mutate({
    database,
    table: name,
    kind: resolved.table.kind,
    rules: 'v2',
    items: checked.flatMap((edge) => (edge.kind === 'item' ? edge.item : [])),
    stamp,
    mode,
    force: false,
    origin: null,
    deadlineMs: call.deadlineMs,
  });
  const answered = joinResults(checked, results, stamp);
  metrics.mutations.count(answered);
  return jsonReply(printEdgeResults(table, answered));
}

function checkEdges(
  { table, definition }: ResolvedTable,
  edges: readonly AskedEdge[],
  type: EventType,
): readonly CheckedEdge[] {
  if (!definition.readOnly || table.layout === 'NIL')
    return edges.map((edge, place) => checkEdge(table, edge, type, place));
  const fullName = `${table.database}.${table.name}`;
  const message = `This Label (${fullName}) is read-only for v2 mutations`;
  const failure = new Failure(engineFailures['read-only-table'], message, { table: fullName });
  return edges.map(() => ({ kind: 'refused', failure }));
}

/** The engine's results in the places of the edges that it was given. */
function joinResults(
  checked: readonly CheckedEdge[],
  results: readonly MutationResult[],
  stamp: RequestStamp,
): EdgeResult[] {
  let next = 0;
  return checked.map((edge, place) => {
    if (edge.kind === 'refused') return refusedResult(edge.failure, stamp, place);
    const result = results[next++];
    invariant(result !== undefined, 'every edge that was admitted has a result');
    const { key, status, after, code, message } = result;
    const traceId = printTraceId(result.place);
    return { status, traceId, edge: after === null || status === 'ERROR' ? null : { key, cell: after }, code, message };
  });
}

/** An edge that is not in the log has a trace id like the others, but of epoch 0: no log ever has it. */
function refusedResult({ code, message }: Failure, { timeMs }: RequestStamp, place: number): EdgeResult {
  const traceId = printTraceId({ epoch: 0, partition: 0, offset: 0, stampMs: timeMs, entry: place, event: 0 });
  return { status: 'ERROR', traceId, edge: null, code, message };
}

function readEdges(call: Call, itemsMax: number): AskedMutation {
  return { ...labelOf(call), ...parseEdgesBody(parseJson(call.body), itemsMax) };
}

function readEdgeValue(call: Call): AskedMutation {
  const { value, actor } = parseEdgeValueBody(parseJson(call.body));
  return { ...labelOf(call), edges: [edgeOfId(call.segment('edgeId'), value)], actor };
}

function readLabelledEdges(call: Call, itemsMax: number): AskedMutation {
  return parseLabelledEdges(parseJson(call.body), itemsMax);
}

function readLabelledEdgeId(call: Call): AskedMutation {
  const { edgeId, value, ...rest } = parseLabelledEdgeId(parseJson(call.body));
  return { ...rest, edges: [edgeOfId(edgeId, value)] };
}

function edgeOfId(edgeId: string, value: AskedValue): AskedEdge {
  return { ...value, ...decodeEdgeId(edgeId) };
}

function labelOf(call: Call): Pick<AskedMutation, 'database' | 'table' | 'requestId'> {
  return { database: call.segment('service'), table: call.segment('label'), requestId: call.requestIdOr('') };
}

function tableMode(): null {
  return null;
}

/** v2's words for modes: IGNORE is DROP. */
function readMode(call: Call): MutationMode | null {
  const text = call.parameters.text('mode');
  if (text === undefined || text === '') return null;
  if (text === 'SYNC' || text === 'ASYNC') return text;
  if (text === 'IGNORE') return 'DROP';
  throw invalid('mode', text, 'SYNC, ASYNC or IGNORE, in upper case');
}
