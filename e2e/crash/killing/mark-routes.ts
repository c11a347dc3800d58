import { closeSync, openSync, writeSync } from 'node:fs';
import type { Route } from '@actionbase/server/http/route';
import { watchAnswers } from '../watch-answers.ts';

/** Routes that write the id of each request on a line of a file when it is decided what the answer is, before it is sent. */
export function markRoutes(routes: readonly Route[], path: string): readonly Route[] {
  const file = openSync(path, 'a');
  process.once('exit', () => closeSync(file));
  return watchAnswers(routes, (call, reply) => {
    if (reply.status === 200) writeSync(file, `${call.requestId}\n`);
  });
}
