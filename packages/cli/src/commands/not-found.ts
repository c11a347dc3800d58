import { ActionbaseError } from '@actionbase/client';

/** The error of a command that shows one thing, when there is none of this name. */
export function notFound(what: 'database' | 'table' | 'alias', name: string): ActionbaseError {
  return new ActionbaseError({
    status: 404,
    code: 'not-found',
    message: `there is no ${what} ${name}; see: actionbase ${what} list`,
    retry: 'never',
  });
}
