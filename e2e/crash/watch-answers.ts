import type { Call } from '@actionbase/server/http/call';
import type { Reply } from '@actionbase/server/http/reply';
import type { Route } from '@actionbase/server/http/route';

/** Routes of which each change that is answered is seen when it is decided what the answer is, before it is sent. */
export function watchAnswers(routes: readonly Route[], see: (call: Call, reply: Reply) => void): readonly Route[] {
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
          see(call, reply);
          return reply;
        },
      },
    };
  });
}
