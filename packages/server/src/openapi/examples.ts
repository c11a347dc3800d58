import { ALIAS_EXAMPLES } from './examples/alias-examples.ts';
import { CLOSING_EXAMPLES } from './examples/closing-examples.ts';
import type { Example } from './examples/example.ts';
import { METADATA_EXAMPLES } from './examples/metadata-examples.ts';
import { MUTATION_EXAMPLES } from './examples/mutation-examples.ts';
import { QUERY_EXAMPLES, READ_EXAMPLES } from './examples/read-examples.ts';
import { SERVER_EXAMPLES } from './examples/server-examples.ts';
import { METRIC_EXAMPLES, STREAM_EXAMPLES } from './examples/stream-examples.ts';

/** The story that all examples tell, in its order: a shop with wishes. */
export const EXAMPLES: readonly Example[] = [
  ...SERVER_EXAMPLES,
  ...METADATA_EXAMPLES,
  ...MUTATION_EXAMPLES,
  ...READ_EXAMPLES,
  ...QUERY_EXAMPLES,
  ...STREAM_EXAMPLES,
  ...ALIAS_EXAMPLES,
  ...CLOSING_EXAMPLES,
  ...METRIC_EXAMPLES,
];
