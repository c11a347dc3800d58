import type { CellAddress } from '../codec/derived-row.ts';
import type { CatalogChange, MutationMode } from '../model/catalog.ts';
import type { EventType, MutationRules } from '../model/edge.ts';
import type { ParkedPosition } from '../model/parked-position.ts';
import type { Rework } from '../model/rework.ts';
import type { TableId } from '../model/table.ts';
import type { PropertyType, Value } from '../model/value.ts';

/**
 * One entry blob of a log frame: everything that one admitted request asks for, and everything that applying it decides by.
 * A request is durable whole or not at all. Read by `decodeLogRecord`; no table is needed to read it, since every value
 * carries its type and every property its code.
 */
export type LogRecord =
  | MutateRecord
  | CatalogRecord
  | ReworkRecord
  | RetryRecord
  | DropRecord
  | RederiveRecord
  | LoadRecord;

/** Who asked, and when. Printed into WAL and CDC views; no decision depends on it except by `timeMs`. */
export interface RequestStamp {
  /** Server time at admission, milliseconds. */
  readonly timeMs: number;
  /** Header X-Request-ID, "-" when missing. */
  readonly requestId: string;
  /** Header X-Actor-ID, "-" when missing. */
  readonly actor: string;
}

/** The mode of a request as it was resolved at admission (spec 1.8), with what it was resolved from. */
export interface ResolvedMode {
  readonly table: MutationMode;
  readonly request: MutationMode | null;
  readonly system: MutationMode | null;
  readonly force: boolean;
  /** The effective mode. SYNC is reduced at its position, ASYNC is appended again by the queue, DROP is kept in the log only. */
  readonly effective: MutationMode;
}

/** A position in a foreign log. What is not above the highest one seen per origin is dropped: the inbox. */
export interface Origin {
  /** Name of the foreign log, 1 to 64 characters. */
  readonly name: string;
  /** Strictly increasing from request to request of one origin; 0 or more. */
  readonly position: bigint;
}

export interface MutateRecord {
  readonly kind: 'mutate';
  readonly rules: MutationRules;
  readonly stamp: RequestStamp;
  readonly mode: ResolvedMode;
  readonly table: TableId;
  /** The table's schema revision under which the entries were cast. */
  readonly schemaRevision: number;
  /** The alias by which the table was named, "database.alias", or null. */
  readonly alias: string | null;
  readonly origin: Origin | null;
  readonly entries: readonly RawEntry[];
}

export interface CatalogRecord {
  readonly kind: 'catalog';
  readonly stamp: RequestStamp;
  readonly change: CatalogChange;
}

/**
 * One step of a table's rework. It is the only record of its frame, and without effect where the rework does not stand as
 * the record says: another step came first, or the table is gone.
 */
export interface ReworkRecord {
  readonly kind: 'rework';
  readonly stamp: RequestStamp;
  readonly table: TableId;
  /** Where the step begins: as in `Rework`. */
  readonly phase: Rework['phase'];
  readonly cursor: string;
  /** Rows or cells that the step passes at most. */
  readonly rowsMax: number;
  /** Bytes read and derived after which the step passes no further row. */
  readonly bytesMax: number;
}

/**
 * Has a parked mutation applied at this position, under the table as it is now. Without effect when nothing is parked there
 * any more. It brings the mutation along, so that the log tells what was asked for after the row is gone.
 */
export interface RetryRecord {
  readonly kind: 'retry';
  /** Who asked for the retry; the mutation has a stamp of its own. */
  readonly stamp: RequestStamp;
  readonly parked: ParkedPosition;
  readonly mutation: MutateRecord;
}

/** Forgets a parked mutation. Without effect when nothing is parked there any more. */
export interface DropRecord {
  readonly kind: 'drop';
  readonly stamp: RequestStamp;
  readonly parked: ParkedPosition;
}

/**
 * Has derived rows made again from the states as they are at this position: an audit found them wrong. Each address says the
 * same as the states afterwards; what is right stays as it is. It is the only record of its frame, and touches no state.
 */
export interface RederiveRecord {
  readonly kind: 'rederive';
  /** Who asked for the repair. */
  readonly stamp: RequestStamp;
  readonly table: TableId;
  /** Index rows, cache cells, count rows and group cells; what is none of these is left alone. */
  readonly addresses: readonly CellAddress[];
}

/**
 * Edges of one table that are inserted together by the rules of v3, each an entry of its own. It is the only record of its
 * frame. The edges are sorted by the keys of their states; those of one key by their versions.
 */
export interface LoadRecord extends LoadHeader {
  readonly kind: 'load';
  readonly rows: LoadRows;
  /** What `rows` says, edge by edge. */
  readonly entries: readonly RawEntry[];
}

/** What a load says besides its edges. Loads take effect at once: the effective mode is SYNC. */
export interface LoadHeader {
  readonly stamp: RequestStamp;
  readonly mode: ResolvedMode;
  readonly table: TableId;
  readonly schemaRevision: number;
  readonly alias: string | null;
}

/** The edges of a load as log and feed keep them: bytes that both share. `readLoadEntries` reads them. */
export interface LoadRows {
  readonly kind: RawKey['kind'];
  /** Codes of all fields that the table had, in their order: each edge has a value for each, which may be null. */
  readonly codes: readonly number[];
  readonly count: number;
  /** Per edge its key, its version, and the values. */
  readonly bytes: Uint8Array;
}

/** A value with the type that it was encoded as; null for an unset value. */
export interface TypedValue {
  readonly type: PropertyType | null;
  readonly value: Value;
}

/** The events of one key as they stand in the log, not yet aligned with a table. See `bindEntry`. */
export interface RawEntry {
  readonly key: RawKey;
  readonly events: readonly RawEvent[];
}

export type RawKey =
  | { readonly kind: 'edge'; readonly source: TypedValue; readonly target: TypedValue }
  | { readonly kind: 'multiEdge'; readonly id: TypedValue };

export interface RawEvent {
  readonly type: EventType;
  readonly version: bigint;
  /** Only the properties that the request named. */
  readonly properties: readonly RawProperty[];
}

export interface RawProperty extends TypedValue {
  /** xxHash32 of the property's name, signed. */
  readonly code: number;
}
