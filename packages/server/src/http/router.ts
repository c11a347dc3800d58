// Hot: once per request. Benchmark: http.
import { Failure, invariant } from '@actionbase/core/failure';
import { serverFailures } from '../failures.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Where a route lies: `{name}` stands for one segment of the path that is not empty. */
export interface Place {
  readonly method: Method;
  readonly template: string;
}

/** What a method and a path lead to. `parameters` are the values of the template's names, in their order. */
export type RouteMatch<R> =
  | { readonly kind: 'found'; readonly route: R; readonly parameters: readonly string[] }
  | { readonly kind: 'options'; readonly allow: string }
  | { readonly kind: 'wrong-method'; readonly allow: string }
  | { readonly kind: 'unknown-path' };

interface Node<R> {
  readonly literals: Map<string, Node<R>>;
  parameter: Node<R> | undefined;
  readonly routes: Map<string, R>;
  allow: string;
}

const UNKNOWN_PATH = { kind: 'unknown-path' } as const;

/**
 * A table of routes as a tree of path segments. Literal segments go before parameters, without looking back. HEAD is
 * answered by the route of GET. Segments are percent-decoded one by one, so an encoded slash stays within its segment.
 */
export class Router<R extends Place> {
  readonly #root: Node<R> = makeNode();

  constructor(routes: readonly R[]) {
    for (const route of routes) this.#add(route);
  }

  find(method: string, path: string): RouteMatch<R> {
    if (!path.startsWith('/')) return UNKNOWN_PATH;
    let node = this.#root;
    const parameters: string[] = [];
    for (let start = 1; start <= path.length; ) {
      const slash = path.indexOf('/', start);
      const end = slash < 0 ? path.length : slash;
      const segment = decodeSegment(path.slice(start, end));
      const literal = node.literals.get(segment);
      if (literal === undefined) {
        if (node.parameter === undefined || segment === '') return UNKNOWN_PATH;
        parameters.push(segment);
      }
      node = literal ?? node.parameter ?? node;
      start = end + 1;
    }
    const route = node.routes.get(method === 'HEAD' ? 'GET' : method);
    if (route !== undefined) return { kind: 'found', route, parameters };
    if (node.routes.size === 0) return UNKNOWN_PATH;
    return { kind: method === 'OPTIONS' ? 'options' : 'wrong-method', allow: node.allow };
  }

  #add(route: R): void {
    let node = this.#root;
    for (const segment of route.template.slice(1).split('/')) {
      if (segment.startsWith('{')) {
        node.parameter ??= makeNode();
        node = node.parameter;
      } else {
        const next = node.literals.get(segment) ?? makeNode();
        node.literals.set(segment, next);
        node = next;
      }
    }
    invariant(!node.routes.has(route.method), `one route answers ${route.method} ${route.template}`);
    node.routes.set(route.method, route);
    const methods = [...node.routes.keys()].flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
    node.allow = [...methods, 'OPTIONS'].join(',');
  }
}

/** The names in a template, in their order. */
export function parameterNames(template: string): readonly string[] {
  return [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
}

function makeNode<R>(): Node<R> {
  return { literals: new Map(), parameter: undefined, routes: new Map(), allow: '' };
}

function decodeSegment(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch (cause) {
    const message = `path segment "${segment}" is not percent-encoded UTF-8`;
    throw new Failure(serverFailures['invalid-parameter'], message, { segment }, cause);
  }
}
