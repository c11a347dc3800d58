import assert from 'node:assert/strict';
import type { LegacyPosition, LegacyRow, LegacySource, LegacyTransaction } from '../legacy.ts';
import { LEGACY_TABLE, printKey } from './legacy-home.ts';

/** Transactions after `from` up to `until`, or up to the end of the log when that is not said; empty ones are left out. */
export async function followUntil(
  source: LegacySource,
  from: LegacyPosition,
  until?: LegacyPosition,
): Promise<LegacyTransaction[]> {
  const last = source.rank(until ?? (await source.position()));
  const transactions: LegacyTransaction[] = [];
  if (source.rank(from) >= last) return transactions;
  const abort = new AbortController();
  for await (const transaction of source.follow({ tables: [LEGACY_TABLE], from, signal: abort.signal })) {
    const rank = source.rank(transaction.position);
    if (rank <= last && transaction.changes.length > 0) transactions.push(transaction);
    if (rank >= last) abort.abort();
  }
  return transactions;
}

/** The rows that transactions leave behind when they begin with none, by the texts of their keys. */
export function replay(transactions: readonly LegacyTransaction[]): Map<string, LegacyRow> {
  const rows = new Map<string, LegacyRow>();
  for (const { changes } of transactions) {
    for (const { before, after } of changes) {
      if (before !== undefined) {
        assert.deepEqual(rows.get(printKey(before)), before, 'the image before is the row as the log left it');
        rows.delete(printKey(before));
      }
      if (after !== undefined) rows.set(printKey(after), after);
    }
  }
  return rows;
}

/** Rows as texts, in no order: two sets of rows are the same when these are. */
export function printRows(rows: Iterable<LegacyRow>): string[] {
  return [...rows]
    .map((row) => JSON.stringify(Object.entries(row).map(([name, value]) => `${name}=${String(value)}`)))
    .sort();
}
