import { closeSync, openSync, writeSync } from 'node:fs';
import type { Route } from '@actionbase/server/http/route';

/** Routes that write the id of each request on a line of a file when it is decided what the answer is, before it is sent. */
export function markRoutes(routes: readonly Route[], path: string): readonly Route[] {
  const file = openSync(path, 'a');
  process.once('exit', () => closeSync(file));
  return routes.map((route) => {
    const { work } = route;
    if (work.needs === 'server' || route.method === 'GET') return route;
    const { needs, answer } = work;
    return {
      ...route,
      work: {
        needs,
        answer: async (call, serving) => {
          const reply = await answer(call, serving);
          if (reply.status === 200) writeSync(file, `${call.requestId}\n`);
          return reply;
        },
      },
    };
  });
}
