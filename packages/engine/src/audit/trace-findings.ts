import { encodeStateKey } from '@actionbase/core/codec/row-key';
import type { EdgeKey } from '@actionbase/core/model/edge';
import type { Table } from '@actionbase/core/model/table';
import type { EdgeOutcome } from '@actionbase/core/record/feed-record';
import type { Clock } from '@actionbase/ports/clock';
import type { Store } from '@actionbase/ports/store';
import type { EngineLimits } from '../limits.ts';
import { PARTITION } from '../partition.ts';
import { Pace } from '../queue/pace.ts';
import { FeedFollower, type StateOutcome } from './feed-follower.ts';
import type { Finding, Touch } from './finding.ts';
import { PassBroken } from './pass-broken.ts';
import { rowName } from './row-name.ts';
import { readStateOf } from './stored-row.ts';
import { AUDIT_WAIT_MS_MIN } from './table-audit.ts';

export interface TraceParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly limits: EngineLimits;
  readonly ratePerS: number;
  readonly signal: AbortSignal;
  readonly table: Table;
  readonly findings: readonly Finding[];
}

/**
 * Looks through the feed that is kept for the changes that touched what was found: of an index row or a cache cell those of
 * its edge, of a counter those of its sum. Of each it keeps the last ones. Yields the frames read so far.
 */
export class Trace {
  readonly #parts: TraceParts;
  /** By the name of the edge's state. */
  readonly #byEdge = new Map<string, Touch[]>();
  readonly #byCounter = new Map<string, Touch[]>();
  #epoch = 0;

  constructor(parts: TraceParts) {
    this.#parts = parts;
    for (const { kind, edge, address } of parts.findings) {
      if (edge !== null) this.#byEdge.set(this.#nameOf(edge), []);
      else if (kind === 'count' || kind === 'group') this.#byCounter.set(rowName(address), []);
    }
  }

  /** The last changes that touched what was found, the oldest first. */
  touchesOf({ edge, address }: Finding): readonly Touch[] {
    return (edge === null ? this.#byCounter.get(rowName(address)) : this.#byEdge.get(this.#nameOf(edge))) ?? [];
  }

  async *run(): AsyncGenerator<number, undefined> {
    if (this.#byEdge.size + this.#byCounter.size === 0) return undefined;
    const { limits } = this.#parts;
    for (let attempt = 0; attempt <= limits.auditRestartsMax; attempt++) {
      try {
        for (const touches of [...this.#byEdge.values(), ...this.#byCounter.values()]) touches.length = 0;
        yield* this.#read();
        return undefined;
      } catch (error) {
        // The feed was trimmed under it: what is left is read again.
        if (!(error instanceof PassBroken)) throw error;
      }
    }
    return undefined;
  }

  async *#read(): AsyncGenerator<number, undefined> {
    const { store, clock, limits, ratePerS, signal, table } = this.#parts;
    const progress = await store.progress(PARTITION);
    const [oldest] = await store.readFeed(PARTITION, 0, 1);
    if (progress === undefined || oldest === undefined) return undefined;
    const end = progress.offset;
    const first = Math.max(oldest.offset, end + 1 - limits.auditTraceFramesMax);
    this.#epoch = progress.epoch;
    const from = { offset: first - 1, framesMax: limits.auditFeedFramesMax };
    const follower = new FeedFollower(table, from, (change) => this.#note(change));
    const pace = new Pace(ratePerS);
    const step = Math.min(limits.auditPageRowsMax, pace.burst);
    while (follower.offset < end) {
      signal.throwIfAborted();
      const to = Math.min(end, follower.offset + step);
      const frames = to - follower.offset;
      await follower.follow(store, to);
      pace.pass(frames, clock.monotonicMs());
      const waitMs = pace.waitMs(clock.monotonicMs());
      if (waitMs >= AUDIT_WAIT_MS_MIN) await clock.sleep(waitMs, signal);
      yield to + 1 - first;
    }
    return undefined;
  }

  #note({ edge, stateKey, outcome, record }: StateOutcome): void {
    if (outcome.status === 'IDLE' || outcome.status === 'ERROR' || outcome.status === 'QUEUED') return;
    const touch = (): Touch => ({
      position: { epoch: this.#epoch, partition: PARTITION, offset: record.offset },
      stampMs: record.stampMs,
      requestId: outcome.stamp.requestId,
      actor: outcome.stamp.actor,
      type: outcome.lastEvent.type,
      version: outcome.lastEvent.version,
      status: outcome.status,
    });
    this.#keep(this.#byEdge.get(rowName({ key: stateKey })), touch);
    if (this.#byCounter.size === 0) return;
    for (const name of this.#changedCounters(edge, outcome)) this.#keep(this.#byCounter.get(name), touch);
  }

  #keep(touches: Touch[] | undefined, touch: () => Touch): void {
    if (touches === undefined) return;
    if (touches.length >= this.#parts.limits.auditTouchesMax) touches.shift();
    touches.push(touch());
  }

  /** Names of the counters whose sum a change of a state changes. */
  #changedCounters(edge: EdgeKey, { before, after }: EdgeOutcome): string[] {
    const { table } = this.#parts;
    const deltas = new Map<string, bigint>();
    for (const [cell, sign] of [
      [before, -1n],
      [after, 1n],
    ] as const) {
      const state = cell === null ? undefined : readStateOf(table, edge, cell);
      for (const { amount, ...address } of state?.rows.shares ?? []) {
        const name = rowName(address);
        deltas.set(name, (deltas.get(name) ?? 0n) + sign * amount);
      }
    }
    return [...deltas].filter(([, delta]) => delta !== 0n).map(([name]) => name);
  }

  #nameOf(edge: EdgeKey): string {
    return rowName({ key: encodeStateKey(this.#parts.table, edge) });
  }
}
