import { Ledger } from '../workload/ledger.ts';
import { acknowledge, type SentRequest } from '../workload/writer.ts';

/** Requests of a writer behind the last acknowledged one that may have happened: one of each life of its server. */
const OPEN_MAX = 2;

/** What was known at a moment: the requests of which the server had told that it would answer them, and what else may be. */
export function ledgerAt(
  requests: readonly SentRequest[],
  told: ReadonlySet<string>,
): { ledger: Ledger; violations: string[] } {
  const ledger = new Ledger();
  const violations: string[] = [];
  const writers = new Map<number, SentRequest[]>();
  for (const request of requests) writers.set(request.writer, [...(writers.get(request.writer) ?? []), request]);
  for (const sent of writers.values()) {
    const last = sent.findLastIndex(({ id }) => told.has(id));
    for (const [place, request] of sent.slice(0, last + 1 + OPEN_MAX).entries()) {
      const isKnown = place <= last && told.has(request.id) && request.answer !== null;
      if (isKnown) violations.push(...acknowledge(ledger, request.keys, request.answer ?? ''));
      else for (const mutations of request.keys) ledger.leaveOpen(mutations);
    }
  }
  return { ledger, violations };
}
