import { ALIAS_EXAMPLES } from './examples/alias-examples.ts';
import { AUDIT_EXAMPLES } from './examples/audit-examples.ts';
import { BULK_EXAMPLES } from './examples/bulk-examples.ts';
import { CLOSING_EXAMPLES } from './examples/closing-examples.ts';
import { DATABASE_EXAMPLES } from './examples/database-examples.ts';
import type { Example } from './examples/example.ts';
import { MUTATION_EXAMPLES } from './examples/mutation-examples.ts';
import { QUEUE_EXAMPLES } from './examples/queue-examples.ts';
import { QUERY_EXAMPLES, READ_EXAMPLES } from './examples/read-examples.ts';
import { SERVER_EXAMPLES } from './examples/server-examples.ts';
import { METRIC_EXAMPLES, STREAM_EXAMPLES } from './examples/stream-examples.ts';
import { TABLE_EXAMPLES } from './examples/table-examples.ts';
import { V2_ALIAS_EXAMPLES } from './examples/v2-alias-examples.ts';
import { V2_CLOSING_EXAMPLES } from './examples/v2-closing-examples.ts';
import { V2_EDGE_EXAMPLES } from './examples/v2-edge-examples.ts';
import { V2_METADATA_EXAMPLES } from './examples/v2-metadata-examples.ts';

/** The story that all examples tell, in its order: a shop with wishes. */
export const EXAMPLES: readonly Example[] = [
  ...SERVER_EXAMPLES,
  ...DATABASE_EXAMPLES,
  ...TABLE_EXAMPLES,
  ...MUTATION_EXAMPLES,
  ...READ_EXAMPLES,
  ...QUERY_EXAMPLES,
  ...STREAM_EXAMPLES,
  ...ALIAS_EXAMPLES,
  ...CLOSING_EXAMPLES,
  ...V2_METADATA_EXAMPLES,
  ...V2_EDGE_EXAMPLES,
  ...V2_ALIAS_EXAMPLES,
  ...V2_CLOSING_EXAMPLES,
  ...QUEUE_EXAMPLES,
  ...AUDIT_EXAMPLES,
  ...METRIC_EXAMPLES,
  ...BULK_EXAMPLES,
];
