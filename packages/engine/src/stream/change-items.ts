import type { EntryStatus } from '@actionbase/core/model/edge';
import type { CatalogOutcome } from '@actionbase/core/record/feed-record';
import type { CatalogRecord } from '@actionbase/core/record/log-record';
import type { CdcItem } from '@actionbase/core/wire/cdc-json';
import type { StreamedEvent } from '@actionbase/core/wire/event-json';
import type { EventPlace } from '@actionbase/core/wire/trace-id';
import { CHANGE_MODE, deletedState, metadataEvent, metadataState } from '@actionbase/core/wire/v2/metadata-edge';
import type { WalItem } from '@actionbase/core/wire/wal-json';

/** What a stream shows of a metadata change besides the change itself. */
export interface ChangeContext {
  readonly place: EventPlace;
  /** Name of the stage of this deployment, by which the edges of metadata are named. */
  readonly phase: string;
}

/** A metadata change as the reference's WAL shows it: a forced SYNC mutation of a metadata table. */
export function walItemOfChange({ stamp, change }: CatalogRecord, context: ChangeContext): WalItem {
  return { ...eventOf({ stamp, change }, context), mode: CHANGE_MODE };
}

/**
 * A metadata change as the reference's CDC shows it; undefined for one that was refused. The feed did not always keep what a
 * change did: of such a one the status is what it asked for, and there are no states.
 */
export function cdcItemOfChange(outcome: CatalogOutcome, context: ChangeContext): CdcItem | undefined {
  const { effect, stamp, refusal } = outcome;
  if (refusal !== null) return undefined;
  const event = { ...eventOf(outcome, context), message: null };
  if (effect === null) return { ...event, status: ASKED_FOR[event.event.type], before: null, after: null };
  const before = effect.before === null ? null : metadataState(effect.before);
  if (effect.after !== null) {
    return {
      ...event,
      status: before === null ? 'CREATED' : 'UPDATED',
      before,
      after: metadataState(effect.after),
    };
  }
  if (effect.before === null) return { ...event, status: 'IDLE', before: null, after: null };
  return { ...event, status: 'DELETED', before, after: deletedState(effect.before, stamp.timeMs) };
}

const ASKED_FOR: Readonly<Record<StreamedEvent['event']['type'], EntryStatus>> = {
  INSERT: 'CREATED',
  UPDATE: 'UPDATED',
  DELETE: 'DELETED',
  PURGE: 'PURGED',
};

function eventOf(
  { stamp, change }: Pick<CatalogRecord, 'stamp' | 'change'>,
  { place, phase }: ChangeContext,
): StreamedEvent {
  return { ...metadataEvent(change, stamp.timeMs, phase), place, stamp, alias: null };
}
