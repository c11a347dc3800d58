import type { Flag } from '../arguments/flag.ts';
import type { ParsedArguments } from '../arguments/parsed-arguments.ts';

/** The flag that describes a database, table or alias in words. */
export const COMMENT_FLAG: Flag = { kind: 'text', name: 'comment', value: 'TEXT', help: 'What it is for, in words.' };

/** The flag that switches a database, table or alias on and off. */
export const ACTIVE_FLAG: Flag = {
  kind: 'choice',
  name: 'active',
  value: 'true|false',
  choices: ['true', 'false'],
  help: 'An inactive one refuses reads and writes, and may be deleted.',
};

/** The flag of commands that delete. */
export const DEACTIVATE_FLAG: Flag = {
  kind: 'switch',
  name: 'deactivate',
  help: 'Deactivates it first: an active one is not deleted.',
};

/** The value of `--active`. */
export function activeOf(args: ParsedArguments): boolean | undefined {
  const text = args.text('active');
  return text === undefined ? undefined : text === 'true';
}
