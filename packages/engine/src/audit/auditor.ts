import { Failure, invariant } from '@actionbase/core/failure';
import type { LogPosition } from '@actionbase/core/model/position';
import type { Table } from '@actionbase/core/model/table';
import type { RequestStamp } from '@actionbase/core/record/log-record';
import { encodeRederiveRecord } from '@actionbase/core/record/rederive-record';
import type { Clock } from '@actionbase/ports/clock';
import type { Store } from '@actionbase/ports/store';
import { boundedStamp } from '../admit/admit.ts';
import type { Writer } from '../apply/writer.ts';
import { resolveTable } from '../catalog/catalog.ts';
import { engineFailures } from '../failures.ts';
import type { EngineLimits } from '../limits.ts';
import { type AuditedTable, auditedTable } from './audited-table.ts';
import { type Finding, isRepairable, type Touch } from './finding.ts';
import { type AuditProgress, TableAudit, type TableAuditParts } from './table-audit.ts';
import { Trace } from './trace-findings.ts';

export interface AuditorParts {
  readonly store: Store;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly limits: EngineLimits;
  readonly waitFor: TableAuditParts['waitFor'];
}

/** What is to be audited, and how. */
export interface AuditRequest {
  readonly database: string;
  /** A table, or an alias. */
  readonly table: string;
  /** Whether what is found is derived again. */
  readonly repair: boolean;
  /** Rows that may be read in a second; 0 for any number. */
  readonly ratePerS: number;
  /** Who asks: a repair stands in the log. */
  readonly stamp: RequestStamp;
}

/** What an audit tells, in this order: progress, what was found, progress of a repair, what is left of it, the summary. */
export type AuditEvent = AuditProgress | FindingEvent | AuditSummary;

export interface FindingEvent {
  readonly kind: 'found' | 'left';
  readonly table: Table;
  readonly finding: Finding;
  /** The last changes that touched the row, as far as the feed is kept; the oldest first. */
  readonly touches: readonly Touch[];
}

export interface AuditSummary {
  readonly kind: 'summary';
  readonly table: Table;
  /** Position of the last page; null when nothing had to be read. */
  readonly position: LogPosition | null;
  readonly states: number;
  readonly activeEdges: number;
  /** Index rows, cache cells and counters compared. */
  readonly rows: number;
  /** How many differences there were, and how many of them were listed. */
  readonly found: number;
  readonly listed: number;
  /** How many rows were written anew; null without a repair. */
  readonly repaired: number | null;
  /** How many differences a second look found after the repair; without one, as many as were found. */
  readonly left: number;
}

/** An audit under way; close it, whatever becomes of it. */
export interface AuditRun {
  readonly events: AsyncGenerator<AuditEvent, undefined>;
  close(): void;
}

/** Audits tables, one after another: it is work that reads all rows, beside that of the clients. */
export class Auditor {
  readonly #parts: AuditorParts;
  #running: AbortController | undefined;

  constructor(parts: AuditorParts) {
    this.#parts = parts;
  }

  /** Begins an audit. Failures: `unknown-table`; `audit-running` while another one is under way. */
  start(request: AuditRequest): AuditRun {
    const { table } = resolveTable(this.#parts.writer.state.catalog, request.database, request.table);
    if (this.#running !== undefined) {
      throw new Failure(engineFailures['audit-running'], 'an audit is under way; one at a time is let in');
    }
    const running = new AbortController();
    this.#running = running;
    return {
      events: this.#run(request, table, running.signal),
      close: () => {
        running.abort(new Failure(engineFailures['engine-stopped'], 'the audit was ended'));
        if (this.#running === running) this.#running = undefined;
      },
    };
  }

  /** Ends the audit that is under way. */
  stop(): void {
    this.#running?.abort(new Failure(engineFailures['engine-stopped'], 'the server is shutting down'));
  }

  async *#run(request: AuditRequest, table: Table, signal: AbortSignal): AsyncGenerator<AuditEvent, undefined> {
    const first = this.#audit(request, table, signal);
    yield* first.run();
    const { findings } = first;
    const { store, clock, limits, writer } = this.#parts;
    const { ratePerS } = request;
    const entry = writer.state.catalog.tablesById.get(table.id);
    const now = entry === undefined ? table : auditedTable(entry).table;
    const trace = new Trace({ store, clock, limits, ratePerS, signal, table: now, findings: findings.listed });
    const differences = findings.count;
    for await (const rows of trace.run()) yield { kind: 'progress', phase: 'trace', pass: 1, rows, differences };
    for (const finding of findings.listed) {
      yield { kind: 'found', table: now, finding, touches: trace.touchesOf(finding) };
    }
    const { position, states, activeEdges, compared: rows } = first;
    const counts = {
      table: now,
      position,
      states,
      activeEdges,
      rows,
      found: differences,
      listed: findings.listed.length,
    };
    if (!request.repair || differences === 0) {
      yield { kind: 'summary', ...counts, repaired: request.repair ? 0 : null, left: differences };
      return undefined;
    }
    const repaired = yield* this.#repair(request, table, findings.listed);
    const second = this.#audit(request, table, signal);
    yield* second.run();
    for (const finding of second.findings.listed) {
      yield { kind: 'left', table: now, finding, touches: trace.touchesOf(finding) };
    }
    yield { kind: 'summary', ...counts, position: second.position, repaired, left: second.findings.count };
    return undefined;
  }

  #audit({ ratePerS }: AuditRequest, { id }: Table, signal: AbortSignal): TableAudit {
    const { store, clock, limits, writer, waitFor } = this.#parts;
    const tableOf = (): AuditedTable | undefined => {
      const entry = writer.state.catalog.tablesById.get(id);
      return entry && auditedTable(entry);
    };
    return new TableAudit({ store, clock, limits, tableOf, waitFor, ratePerS, signal });
  }

  /** Has the rows derived again, through the log; answers how many were changed. */
  async *#repair(
    request: AuditRequest,
    table: Table,
    findings: readonly Finding[],
  ): AsyncGenerator<AuditEvent, number> {
    const { writer, limits } = this.#parts;
    const addresses = findings.filter(isRepairable).map(({ address }) => address);
    const stamp = boundedStamp(request.stamp);
    let changed = 0;
    for (let first = 0; first < addresses.length; first += limits.rederiveRowsMax) {
      const some = addresses.slice(first, first + limits.rederiveRowsMax);
      const bytes = encodeRederiveRecord({ stamp, table: table.id, addresses: some });
      const { results } = await writer.submit([{ kind: 'bytes', bytes }], some.length, { isAlone: true });
      const [result] = results;
      invariant(result?.kind === 'rederive', 'a repair has the result of a repair');
      changed += result.changed;
      const rows = first + some.length;
      yield { kind: 'progress', phase: 'repair', pass: 1, rows, differences: findings.length };
    }
    return changed;
  }
}
