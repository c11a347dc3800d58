import type { EdgeKey, EdgeState } from '../model/edge.ts';
import type { Table } from '../model/table.ts';
import type { DeriveRefusal, RowLimits } from './row-limits.ts';

/** A cell to write. Without a qualifier it is the one cell of its row. */
export interface CellPut {
  readonly key: Uint8Array;
  readonly qualifier?: Uint8Array;
  readonly value: Uint8Array;
}

export interface CellDelete {
  readonly key: Uint8Array;
  readonly qualifier?: Uint8Array;
}

/** What a count row changes by; never 0. */
export interface CountDelta {
  readonly key: Uint8Array;
  readonly delta: number;
}

/** What a group cell changes by: never 0, within signed 64 bits (sums wrap there, as the reference's increments do). */
export interface GroupDelta {
  readonly key: Uint8Array;
  readonly qualifier: Uint8Array;
  readonly delta: bigint;
}

/** Changes of derived cells. No cell is named twice. */
export interface DerivedRows {
  readonly kind: 'rows';
  readonly puts: CellPut[];
  readonly deletes: CellDelete[];
  readonly counts: CountDelta[];
  readonly groups: GroupDelta[];
}

export type Derived = DerivedRows | DeriveRefusal;

/** Two states of one key. */
export interface StateChange {
  readonly before: EdgeState;
  readonly after: EdgeState;
  /**
   * The state before was stored under another schema, and so may its rows be: they are written anew even where the current
   * schema sees no difference. Else a property that comes back would show a value that the state has lost.
   */
  readonly isRealigned?: boolean | undefined;
}

/** One derivation under way: what it derives from and what it has found. The first refusal stands. */
export interface Derivation {
  readonly table: Table;
  readonly key: EdgeKey;
  /** The states that have rows; undefined when the state is inactive. */
  readonly before: EdgeState | undefined;
  readonly after: EdgeState | undefined;
  readonly isRealigned: boolean;
  readonly limits: RowLimits;
  readonly rows: DerivedRows;
  refusal: DeriveRefusal | undefined;
}
