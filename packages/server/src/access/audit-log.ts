import type { CatalogChange } from '@actionbase/core/model/catalog';
import type { Clock } from '@actionbase/ports/clock';
import { SERVER_LIMITS } from '../limits.ts';
import { shorten } from '../shorten.ts';
import type { Caller } from './caller.ts';

export interface AuditLogParts {
  readonly clock: Clock;
  /** Takes one line, with its line break. */
  readonly write: (line: string) => void;
}

/** What was refused. */
export interface AuditedRefusal {
  /** The route, or the method of a path that has none. */
  readonly what: string;
  /** The right that was missing, in words; null without a valid token. */
  readonly needs: string | null;
  /** Code of the failure, or why a token was not taken. */
  readonly outcome: string;
}

const MINUTE_MS = 60_000;

/**
 * Prints one line of JSON for each change of metadata that was asked of the engine, and for refused accesses:
 *
 *     {"audit":"change","time":"2026-04-01T00:00:00.000Z","token":"5f3a9c01","actor":"ann","requestId":"shop-7",
 *      "address":"127.0.0.1","what":"create-table","name":"shop.wish","outcome":"done"}
 *     {"audit":"refusal","time":"…","token":null,"actor":"-","requestId":"…","address":"…",
 *      "what":"GET /graph/v3/databases","needs":null,"outcome":"unknown-token"}
 *
 * Tokens are named by their ids. What a client chooses (actor, request id) is cut at a limit. Refusals are bounded per
 * minute, so that nobody without a token can fill a disk; the next line after a minute with more tells how many are missing.
 */
export class AuditLog {
  readonly #parts: AuditLogParts;
  #minuteMs = Number.NEGATIVE_INFINITY;
  #refusals = 0;
  #leftOut = 0;

  constructor(parts: AuditLogParts) {
    this.#parts = parts;
  }

  /** `outcome` is "done", or the code of the failure. */
  change(caller: Caller, change: CatalogChange, outcome: string): void {
    this.#write('change', caller, { what: change.kind, name: nameOfChange(change), outcome });
  }

  refusal(caller: Caller, { what, needs, outcome }: AuditedRefusal): void {
    const { clock } = this.#parts;
    const nowMs = clock.monotonicMs();
    if (nowMs - this.#minuteMs >= MINUTE_MS) {
      this.#minuteMs = nowMs;
      this.#refusals = 0;
      this.#tellLeftOut();
    }
    this.#refusals += 1;
    if (this.#refusals > SERVER_LIMITS.auditRefusalsPerMinuteMax) this.#leftOut += 1;
    else this.#write('refusal', caller, { what, needs, outcome });
  }

  #tellLeftOut(): void {
    if (this.#leftOut === 0) return;
    const time = new Date(this.#parts.clock.nowMs()).toISOString();
    this.#parts.write(`${JSON.stringify({ audit: 'refusals-left-out', time, count: this.#leftOut })}\n`);
    this.#leftOut = 0;
  }

  #write(audit: 'change' | 'refusal', caller: Caller, facts: object): void {
    const time = new Date(this.#parts.clock.nowMs()).toISOString();
    const { tokenId, actor, requestId, address } = caller;
    const who = { token: tokenId, actor: shorten(actor), requestId: shorten(requestId), address };
    this.#parts.write(`${JSON.stringify({ audit, time, ...who, ...facts })}\n`);
  }
}

/** What a change is about: `shop`, `shop.wish`, or the name of a storage. */
export function nameOfChange(change: CatalogChange): string {
  if ('storage' in change && !('database' in change)) return change.storage;
  if (!('database' in change)) return '';
  const { database } = change;
  if ('alias' in change) return `${database}.${change.alias}`;
  if ('query' in change) return `${database}.${change.query}`;
  return 'table' in change ? `${database}.${change.table}` : database;
}
