import { LONG_MIN, type Value } from './value.ts';

/** PURGE forgets an edge with all that is known of it. It comes from the v2 API only. */
export type EventType = 'INSERT' | 'UPDATE' | 'DELETE' | 'PURGE';

/**
 * By which state machine events are reduced: the one of the v3 calls, or the one of the v2 calls, where an INSERT keeps what
 * it does not name. Each log record says it.
 */
export type MutationRules = 'v3' | 'v2';

/** What identifies an edge: the pair of a unique edge, or the id of a multi edge. Values are cast to the table's types. */
export type EdgeKey = UniqueKey | MultiKey;

export interface UniqueKey {
  readonly kind: 'edge';
  readonly source: Value;
  readonly target: Value;
}

export interface MultiKey {
  readonly kind: 'multiEdge';
  readonly id: Value;
}

/**
 * One mutation of one edge, cast to its table's types. `properties` is aligned with the table's `fields`:
 * a value or null (unset) where the request named the property, undefined where it did not.
 */
export interface EdgeEvent {
  readonly type: EventType;
  /** 64-bit number from the client; decides which event is newer. */
  readonly version: bigint;
  readonly properties: readonly (Value | undefined)[];
}

/** The events that one request has for one key, sorted by version (stable). They are folded and take effect together. */
export interface Entry {
  readonly key: EdgeKey;
  readonly events: readonly EdgeEvent[];
}

export interface PropertyCell {
  readonly version: bigint;
  readonly value: Value;
}

/** The truth about one key. `properties` is aligned with the table's `fields`; undefined: never seen. */
export interface EdgeState {
  readonly active: boolean;
  readonly version: bigint;
  readonly createdAt: bigint | null;
  readonly deletedAt: bigint | null;
  readonly properties: readonly (PropertyCell | undefined)[];
}

/** The state of a key that no event has touched: inactive, older than every version. */
export const INITIAL_STATE: EdgeState = {
  active: false,
  version: LONG_MIN,
  createdAt: null,
  deletedAt: null,
  properties: [],
};

/** What became of an entry. QUEUED: durable, not reduced here. ERROR: refused, state unchanged. */
export type EntryStatus = 'CREATED' | 'UPDATED' | 'DELETED' | 'IDLE' | 'QUEUED' | 'ERROR' | 'PURGED';
