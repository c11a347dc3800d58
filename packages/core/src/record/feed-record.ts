import type { CatalogChange, CatalogEntity } from '../model/catalog.ts';
import type { EntryStatus, MutationRules } from '../model/edge.ts';
import type { TableId } from '../model/table.ts';
import type { RawEvent, RawKey, RequestStamp } from './log-record.ts';

/**
 * What the reducer did at one log position: all outcomes of one frame, in log order. One feed record per frame, so the
 * feed has a gap exactly where a frame offset is missing: each record names its offset and the offset of the one before.
 */
export interface FeedRecord {
  readonly offset: number;
  /** Offset of the frame before this one, or -1 for the first of an epoch. */
  readonly previousOffset: number;
  /** Time of the frame in milliseconds, strictly increasing in log order. */
  readonly stampMs: number;
  readonly outcomes: readonly Outcome[];
}

export type Outcome = EdgeOutcome | CatalogOutcome;

/** What became of one entry. */
export interface EdgeOutcome {
  readonly kind: 'edge';
  /** By which rules the entry was reduced. */
  readonly rules: MutationRules;
  readonly stamp: RequestStamp;
  readonly alias: string | null;
  readonly table: TableId;
  readonly schemaRevision: number;
  readonly status: EntryStatus;
  /** Code of the refusal when status is ERROR, else null. */
  readonly refusal: string | null;
  readonly key: RawKey;
  /** Place of the entry in its frame, counted over the frame's records from 0, those that the inbox dropped included. */
  readonly entry: number;
  /** How many events the entry held. */
  readonly eventCount: number;
  /** The last event of the entry: the one that a CDC record names. */
  readonly lastEvent: RawEvent;
  /** State cells before and after (`decodeStateValue`); null where there is no row. QUEUED: both null. ERROR: both the old one, or null where the refusal did not ask for it. */
  readonly before: Uint8Array | null;
  readonly after: Uint8Array | null;
  /** Why the status is ERROR, in words, under v2's rules; else null. */
  readonly message: string | null;
}

export interface CatalogOutcome {
  readonly kind: 'catalog';
  readonly stamp: RequestStamp;
  readonly change: CatalogChange;
  /** Code of the refusal, or null when the change took effect. */
  readonly refusal: string | null;
  /** Null in records of before the feed kept it. */
  readonly effect: ChangeEffect | null;
}

/** What a metadata change did to its entity. Both are null where there was nothing to change, and for a refusal. */
export interface ChangeEffect {
  /** How many entries stand before the change in its frame, those that the inbox dropped included. */
  readonly entriesBefore: number;
  readonly before: CatalogEntity | null;
  readonly after: CatalogEntity | null;
}
