import { readFileSync } from 'node:fs';
import { UsageError } from '../arguments/usage-error.ts';

/**
 * The token to send: from the file of the flag, else from the variable, else from the file of the variable; undefined without
 * any. There is no flag for the token itself: command lines are seen by every user of a computer, and kept in histories.
 */
export function readToken(
  flag: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const variable = env.ACTIONBASE_TOKEN || undefined;
  if (flag === undefined && variable !== undefined) return variable;
  const path = flag ?? (env.ACTIONBASE_TOKEN_FILE || undefined);
  if (path === undefined) return undefined;
  const text = readFileSync(path, 'utf8').trim();
  // What the file holds is not shown.
  if (!/^\S+$/.test(text)) throw new UsageError(`The file ${path} must hold one token and nothing else.`);
  return text;
}
