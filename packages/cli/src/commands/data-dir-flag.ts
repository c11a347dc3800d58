import type { Flag } from '../arguments/flag.ts';
import type { ParsedArguments } from '../arguments/parsed-arguments.ts';

/** Names the data directory of the commands that read one themselves. */
export const DATA_DIR_FLAG = {
  kind: 'text',
  name: 'data-dir',
  value: 'DIR',
  help: 'The data directory (ACTIONBASE_DATA_DIR; ./data when neither is given). A server may be running on it.',
} as const satisfies Flag;

/** The data directory that the flag, or the environment, names: as `serve` finds it. */
export function readDataDir(args: ParsedArguments): string {
  return args.text('data-dir') ?? (process.env.ACTIONBASE_DATA_DIR || './data');
}
