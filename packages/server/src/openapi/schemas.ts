import type { Schema } from './schema.ts';
import { AUDIT_SCHEMAS } from './schemas/audit-schemas.ts';
import { BULK_SCHEMAS } from './schemas/bulk-schemas.ts';
import { ERROR_SCHEMAS } from './schemas/error-schemas.ts';
import { METADATA_SCHEMAS } from './schemas/metadata-schemas.ts';
import { MUTATION_SCHEMAS } from './schemas/mutation-schemas.ts';
import { QUERY_SCHEMAS } from './schemas/query-schemas.ts';
import { QUEUE_SCHEMAS } from './schemas/queue-schemas.ts';
import { READ_SCHEMAS } from './schemas/read-schemas.ts';
import { SCALAR_SCHEMAS } from './schemas/scalar-schemas.ts';
import { SERVER_SCHEMAS } from './schemas/server-schemas.ts';
import { STREAM_SCHEMAS } from './schemas/stream-schemas.ts';
import { TABLE_SCHEMAS } from './schemas/table-schemas.ts';
import { V2_EDGE_SCHEMAS } from './schemas/v2-edge-schemas.ts';
import { V2_METADATA_SCHEMAS } from './schemas/v2-metadata-schemas.ts';

/** Every shape that has a name, in the order in which the documents show them. */
export const SCHEMAS: Readonly<Record<string, Schema>> = {
  ...SCALAR_SCHEMAS,
  ...METADATA_SCHEMAS,
  ...TABLE_SCHEMAS,
  ...MUTATION_SCHEMAS,
  ...READ_SCHEMAS,
  ...QUERY_SCHEMAS,
  ...STREAM_SCHEMAS,
  ...QUEUE_SCHEMAS,
  ...AUDIT_SCHEMAS,
  ...BULK_SCHEMAS,
  ...V2_METADATA_SCHEMAS,
  ...V2_EDGE_SCHEMAS,
  ...SERVER_SCHEMAS,
  ...ERROR_SCHEMAS,
};
