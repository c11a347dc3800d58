import { COMMAND_LINE } from './areas/command-line.ts';
import { CONFIG_AND_MODES } from './areas/config-and-modes.ts';
import { ENDPOINTS_V2 } from './areas/endpoints-v2.ts';
import { ENDPOINTS_V3 } from './areas/endpoints-v3.ts';
import { ERRORS } from './areas/errors.ts';
import { V2_EXCHANGE } from './areas/exchange-v2.ts';
import { FAMILIES } from './areas/families.ts';
import { HEALTH } from './areas/health.ts';
import { ALIAS_CALLS } from './areas/metadata-aliases.ts';
import { DATABASES, METADATA_RULES } from './areas/metadata-databases.ts';
import { SCHEMAS, TABLE_CALLS } from './areas/metadata-tables.ts';
import { V2_ENTITIES, V2_RULES } from './areas/metadata-v2.ts';
import { MULTI_HOP } from './areas/multi-hop.ts';
import { MUTATION_REQUESTS } from './areas/mutation-requests.ts';
import { DERIVED_ROWS, MULTI_EDGES, MUTATION_RESULTS, TRANSITIONS } from './areas/mutation-results.ts';
import { MUTATIONS_V2 } from './areas/mutations-v2.ts';
import { QUERIES_V2 } from './areas/queries-v2.ts';
import { COUNTS, GETS } from './areas/reads.ts';
import { ROUGH_EDGES_METADATA } from './areas/rough-edges-metadata.ts';
import { ROUGH_EDGES_OPERATION } from './areas/rough-edges-operation.ts';
import { ROUGH_EDGES_READING } from './areas/rough-edges-reading.ts';
import { ROUGH_EDGES_STREAMS } from './areas/rough-edges-streams.ts';
import { ROUGH_EDGES_WRITING } from './areas/rough-edges-writing.ts';
import { FILTERS, SCANS } from './areas/scans.ts';
import { AGGS, SEEKS } from './areas/seek-agg.ts';
import { STATUS_CODES } from './areas/status-codes.ts';
import { STREAMS } from './areas/streams.ts';
import { TABLE_KINDS } from './areas/table-kinds.ts';
import type { CompatibilityArea } from './compatibility-case.ts';

/** What the specification says, area by area. */
export const AREAS: readonly CompatibilityArea[] = [
  ENDPOINTS_V3,
  ENDPOINTS_V2,
  CONFIG_AND_MODES,
  METADATA_RULES,
  DATABASES,
  TABLE_CALLS,
  ALIAS_CALLS,
  SCHEMAS,
  TABLE_KINDS,
  V2_RULES,
  V2_ENTITIES,
  V2_EXCHANGE,
  MUTATION_REQUESTS,
  MUTATION_RESULTS,
  TRANSITIONS,
  MULTI_EDGES,
  DERIVED_ROWS,
  MUTATIONS_V2,
  GETS,
  COUNTS,
  SCANS,
  SEEKS,
  AGGS,
  MULTI_HOP,
  FILTERS,
  QUERIES_V2,
  STREAMS,
  HEALTH,
  ERRORS,
  COMMAND_LINE,
  STATUS_CODES,
  FAMILIES,
];

/** The list of rough edges. */
export const ROUGH_EDGES: readonly CompatibilityArea[] = [
  ROUGH_EDGES_WRITING,
  ROUGH_EDGES_METADATA,
  ROUGH_EDGES_READING,
  ROUGH_EDGES_STREAMS,
  ROUGH_EDGES_OPERATION,
];
