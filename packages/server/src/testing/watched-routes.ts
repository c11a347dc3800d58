import type { Call } from '../http/call.ts';
import type { Route } from '../http/route.ts';
import type { KeptHeader } from '../openapi/operation.ts';
import { ROUTES } from '../routes/routes.ts';
import { replacing } from './replacing.ts';

/** What the function behind a route has asked of its requests so far. */
export interface Asked {
  /** Names of parameters of the query. */
  readonly parameters: Set<string>;
  /** Which of the headers X-Request-ID and X-Actor-ID. */
  readonly kept: Set<KeptHeader>;
}

/** All routes, and by each one's label what it asks for while requests are answered. */
export function watchRoutes(): { readonly routes: readonly Route[]; readonly asked: ReadonlyMap<string, Asked> } {
  const asked = new Map(
    ROUTES.map(({ label }) => [label, { parameters: new Set<string>(), kept: new Set<KeptHeader>() }]),
  );
  return { routes: ROUTES.map((route) => watched(route, asked.get(route.label))), asked };
}

function watched(route: Route, asked: Asked | undefined): Route {
  const { work } = route;
  if (asked === undefined) return route;
  if (work.needs === 'server') {
    const { needs, answer } = work;
    return { ...route, work: { needs, answer: (call, server) => answer(watchedCall(call, asked), server) } };
  }
  const { needs, answer } = work;
  return { ...route, work: { needs, answer: (call, serving) => answer(watchedCall(call, asked), serving) } };
}

function watchedCall(call: Call, asked: Asked): Call {
  return replacing(call, {
    get parameters() {
      const { parameters } = call;
      const note = (name: string): string => {
        asked.parameters.add(name);
        return name;
      };
      return replacing(parameters, {
        text: (name) => parameters.text(note(name)),
        list: (name) => parameters.list(note(name)),
      });
    },
    get actor() {
      asked.kept.add('actor');
      return call.actor;
    },
    get requestId() {
      asked.kept.add('request');
      return call.requestId;
    },
    requestIdOr(missing) {
      asked.kept.add('request');
      return call.requestIdOr(missing);
    },
  });
}
