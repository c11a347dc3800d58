import { hostname } from 'node:os';
import type { Clock } from '@actionbase/ports/clock';
import type { Random } from '@actionbase/ports/random';
import { AccessMetrics } from './access/access-metrics.ts';
import { type Access, openAccess } from './access/open-access.ts';
import { Api } from './api.ts';
import type { ServerConfig } from './config/config-table.ts';
import { AccessGuard } from './http/access-guard.ts';
import { BodyReader } from './http/body.ts';
import { Cors } from './http/cors.ts';
import { HttpServer } from './http/http-server.ts';
import { RequestLog } from './http/request-log.ts';
import type { Route } from './http/route.ts';
import type { Instance, OnNotice } from './instance.ts';
import { SERVER_LIMITS, type ServerLimits } from './limits.ts';
import { EventLoopDelay } from './metrics/event-loop-delay.ts';
import { LoadMetrics } from './metrics/load-metrics.ts';
import { MutationMetrics } from './metrics/mutation-metrics.ts';
import { OpenStreams } from './metrics/open-streams.ts';
import { RequestMetrics } from './metrics/request-metrics.ts';
import { ROUTES } from './routes/routes.ts';
import type { ServerMetrics, ServerState } from './serving.ts';
import { VERSION } from './version.ts';
import { warmUp } from './warm-up.ts';

export interface ServerParts {
  readonly clock: Clock;
  readonly random: Random;
  /** What is served: the whole API, unless a test watches its routes. */
  readonly routes?: readonly Route[];
  /** Other bounds than those of the product, for tests. */
  readonly limits?: Partial<ServerLimits>;
  /** Opens the database; called once the port is bound. */
  readonly open: (config: ServerConfig, onNotice: OnNotice) => Promise<Instance>;
  /** Takes lines of the request log, each with its line break. */
  readonly writeLog: (text: string) => void;
  /** Takes what an operator should know, one line each. */
  readonly onNotice: OnNotice;
  /** Told as soon as the port is bound; requests for data are answered 503 until the server has started. */
  readonly onListening?: (url: string) => void;
}

/** A server that takes requests. Disposing it finishes the requests under way and closes the database. */
export interface RunningServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly instance: Instance;
}

/**
 * Starts a server: binds the port, opens the database (replay included) and warms it up if that is asked for, then takes requests for data. A start that fails
 * leaves nothing open.
 */
export async function startServer(config: ServerConfig, parts: ServerParts): Promise<RunningServer> {
  const { clock } = parts;
  const metrics = makeMetrics();
  const access = await openAccess(config, { ...parts, metrics: metrics.access });
  const limits = { ...SERVER_LIMITS, ...parts.limits };
  let state: ServerState = { clock, metrics, serving: null };
  const api = makeApi(config, parts, { access, metrics });
  const http = new HttpServer({
    clock,
    answer: (request, deadlineMs) => api.answer(request, state, deadlineMs),
    refuse: (request, refusal) => api.refuse(request, state, refusal),
    takesWrites: () => {
      const engine = state.serving?.engine;
      if (engine === undefined || engine.waitingRequests < limits.logRequestsMin) return true;
      return engine.longestWaitMs < limits.logWaitMsMax;
    },
    bounds: {
      requestMs: config['limits.requestMs'],
      waitMs: config['limits.waitMs'],
      connections: config['limits.connections'],
    },
    limits,
    metrics: metrics.requests,
    onMistake: (error, requestId) => parts.onNotice(describeMistake(error, requestId)),
    log: config.requestLog ? new RequestLog(parts.writeLog) : null,
    tls: access.tls,
    responseMeta: `version="v${VERSION}", host="${hostname()}"`,
  });
  metrics.load.watch(() => http.load);
  await http.listen(config.host, config.port);
  const url = `${access.tls === null ? 'http' : 'https'}://${config.host.includes(':') ? `[${config.host}]` : config.host}:${http.port}`;
  parts.onListening?.(url);
  const watch = access.watch((identity) => http.renewTls(identity));
  try {
    const instance = await openDatabase(config, parts);
    const { audit } = access;
    const { phase, tenant } = config;
    state = { ...state, serving: { engine: instance.engine, clock, phase, tenant, audit, metrics } };
    return {
      url,
      port: http.port,
      instance,
      async [Symbol.asyncDispose]() {
        await http.stop();
        metrics.delay[Symbol.dispose]();
        await watch[Symbol.asyncDispose]();
        await instance[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await http.stop();
    metrics.delay[Symbol.dispose]();
    await watch[Symbol.asyncDispose]();
    throw error;
  }
}

async function openDatabase(config: ServerConfig, { open, onNotice }: ServerParts): Promise<Instance> {
  await using opened = new AsyncDisposableStack();
  const instance = opened.use(await open(config, onNotice));
  if (config.warmUp) await warmUp(instance, onNotice);
  opened.move();
  return instance;
}

function makeMetrics(): ServerMetrics {
  return {
    requests: new RequestMetrics(),
    mutations: new MutationMetrics(),
    streams: new OpenStreams(),
    access: new AccessMetrics(),
    load: new LoadMetrics(),
    delay: new EventLoopDelay(),
  };
}

const PREFIX_BYTES = 4;

interface ApiStanding {
  readonly access: Access;
  readonly metrics: ServerMetrics;
}

function makeApi(
  config: ServerConfig,
  { random, clock, routes = ROUTES, limits, onNotice }: ServerParts,
  { access, metrics }: ApiStanding,
): Api {
  return new Api({
    routes,
    guard: new AccessGuard({ ...access, clock, metrics: metrics.access }),
    readOnly: config.readOnly,
    cors: Cors.of(config['cors.origins']),
    bodies: new BodyReader({
      nowMs: () => clock.monotonicMs(),
      bytesMax: config['limits.bodyBytes'],
      limits: { ...SERVER_LIMITS, ...limits },
    }),
    requestIdPrefix: Buffer.from(random.bytes(new Uint8Array(PREFIX_BYTES))).toString('hex'),
    onMistake: (error, requestId) => onNotice(describeMistake(error, requestId)),
  });
}

function describeMistake(error: unknown, requestId: string): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `request ${requestId} met a mistake of the server: ${text}`;
}
