import type { ServerState, Serving } from '../serving.ts';
import type { Call } from './call.ts';
import type { Reply } from './reply.ts';
import { ANY_TOKEN, accessOf, isGuardedPath, OPEN, type RouteAccess } from './route-access.ts';
import { type Method, type Place, parameterNames } from './router.ts';

/** One row of the API: where it lies, what it reads and writes, and how it is answered. */
export interface Route extends Place {
  /** The names in the template, in their order. */
  readonly names: readonly string[];
  /** "METHOD template", as metrics show it. */
  readonly label: string;
  readonly reads: 'nothing' | 'json';
  /** What an Accept header must allow. */
  readonly writes: 'json' | 'anything';
  /** What it asks of its caller's token. */
  readonly access: RouteAccess;
  readonly work: RouteWork;
}

export type DatabaseAnswer = (call: Call, serving: Serving) => Reply | Promise<Reply>;
export type ServerAnswer = (call: Call, server: ServerState) => Reply;

/** `database` is refused with `starting` as long as the database is not open; `server` is answered at any time. */
export type RouteWork =
  | { readonly needs: 'database'; readonly answer: DatabaseAnswer }
  | { readonly needs: 'server'; readonly answer: ServerAnswer };

/**
 * A route that works on the database and answers JSON. POST and PUT read a JSON body. What it asks of a token follows from
 * method and template (`accessOf`) unless `withAccess` says it.
 */
export function databaseRoute(method: Method, template: string, answer: DatabaseAnswer): Route {
  const reads = method === 'POST' || method === 'PUT' ? 'json' : 'nothing';
  const access = accessOf(method, template);
  return { ...describe(method, template), reads, writes: 'json', access, work: { needs: 'database', answer } };
}

/** As `databaseRoute`, but it reads a JSON body whatever its method: v2 deletes what the body names. */
export function bodyRoute(method: Method, template: string, answer: DatabaseAnswer): Route {
  return { ...databaseRoute(method, template, answer), reads: 'json' };
}

/** A route that works on the database, answers JSON and takes no body, whatever its method is. */
export function commandRoute(method: Method, template: string, answer: DatabaseAnswer): Route {
  return { ...databaseRoute(method, template, answer), reads: 'nothing' };
}

/** A route that works on the database and answers lines of JSON; what the Accept header says does not matter. */
export function streamRoute(method: Method, template: string, answer: DatabaseAnswer): Route {
  return { ...databaseRoute(method, template, answer), writes: 'anything' };
}

/** A route about the server itself, which answers JSON and reads no body. On a guarded path any token will do. */
export function serverRoute(method: Method, template: string, answer: ServerAnswer): Route {
  const access = isGuardedPath(template) ? ANY_TOKEN : OPEN;
  return { ...describe(method, template), reads: 'nothing', writes: 'json', access, work: { needs: 'server', answer } };
}

/** As `serverRoute`, for callers whose Accept header says nothing useful: probes and scrapers. */
export function probeRoute(method: Method, template: string, answer: ServerAnswer): Route {
  return { ...serverRoute(method, template, answer), writes: 'anything' };
}

/** The route with another answer to what it asks of a token. */
export function withAccess(access: RouteAccess, route: Route): Route {
  return { ...route, access };
}

function describe(method: Method, template: string): Pick<Route, 'method' | 'template' | 'names' | 'label'> {
  return { method, template, names: parameterNames(template), label: `${method} ${template}` };
}
