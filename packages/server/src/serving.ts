import type { Engine } from '@actionbase/engine/engine';
import type { Clock } from '@actionbase/ports/clock';
import type { AccessMetrics } from './access/access-metrics.ts';
import type { AuditLog } from './access/audit-log.ts';
import type { EventLoopDelay } from './metrics/event-loop-delay.ts';
import type { LoadMetrics } from './metrics/load-metrics.ts';
import type { MutationMetrics } from './metrics/mutation-metrics.ts';
import type { OpenStreams } from './metrics/open-streams.ts';
import type { RequestMetrics } from './metrics/request-metrics.ts';

/** What the routes work on once the database is open. */
export interface Serving {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly phase: string;
  readonly tenant: string;
  readonly audit: AuditLog;
  readonly metrics: ServerMetrics;
}

/** The server as a whole, from its first moment on. */
export interface ServerState {
  readonly clock: Clock;
  readonly metrics: ServerMetrics;
  /** Null until the database is open. */
  readonly serving: Serving | null;
}

export interface ServerMetrics {
  readonly requests: RequestMetrics;
  readonly mutations: MutationMetrics;
  readonly streams: OpenStreams;
  readonly access: AccessMetrics;
  readonly load: LoadMetrics;
  readonly delay: EventLoopDelay;
}
