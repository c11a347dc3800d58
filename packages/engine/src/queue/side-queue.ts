import { Failure, invariant } from '@actionbase/core/failure';
import type { EntryStatus } from '@actionbase/core/model/edge';
import { type ParkedPosition, printParkedPosition } from '@actionbase/core/model/parked-position';
import { justAfter } from '@actionbase/core/query/byte-order';
import { decodeLogRecord } from '@actionbase/core/record/decode-log-record';
import { encodeDropRecord, encodeRetryRecord } from '@actionbase/core/record/encode-side-queue-record';
import type { MutateRecord, RequestStamp } from '@actionbase/core/record/log-record';
import {
  decodeParkedKey,
  decodeParkedMutation,
  encodeParkedKey,
  type ParkedMutation,
} from '@actionbase/core/record/parked-mutation';
import type { Store } from '@actionbase/ports/store';
import { boundedStamp } from '../admit/admit.ts';
import type { ItemResult } from '../apply/apply-frame.ts';
import type { Writer } from '../apply/writer.ts';
import { engineFailures } from '../failures.ts';
import type { EngineLimits } from '../limits.ts';
import { SIDE_QUEUE_SPACE } from './side-queue-rows.ts';

/** Rows that are read together; each may be as large as a request. */
const ROWS_PER_READ = 16;

export interface SideQueueParts {
  readonly store: Store;
  readonly writer: Writer;
  readonly limits: EngineLimits;
}

export interface ParkedQuery {
  /** Begins behind this position; null with the oldest. */
  readonly after: ParkedPosition | null;
  /** At most this many, and never more than `parkedPageRowsMax`. */
  readonly limit: number;
  /** "database.table", the name that the table had when it refused; null for all. */
  readonly table: string | null;
}

export interface Parked {
  readonly position: ParkedPosition;
  readonly mutation: ParkedMutation;
  /** The record of the mutation, which holds one entry. */
  readonly record: MutateRecord;
}

export interface ParkedPage {
  readonly parked: readonly Parked[];
  /** Where the next page begins behind; null at the end. A page may be short. */
  readonly next: ParkedPosition | null;
}

/** What a retry did. */
export interface RetryAnswer {
  readonly status: EntryStatus;
  /** Why the status is ERROR. */
  readonly refusal: { readonly code: string; readonly message: string } | null;
  /** Where the mutation is parked now, when it was refused again. */
  readonly parkedAs: ParkedPosition | null;
}

/** The asynchronous mutations that were refused when the queue had them reduced: for operators to look at, retry or drop. */
export class SideQueue {
  readonly #parts: SideQueueParts;

  constructor(parts: SideQueueParts) {
    this.#parts = parts;
  }

  /** One page of what is parked, in log order; not a snapshot. */
  async read(query: ParkedQuery): Promise<ParkedPage> {
    const { store, limits } = this.#parts;
    const limit = Math.min(query.limit, limits.parkedPageRowsMax);
    const parked: Parked[] = [];
    let start = query.after === null ? undefined : justAfter(encodeParkedKey(query.after));
    let next = query.after;
    let rows = 0;
    let bytes = 0;
    while (parked.length < limit && rows < limits.scanRowsMax && bytes < limits.answerBytesMax) {
      const page = await store.scan({ space: SIDE_QUEUE_SPACE, start, limit: ROWS_PER_READ });
      for (const { key, value } of page.rows) {
        if (parked.length === limit) return { parked, next };
        next = decodeParkedKey(key);
        start = justAfter(key);
        rows += 1;
        bytes += value.length;
        const mutation = decodeParkedMutation(value);
        if (!isWanted(query.table, mutation)) continue;
        parked.push({ position: next, mutation, record: mutationOf(mutation) });
      }
      if (!page.more) return { parked, next: null };
    }
    return { parked, next };
  }

  /**
   * Applies a parked mutation under the table as it is now, forced, whatever the modes say. Failures: `not-parked`; and
   * `unknown-outcome`, after which the mutation is parked or not, but never took effect twice.
   */
  async retry(position: ParkedPosition, stamp: RequestStamp): Promise<RetryAnswer> {
    const value = await this.#parts.store.get(SIDE_QUEUE_SPACE, encodeParkedKey(position));
    if (value === undefined) throw notParked(position);
    const { record: mutation } = decodeParkedMutation(value);
    const result = await this.#submit(encodeRetryRecord({ stamp: boundedStamp(stamp), parked: position, mutation }));
    invariant(result.kind === 'retry', 'a retry has the result of a retry');
    if (result.retried === null) throw notParked(position);
    const { status, refusal, parkedAs } = result.retried;
    return { status, refusal, parkedAs };
  }

  /** Forgets a parked mutation. Failure: `not-parked`. */
  async drop(position: ParkedPosition, stamp: RequestStamp): Promise<void> {
    const value = await this.#parts.store.get(SIDE_QUEUE_SPACE, encodeParkedKey(position));
    if (value === undefined) throw notParked(position);
    const result = await this.#submit(encodeDropRecord({ stamp: boundedStamp(stamp), parked: position }));
    invariant(result.kind === 'drop', 'a drop has the result of a drop');
    if (!result.dropped) throw notParked(position);
  }

  async #submit(bytes: Uint8Array): Promise<ItemResult> {
    const { results } = await this.#parts.writer.submit([{ kind: 'bytes', bytes }], 1);
    const [result] = results;
    invariant(result !== undefined, 'an item of a frame has a result');
    return result;
  }
}

function isWanted(table: string | null, mutation: ParkedMutation): boolean {
  return table === null || table === `${mutation.database}.${mutation.table}`;
}

function mutationOf(mutation: ParkedMutation): MutateRecord {
  const record = decodeLogRecord(mutation.record);
  invariant(record.kind === 'mutate', 'what is parked is a mutation');
  return record;
}

function notParked(position: ParkedPosition): Failure {
  const id = printParkedPosition(position);
  return new Failure(engineFailures['not-parked'], `no mutation is parked as ${id}`, { id });
}
