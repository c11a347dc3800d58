import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '@actionbase/core/failure';
import type { FollowRequest, LegacyTransaction } from '@actionbase/ports/legacy';
import { GtidPosition } from '../gtid-position.ts';
import { BRIDGED_OUTAGE_MS_MAX, RECONNECT_PAUSE_MS, TRANSACTION_BYTES_MAX } from '../limits.ts';
import type { MysqlSettings } from '../mysql-settings.ts';
import { LogConnection } from './log-connection.ts';
import type { LoggedColumn } from './log-event.ts';

/**
 * Transactions of the log after a position. A connection that breaks is made anew where the last whole transaction ended, for
 * `BRIDGED_OUTAGE_MS_MAX` at most; then the following fails, and whoever follows may begin again at the last position given.
 */
export async function* followLog(
  settings: MysqlSettings,
  request: FollowRequest,
): AsyncGenerator<LegacyTransaction, void> {
  const { signal, tables } = request;
  const columns = new Map<string, readonly LoggedColumn[]>();
  const bytesMax = settings.transactionBytesMax ?? TRANSACTION_BYTES_MAX;
  let from = GtidPosition.parse(request.from);
  let outageBegan: number | undefined;
  while (!signal.aborted) {
    const options = { schema: settings.database, tables, from, bytesMax, columns, signal };
    using connection = new LogConnection(settings, options);
    try {
      for (;;) {
        const transaction = await connection.next();
        if (transaction === undefined) return;
        outageBegan = undefined;
        from = GtidPosition.parse(transaction.position);
        yield transaction;
      }
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'legacy-unavailable') throw error;
      outageBegan ??= performance.now();
      if (performance.now() - outageBegan > BRIDGED_OUTAGE_MS_MAX) throw error;
    }
    await sleep(RECONNECT_PAUSE_MS, undefined, { signal }).catch(() => {});
  }
}
