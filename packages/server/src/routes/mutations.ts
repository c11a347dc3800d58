// Hot: once per mutation request. Benchmark: http.
import { parseJson } from '@actionbase/core/codec/json-text';
import type { Table } from '@actionbase/core/model/table';
import { parseMutations, printMutationResults } from '@actionbase/core/wire/mutation-json';
import type { Call } from '../http/call.ts';
import { jsonReply, type Reply } from '../http/reply.ts';
import { databaseRoute, type Route } from '../http/route.ts';
import type { Serving } from '../serving.ts';
import { stampOf } from './metadata-parts.ts';
import { readSwitch } from './request-parameters.ts';

const TABLE = '/graph/v3/databases/{database}/tables/{table}';

interface MutationRoute {
  readonly kind: Table['kind'];
  /** The mode that the call asks for; null leaves it to the table. */
  readonly mode: 'SYNC' | null;
  readonly takesForce: boolean;
}

const EDGES: MutationRoute = { kind: 'edge', mode: null, takesForce: false };
const EDGES_SYNC: MutationRoute = { kind: 'edge', mode: 'SYNC', takesForce: true };
const MULTI_EDGES: MutationRoute = { kind: 'multiEdge', mode: 'SYNC', takesForce: false };
const MULTI_EDGES_SYNC: MutationRoute = { kind: 'multiEdge', mode: 'SYNC', takesForce: true };

export const MUTATION_ROUTES: readonly Route[] = [
  databaseRoute('POST', `${TABLE}/edges`, (call, serving) => mutate(call, serving, EDGES)),
  databaseRoute('POST', `${TABLE}/edges/sync`, (call, serving) => mutate(call, serving, EDGES_SYNC)),
  databaseRoute('POST', `${TABLE}/multi-edges`, (call, serving) => mutate(call, serving, MULTI_EDGES)),
  databaseRoute('POST', `${TABLE}/multi-edges/sync`, (call, serving) => mutate(call, serving, MULTI_EDGES_SYNC)),
];

async function mutate(call: Call, { engine, clock, metrics }: Serving, route: MutationRoute): Promise<Reply> {
  // The parameter `lock` is accepted and has no effect: the log orders mutations.
  readSwitch(call.parameters, 'lock', true);
  const { table, results } = await engine.mutate({
    database: call.segment('database'),
    table: call.segment('table'),
    kind: route.kind,
    rules: 'v3',
    items: parseMutations(parseJson(call.body), route.kind, engine.limits.mutationItemsMax),
    stamp: stampOf(call, clock),
    mode: route.mode,
    force: route.takesForce && readSwitch(call.parameters, 'force', false),
    origin: null,
    deadlineMs: call.deadlineMs,
  });
  metrics.mutations.count(results);
  return jsonReply(printMutationResults(table, results));
}
