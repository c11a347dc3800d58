import type { JsonObject } from '@actionbase/core/codec/json-value';
import type { EventType } from '@actionbase/core/model/edge';
import type { Direction } from '@actionbase/core/model/value';
import type { Json, JsonMembers } from './plain-json.ts';

/** An integer of 64 bits. In answers: a number when it is exact as one, else a bigint. */
export type Integer = number | bigint;

/** What may be a source, a target or a start in a call. */
export type VertexInput = string | Integer;

/** A unique edge in a mutation. */
export interface EdgeInput {
  readonly version: Integer;
  readonly source: VertexInput;
  readonly target: VertexInput;
  /** A null unsets a property; an INSERT unsets those that it does not name. */
  readonly properties?: JsonObject | undefined;
}

/** A multi edge in a mutation. An INSERT needs both ends; UPDATE and DELETE need the id alone. */
export interface MultiEdgeInput {
  readonly version: Integer;
  readonly id: VertexInput | boolean;
  readonly source?: VertexInput | undefined;
  readonly target?: VertexInput | undefined;
  readonly properties?: JsonObject | undefined;
}

export interface Mutation<E extends EdgeInput | MultiEdgeInput = EdgeInput> {
  readonly type: EventType;
  readonly edge: E;
}

/**
 * What a mutation did to its edge. IDLE: nothing changed, for example because the same event had come before. QUEUED: it is
 * durable and takes effect later (a table of mode ASYNC). ERROR: it was refused; `code` and `message` say why.
 */
export type EdgeStatus = 'CREATED' | 'UPDATED' | 'DELETED' | 'IDLE' | 'QUEUED' | 'ERROR';

interface StatusResult {
  readonly status: EdgeStatus;
  /** How many mutations of the request were merged into this one; 0 when it was refused. */
  readonly count: number;
  /** Why, when status is ERROR. */
  readonly code?: string | undefined;
  readonly message?: string | undefined;
}

/** The result for one unique edge. Source and target are those that the server cast to the table's types. */
export interface EdgeResult extends StatusResult {
  readonly source: Json;
  readonly target: Json;
}

/** The result for one multi edge. */
export interface MultiEdgeResult extends StatusResult {
  readonly id: Json;
}

/** An edge as it was read. The properties of a multi edge begin with its id, under the name `_id`. */
export interface Edge {
  readonly version: Integer;
  readonly source: Json;
  readonly target: Json;
  readonly properties: JsonMembers;
}

/** A page of edges. */
export interface EdgePage {
  readonly edges: readonly Edge[];
  /** Cursor for the next page; null when nothing follows. */
  readonly offset: string | null;
  readonly hasNext: boolean;
  /** How many edges there are in all; -1 when it was not asked for. */
  readonly total: Integer;
}

/** How many active edges a vertex has in one direction. */
export interface VertexCount {
  readonly start: Json;
  readonly direction: Direction;
  readonly count: Integer;
}

/** What a group has for one vertex. */
export interface GroupSum {
  readonly start: Json;
  readonly direction: Direction;
  readonly value: Integer;
  /** The cells that were summed up, the greatest values first; empty unless they were asked for. */
  readonly accumulators: readonly GroupCell[];
}

/** One counter of a group. */
export interface GroupCell {
  readonly groupValues: readonly Json[];
  readonly value: Integer;
}

/** What one included item of a multi-hop query found. */
export interface QueryResult {
  readonly name: string;
  /** One object per row, with a member per column. */
  readonly data: readonly JsonMembers[];
  /** Where a scan or seek from a single vertex goes on; null when nothing follows. */
  readonly offset: string | null;
  readonly hasNext: boolean;
}
