import type { Route } from '../http/route.ts';
import { AGG_ROUTES } from './agg.ts';
import { ALIAS_ROUTES } from './aliases.ts';
import { AUDIT_ROUTES } from './audit.ts';
import { DATABASE_ROUTES } from './databases.ts';
import { DIGEST_ROUTES } from './digest.ts';
import { EDGE_ROUTES } from './edges.ts';
import { HEALTH_ROUTES } from './health.ts';
import { LOAD_ROUTES } from './load.ts';
import { LOG_ROUTES } from './log.ts';
import { MUTATION_ROUTES } from './mutations.ts';
import { OPENAPI_ROUTES } from './openapi.ts';
import { QUERY_ROUTES } from './query.ts';
import { QUEUE_ROUTES } from './queue.ts';
import { TABLE_ROUTES } from './tables.ts';
import { EDGE_MUTATION_ROUTES_V2 } from './v2/edge-mutations.ts';
import { EDGE_QUERY_ROUTES_V2 } from './v2/edge-queries.ts';
import { V2_METADATA_ROUTES } from './v2/metadata-routes.ts';

/** The whole API. */
export const ROUTES: readonly Route[] = [
  ...HEALTH_ROUTES,
  ...OPENAPI_ROUTES,
  ...DATABASE_ROUTES,
  ...TABLE_ROUTES,
  ...ALIAS_ROUTES,
  ...MUTATION_ROUTES,
  ...LOAD_ROUTES,
  ...EDGE_ROUTES,
  ...AGG_ROUTES,
  ...QUERY_ROUTES,
  ...LOG_ROUTES,
  ...V2_METADATA_ROUTES,
  ...EDGE_MUTATION_ROUTES_V2,
  ...EDGE_QUERY_ROUTES_V2,
  ...QUEUE_ROUTES,
  ...AUDIT_ROUTES,
  ...DIGEST_ROUTES,
];
