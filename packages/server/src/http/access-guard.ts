// Hot: once per request. Benchmark: http.
import type { IncomingMessage } from 'node:http';
import { Failure, invariant, unreachable } from '@actionbase/core/failure';
import type { Clock } from '@actionbase/ports/clock';
import type { AccessMetrics } from '../access/access-metrics.ts';
import type { AuditLog } from '../access/audit-log.ts';
import { Caller, type Identity } from '../access/caller.ts';
import { type Need, printDatabases, printNeed } from '../access/rights.ts';
import type { TokenKeeper } from '../access/token-keeper.ts';
import { serverFailures } from '../failures.ts';
import type { Serving } from '../serving.ts';
import { actorOf, type Call } from './call.ts';
import type { Route } from './route.ts';
import { databaseSegmentOf, isGuardedPath, needsOfTable, tableSegmentOf } from './route-access.ts';

export interface AccessGuardParts {
  readonly clock: Clock;
  /** Null: the server has no tokens, and everybody may do everything. */
  readonly tokens: TokenKeeper | null;
  readonly metricsAreOpen: boolean;
  readonly audit: AuditLog;
  readonly metrics: AccessMetrics;
}

const ANYBODY = { kind: 'anybody' } as const satisfies Identity;

/** Lets a request to its route, or refuses it with `unauthorized` or `forbidden`. Every refusal is counted and audited. */
export class AccessGuard {
  readonly #parts: AccessGuardParts;

  constructor(parts: AccessGuardParts) {
    this.#parts = parts;
  }

  /** Who sent a request. Never refuses: what needs no token asks for none. */
  identify({ headers, socket }: IncomingMessage, requestId: string): Caller {
    const { tokens, clock } = this.#parts;
    const identity = tokens === null ? ANYBODY : tokens.identify(headers.authorization, clock.nowMs());
    return new Caller(identity, { address: socket.remoteAddress ?? '-', requestId, actor: actorOf(headers) });
  }

  /** Refuses a caller without a valid token on a guarded path that leads to no route. Failure: `unauthorized`. */
  admitUnfound(caller: Caller, path: string, label: string): void {
    if (caller.identity.kind === 'nobody' && isGuardedPath(path)) throw this.#unauthorized(caller, label);
  }

  /** Refuses a caller without a valid token, where the route asks for one. Failure: `unauthorized`. */
  admit(caller: Caller, { access, label }: Route): void {
    if (caller.identity.kind !== 'nobody' || access.kind === 'open') return;
    if (access.kind === 'metrics' && this.#parts.metricsAreOpen) return;
    throw this.#unauthorized(caller, label);
  }

  /** Refuses a caller who lacks a right that the route and the path ask for. Failure: `forbidden`. */
  allow(caller: Caller, route: Route, values: readonly string[], serving: Serving): void {
    if (caller.identity.kind === 'anybody') return;
    const { access, names, label } = route;
    switch (access.kind) {
      case 'open':
      case 'metrics':
      case 'token':
      case 'named':
        return;
      case 'everywhere':
        return this.#require(caller, label, { role: access.role, database: null });
      case 'unstated':
        return this.#require(caller, label, { role: 'admin', database: null });
      case 'database': {
        const database = segmentOf(names, values, databaseSegmentOf(names));
        invariant(database !== undefined, 'a route that needs a database names it in its template');
        const table = segmentOf(names, values, tableSegmentOf(names));
        const { role } = access;
        const needs = table === undefined ? [{ role, database }] : needsOfTable(role, database, table, serving);
        for (const need of needs) this.#require(caller, label, need);
        return;
      }
      default:
        return unreachable(access);
    }
  }

  /** Refuses a caller who lacks a right that parameters or body ask for. Failures: `forbidden`, those of a bad request. */
  allowMore(caller: Caller, { access, label }: Route, call: Call, serving: Serving): void {
    if (caller.identity.kind === 'anybody') return;
    const more = access.kind === 'database' || access.kind === 'named' ? access.more : undefined;
    if (more === undefined) return;
    for (const need of more.needsOf(call, serving)) this.#require(caller, label, need);
  }

  /** The same caller a moment later: with the rights that the token has by now, or none. */
  renew(caller: Caller): Caller {
    const { tokens, clock } = this.#parts;
    if (tokens === null || caller.identity.kind !== 'token') return caller;
    return new Caller(tokens.identifyHash(caller.identity.sha256, clock.nowMs()), caller);
  }

  #require(caller: Caller, what: string, need: Need): void {
    if (caller.may(need)) return;
    if (caller.identity.kind !== 'token') throw this.#unauthorized(caller, what);
    const { id, role, databases } = caller.identity.token;
    const needs = printNeed(need);
    this.#tell(caller, { what, needs, outcome: 'forbidden' });
    const message = `this call needs ${needs}; the token ${id} has ${role} on ${printDatabases(databases)}`;
    throw new Failure(serverFailures.forbidden, message, { role: need.role, database: need.database });
  }

  #unauthorized(caller: Caller, what: string): Failure {
    const outcome = caller.identity.kind === 'nobody' ? caller.identity.reason : 'unauthorized';
    this.#tell(caller, { what, needs: null, outcome });
    const challenge = `Bearer realm="actionbase"${outcome === 'no-token' ? '' : ', error="invalid_token"'}`;
    return new Failure(serverFailures.unauthorized, `a valid token is needed (${outcome})`, { challenge });
  }

  #tell(
    caller: Caller,
    refusal: { readonly what: string; readonly needs: string | null; readonly outcome: string },
  ): void {
    this.#parts.metrics.refused(refusal.outcome);
    this.#parts.audit.refusal(caller, refusal);
  }
}

function segmentOf(names: readonly string[], values: readonly string[], name: string | undefined): string | undefined {
  return name === undefined ? undefined : values[names.indexOf(name)];
}
