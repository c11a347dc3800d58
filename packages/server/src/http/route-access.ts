import { type Need, printNeed, type Role } from '../access/rights.ts';
import type { Serving } from '../serving.ts';
import type { Call } from './call.ts';
import { type Method, parameterNames } from './router.ts';

/** What a route asks of the token of its caller. */
export type RouteAccess =
  /** Nothing: it tells nothing about the data. */
  | { readonly kind: 'open' }
  /** What the setting `access.metrics` says. */
  | { readonly kind: 'metrics' }
  /** Any valid token; the answer shows only what the token may read. */
  | { readonly kind: 'token' }
  | { readonly kind: 'everywhere'; readonly role: Role }
  /** A role for the database that the path names, and for the one that an alias in it leads to; or more. */
  | { readonly kind: 'database'; readonly role: Role; readonly more?: MoreNeeds }
  /** What the parameters or the body name decides. */
  | { readonly kind: 'named'; readonly more: MoreNeeds }
  /** Nobody has said it: all rights are needed. No route of ours may be left so. */
  | { readonly kind: 'unstated' };

/** Needs that only the whole request tells. They are asked before the route works. */
export interface MoreNeeds {
  /** In words, for the document. */
  readonly says: string;
  readonly needsOf: (call: Call, serving: Serving) => readonly Need[];
}

export const OPEN = { kind: 'open' } as const satisfies RouteAccess;
export const METRICS = { kind: 'metrics' } as const satisfies RouteAccess;
export const ANY_TOKEN = { kind: 'token' } as const satisfies RouteAccess;
export const READ_EVERYWHERE = { kind: 'everywhere', role: 'read' } as const satisfies RouteAccess;
export const ADMIN_EVERYWHERE = { kind: 'everywhere', role: 'admin' } as const satisfies RouteAccess;
export const ADMIN = { kind: 'database', role: 'admin' } as const satisfies RouteAccess;

/** Of calls whose parameter `table` is `database.table`, or an alias, and means all tables when it is missing. */
export const READ_OF_TABLE_PARAMETER: RouteAccess = {
  kind: 'named',
  more: {
    says: 'read on the database of the parameter `table`; without it, on all databases',
    needsOf: (call, serving) => {
      const name = call.parameters.text('table');
      if (name === undefined) return [{ role: 'read', database: null }];
      const dot = name.indexOf('.');
      return needsOfTable('read', name.slice(0, Math.max(0, dot)), name.slice(dot + 1), serving);
    },
  },
};

const UNSTATED = { kind: 'unstated' } as const satisfies RouteAccess;

const GUARDED_PATHS = ['/graph/v2', '/graph/v3', '/actionbase/v1'] as const;

/** Whether a path asks for a token, whatever lies there. */
export function isGuardedPath(path: string): boolean {
  return GUARDED_PATHS.some((start) => path.startsWith(start));
}

/** Edges of a table, by the words of both APIs. */
const DATA = /\/(?:tables\/\{table\}|label\/\{label\})\/(?:multi-)?edges?(?:\/|$)/;
/** Calls that read with POST. */
const READING_POST = /\/(?:edges\/get|multi-edges\/ids)$/;

/**
 * What a route needs, by its method and template: below a database GET and the calls that read with POST need `read`, other
 * calls on edges `write`, changes of metadata `admin`. Where the template names no database, the route has to say it.
 */
export function accessOf(method: Method, template: string): RouteAccess {
  if (!isGuardedPath(template)) return OPEN;
  if (databaseSegmentOf(parameterNames(template)) === undefined) return UNSTATED;
  if (method === 'GET' || READING_POST.test(template)) return { kind: 'database', role: 'read' };
  return { kind: 'database', role: DATA.test(template) ? 'write' : 'admin' };
}

/** The name under which a template has its database: `service` in the words of v2. */
export function databaseSegmentOf(names: readonly string[]): 'database' | 'service' | undefined {
  if (names.includes('database')) return 'database';
  return names.includes('service') ? 'service' : undefined;
}

/** The name under which a template has its table, which may be an alias. */
export function tableSegmentOf(names: readonly string[]): 'table' | 'label' | undefined {
  if (names.includes('table')) return 'table';
  return names.includes('label') ? 'label' : undefined;
}

/** A need of a table: of its database, and if it is an alias, of the database that this leads to. */
export function needsOfTable(role: Role, database: string, table: string, { engine }: Serving): readonly Need[] {
  const alias = engine.catalog.aliases.get(`${database}.${table}`);
  const need = { role, database };
  return alias === undefined || alias.tableDatabase === database
    ? [need]
    : [need, { role, database: alias.tableDatabase }];
}

/** What a route needs, in words. */
export function printAccess(access: RouteAccess): string {
  switch (access.kind) {
    case 'open':
      return 'nothing';
    case 'metrics':
      return 'what `access.metrics` says';
    case 'token':
      return 'any token; shows what it may read';
    case 'everywhere':
      return printNeed({ role: access.role, database: null });
    case 'database':
      return `${access.role}${access.more === undefined ? '' : `; ${access.more.says}`}`;
    case 'named':
      return access.more.says;
    case 'unstated':
      return 'all rights';
  }
}
