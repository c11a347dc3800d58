import { invariant } from '@actionbase/core/failure';
import type { AuditRequest, AuditSummary, FindingEvent } from '../audit/auditor.ts';
import type { AuditProgress } from '../audit/table-audit.ts';
import type { TestInstance } from './test-instance.ts';
import { TEST_STAMP } from './wish-tables.ts';

export interface ReadAudit {
  readonly found: readonly FindingEvent[];
  readonly left: readonly FindingEvent[];
  readonly progress: readonly AuditProgress[];
  readonly summary: AuditSummary;
}

/** Audits a table of the shop to the end; `between` is called after every page. */
export async function readAudit(
  instance: TestInstance,
  table: string,
  parts: Partial<AuditRequest> & { readonly between?: (progress: AuditProgress) => unknown } = {},
): Promise<ReadAudit> {
  const { between, ...request } = parts;
  const asked = { database: 'shop', table, repair: false, ratePerS: 0, stamp: TEST_STAMP, ...request };
  const run = instance.engine.audit(asked);
  const found: FindingEvent[] = [];
  const left: FindingEvent[] = [];
  const progress: AuditProgress[] = [];
  let summary: AuditSummary | undefined;
  try {
    for await (const event of run.events) {
      if (event.kind === 'progress') {
        progress.push(event);
        await between?.(event);
      } else if (event.kind === 'summary') {
        summary = event;
      } else {
        (event.kind === 'found' ? found : left).push(event);
      }
    }
  } finally {
    run.close();
  }
  invariant(summary !== undefined, 'an audit that ends has a summary');
  return { found, left, progress, summary };
}
