import { Failure } from '@actionbase/core/failure';
import type { LegacyPosition, LegacySource, LegacyTransaction } from '@actionbase/ports/legacy';

export interface FollowLogParts {
  readonly source: LegacySource;
  readonly table: string;
  readonly from: LegacyPosition;
  readonly signal: AbortSignal;
  /** Gets every transaction, in order, once; the next one is read when it has resolved. */
  readonly onTransaction: (transaction: LegacyTransaction) => Promise<void> | void;
  /** Waits before the next try. */
  readonly pause: () => Promise<void>;
  /** Told why, each time that the old database is away. */
  readonly onWaiting?: ((error: Failure) => void) | undefined;
}

/**
 * Follows the old database's log until the signal is aborted, again from where it was when the old database was away. Throws what
 * no waiting cures.
 */
export async function followLog(parts: FollowLogParts): Promise<void> {
  const { source, table, signal, onTransaction, onWaiting, pause } = parts;
  let { from } = parts;
  while (!signal.aborted) {
    try {
      for await (const transaction of source.follow({ tables: [table], from, signal })) {
        await onTransaction(transaction);
        from = transaction.position;
        if (signal.aborted) break;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Failure) || error.kind.retry === 'never') throw error;
      onWaiting?.(error);
      await pause();
    }
  }
}
