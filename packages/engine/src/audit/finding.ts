import type { CellAddress, DerivedRow } from '@actionbase/core/codec/derived-row';
import type { EdgeKey, EntryStatus, EventType } from '@actionbase/core/model/edge';
import type { LogPosition } from '@actionbase/core/model/position';
import type { Value } from '@actionbase/core/model/value';

/** A derived row that is not what the states say, or a row that nobody can read. */
export interface Finding {
  readonly address: CellAddress;
  /** What sort of row its key says it is; a state is only found when it cannot be read. */
  readonly kind: DerivedRow['kind'] | 'state' | 'unknown';
  /** What its address says; null when that is no derived row of the table. */
  readonly row: DerivedRow | null;
  /**
   *   missing     the states say that it should be there
   *   wrong       it is there, with another value
   *   orphan      no state knows of it
   *   unreadable  its key, or the value of a state, is nothing that anybody wrote; a repair leaves it alone
   */
  readonly problem: 'missing' | 'wrong' | 'orphan' | 'unreadable';
  /** The edge that the row belongs to; null for counters and for what cannot be read. */
  readonly edge: EdgeKey | null;
  readonly expected: RowContent | null;
  readonly found: RowContent | null;
}

/** What a row says. */
export type RowContent =
  | { readonly kind: 'edge'; readonly version: bigint; readonly values: readonly (Value | undefined)[] }
  | { readonly kind: 'number'; readonly number: bigint }
  /** Bytes that cannot be read. */
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array };

/** A change in the log that touched a row: it changed the row's edge, or the row's sum. */
export interface Touch {
  readonly position: LogPosition;
  readonly stampMs: number;
  readonly requestId: string;
  readonly actor: string;
  readonly type: EventType;
  readonly version: bigint;
  readonly status: EntryStatus;
}

/** Whether a repair can make the row right again. */
export function isRepairable({ problem }: Finding): boolean {
  return problem !== 'unreadable';
}
