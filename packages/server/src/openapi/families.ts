import type { Family, Operation } from './operation.ts';
import { AUDIT_FAMILY } from './operations/audit-operations.ts';
import { BULK_FAMILY } from './operations/bulk-operations.ts';
import { METADATA_FAMILIES } from './operations/metadata-operations.ts';
import { MUTATION_FAMILY } from './operations/mutation-operations.ts';
import { QUERY_FAMILY } from './operations/query-operations.ts';
import { QUEUE_FAMILY } from './operations/queue-operations.ts';
import { READ_FAMILY } from './operations/read-operations.ts';
import { SERVER_FAMILY } from './operations/server-operations.ts';
import { STREAM_FAMILY } from './operations/stream-operations.ts';
import { V2_EDGE_FAMILY } from './operations/v2-edge-operations.ts';
import { V2_METADATA_FAMILY } from './operations/v2-metadata-operations.ts';

/** Every operation, by family, in the order in which the documents show them. */
export const FAMILIES: readonly Family[] = [
  ...METADATA_FAMILIES,
  MUTATION_FAMILY,
  READ_FAMILY,
  QUERY_FAMILY,
  STREAM_FAMILY,
  QUEUE_FAMILY,
  AUDIT_FAMILY,
  BULK_FAMILY,
  V2_METADATA_FAMILY,
  V2_EDGE_FAMILY,
  SERVER_FAMILY,
];

export const OPERATIONS: readonly Operation[] = FAMILIES.flatMap(({ operations }) => operations);
