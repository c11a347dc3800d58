import type { Call } from '../http/call.ts';
import { JSON_TYPE, jsonReply, type Reply, textReply } from '../http/reply.ts';
import { probeRoute, type Route, serverRoute, withAccess } from '../http/route.ts';
import { METRICS } from '../http/route-access.ts';
import { printEngineMetrics } from '../metrics/engine-metrics.ts';
import { printProcessMetrics } from '../metrics/process-metrics.ts';
import { printQueueMetrics } from '../metrics/queue-metrics.ts';
import type { ServerState } from '../serving.ts';
import { VERSION } from '../version.ts';

/** What the server says about itself; answered from the first moment on. */
export const HEALTH_ROUTES: readonly Route[] = [
  serverRoute('GET', '/', describeServer),
  serverRoute('GET', '/graph', describeRequest),
  serverRoute('GET', '/graph/v2', () => jsonReply('{"engine":"Graph"}')),
  serverRoute('GET', '/graph/v3', () => jsonReply('{"engine":"Actionbase"}')),
  serverRoute('GET', '/graph/v3/datastore', () => jsonReply('{"type":"EMBEDDED","configuration":{}}')),
  probeRoute('GET', '/graph/health', printReadiness),
  probeRoute('GET', '/graph/health/readiness', printReadiness),
  // Readiness cannot be set: the reference's start scripts put it, and get the answer that they expect.
  probeRoute('PUT', '/graph/health/readiness', () => textReply(200, 'UP')),
  probeRoute('GET', '/graph/health/liveness', () => textReply(200, 'UP')),
  probeRoute('GET', '/actuator', () => jsonReply(ACTUATOR_LINKS)),
  probeRoute('GET', '/actuator/health', printActuatorHealth),
  probeRoute('GET', '/actuator/info', () => jsonReply(ACTUATOR_INFO)),
  withAccess(METRICS, probeRoute('GET', '/actuator/prometheus', printMetrics)),
];

/** The links of `/actuator`: what lies below it, by name. */
const ACTUATOR_LINKS = JSON.stringify({
  _links: {
    self: { href: '/actuator', templated: false },
    health: { href: '/actuator/health', templated: false },
    info: { href: '/actuator/info', templated: false },
    prometheus: { href: '/actuator/prometheus', templated: false },
  },
});

const ACTUATOR_INFO = JSON.stringify({ build: { name: 'actionbase', version: VERSION } });

/** Ready: the log is replayed, and reads are answered. A failed disk does not take that away; a broken engine does. */
function isReady({ serving }: ServerState): boolean {
  const kind = serving?.engine.status.kind;
  return kind !== undefined && kind !== 'broken' && kind !== 'stopped';
}

function describeServer(_: Call, server: ServerState): Reply {
  const timestamp = new Date(server.clock.nowMs()).toISOString();
  const message = 'Actionbase is running';
  return jsonReply(JSON.stringify({ status: 'UP', message, version: VERSION, timestamp }));
}

function describeRequest(call: Call): Reply {
  const request = { requestId: call.requestId, actor: call.actor };
  return jsonReply(JSON.stringify({ v2: '/graph/v2', v3: '/graph/v3', request }));
}

function printReadiness(_: Call, server: ServerState): Reply {
  return isReady(server) ? textReply(200, 'UP') : textReply(503, 'DOWN');
}

function printActuatorHealth(_: Call, server: ServerState): Reply {
  const ready = isReady(server);
  return { status: ready ? 200 : 503, type: JSON_TYPE, body: `{"status":"${ready ? 'UP' : 'DOWN'}"}` };
}

function printMetrics(_: Call, server: ServerState): Reply {
  const { metrics, serving } = server;
  const lines = [
    ...metrics.requests.print(),
    ...metrics.mutations.print(),
    ...metrics.streams.print(),
    ...metrics.access.print(),
    ...metrics.load.print(),
    ...metrics.delay.print(),
    ...(serving === null ? [] : printEngineMetrics(serving.engine)),
    ...(serving === null ? [] : printQueueMetrics(serving.engine.queueStatus, server.clock.nowMs())),
    ...printProcessMetrics(VERSION),
  ];
  return { status: 200, type: 'text/plain; version=0.0.4; charset=utf-8', body: `${lines.join('\n')}\n` };
}
