import type { ListOptions, StatusFilter } from '@actionbase/client';
import type { Flag } from '../arguments/flag.ts';
import type { ParsedArguments } from '../arguments/parsed-arguments.ts';

const STATUSES = ['ACTIVE', 'INACTIVE', 'ALL'] as const;

/** The flag of commands that list databases, tables or aliases. */
export const STATUS_FLAG: Flag = {
  kind: 'choice',
  name: 'status',
  value: 'STATUS',
  choices: STATUSES,
  help: 'Which ones: active (without the flag), inactive or all.',
};

export function listOptions(args: ParsedArguments): ListOptions {
  const text = args.text('status');
  const status: StatusFilter | undefined = STATUSES.find((known) => known === text);
  return { status };
}
