import { Failure } from '@actionbase/core/failure';
import type { Clock } from '@actionbase/ports/clock';
import type { LegacyStore } from '@actionbase/ports/legacy';
import { edgeVersionOf, type RowMapping, rowVersionOf } from '../declare/row-mapping.ts';
import { migrateFailures } from '../failures.ts';
import type { DebtQueue } from './debt-queue.ts';
import { DIRECT_LIMITS } from './limits.ts';
import type { KeyedEdge, NewSide, Sent } from './new-side.ts';
import { NewVersions, raiseOf } from './new-versions.ts';
import { routeWrite, type Truth } from './route-write.ts';
import type { TruthKeeper } from './truth-keeper.ts';

/** One write of the application: what is to be of a key. */
export type PlannedWrite = Pick<KeyedEdge, 'source' | 'target' | 'properties'> & { readonly bucket: number };

/** What a write did. */
export interface WriteResult {
  /** The side that decided. */
  readonly side: 'legacy' | 'new';
  /** The version of the row; the edge's is twice that. */
  readonly version: bigint;
  /** False for the deletion of what is not there. */
  readonly existed: boolean;
}

/** Where the truth is known from: the keeper, or a constant where there is no old side. */
export interface TruthSource {
  readonly truth: Truth;
  readonly keeper: TruthKeeper | undefined;
}

export interface WriteParts {
  readonly migration: string;
  /** The old table, and its column of versions. */
  readonly from: string;
  readonly versionColumn: string;
  /** The new table's name. */
  readonly table: string;
  readonly mapping: RowMapping;
  readonly legacy: LegacyStore | undefined;
  readonly newSide: NewSide;
  readonly truth: TruthSource;
  readonly debt: DebtQueue;
  readonly clock: Clock;
  /** Tells this director's versions from those of others, from 0 to 63. */
  readonly slot: bigint;
  /** Whether what is to be written is recorded before the old side is: needed where no follower runs. */
  readonly intents: boolean;
}

/** How many writes went which way. */
export interface WriteFigures {
  legacy: number;
  new: number;
  /** Dual writes on their way to the new side. */
  dualUnderWay: number;
  /** Writes that went to the other side because the truth had moved. */
  turns: number;
  /** Longest time that a write waited for a move, milliseconds. */
  moveWaitMsMax: number;
}

type Attempt = { readonly kind: 'done'; readonly result: WriteResult } | { readonly kind: 'moved' | 'fenced' };

/** Writes each key where its truth is, and sees to it that the other side gets it, too. */
export class DirectWrites {
  readonly figures: WriteFigures = { legacy: 0, new: 0, dualUnderWay: 0, turns: 0, moveWaitMsMax: 0 };
  readonly #parts: WriteParts;
  readonly #versions: NewVersions;

  constructor(parts: WriteParts) {
    this.#parts = parts;
    this.#versions = new NewVersions(parts.slot, () => parts.clock.nowMs());
  }

  /**
   * Writes one key. What it throws concerns the side that is the truth: the write may have happened then, and may be sent
   * again. A write that was turned away by one side after its fate was unknown is written again by the other, above the
   * first one.
   */
  async write(write: PlannedWrite): Promise<WriteResult> {
    const { table, truth: source, clock } = this.#parts;
    const startedMs = clock.monotonicMs();
    for (let turn = 0, waitMs: number = DIRECT_LIMITS.truthPollMovingMs; turn < DIRECT_LIMITS.turnsMax; ) {
      const { truth } = source;
      const route = routeWrite(truth, write.bucket, table);
      const attempt =
        route.kind === 'new'
          ? await this.#writeNew(route.name, write, truth)
          : await this.#writeLegacy(write, route.both);
      if (attempt.kind === 'done') return attempt.result;
      this.figures.turns += 1;
      if (attempt.kind === 'moved') {
        turn += 1;
        continue;
      }
      const waitedMs = clock.monotonicMs() - startedMs;
      if (waitedMs >= DIRECT_LIMITS.moveWaitMsMax || source.keeper === undefined) throw movesTooLong(waitedMs);
      await source.keeper.waitForNewer(truth.revision, waitMs);
      waitMs = Math.min(waitMs * 2, 500);
      this.figures.moveWaitMsMax = Math.max(this.figures.moveWaitMsMax, clock.monotonicMs() - startedMs);
    }
    throw movesTooLong(clock.monotonicMs() - startedMs);
  }

  async #writeLegacy(write: PlannedWrite, both: boolean): Promise<Attempt> {
    const { legacy, migration, from, versionColumn, mapping, clock, debt, intents, truth } = this.#parts;
    if (legacy === undefined) throw movesTooLong(0);
    const id = intents && both ? await debt.mean(write) : undefined;
    try {
      const written = await legacy.write({
        migration,
        table: from,
        bucket: write.bucket,
        versionColumn,
        key: mapping.keyOf(write),
        values: write.properties === null ? undefined : mapping.valuesOf(write.properties),
        versionMin: BigInt(clock.nowMs()) * 1_000n,
      });
      if (written.kind === 'moved') {
        if (id !== undefined) debt.settle(id);
        truth.keeper?.adopt(written.truth);
        return { kind: 'moved' };
      }
      this.figures.legacy += 1;
      const { version, existed } = written;
      this.#versions.see(version);
      if (both) await this.#writeSecond({ ...write, version: edgeVersionOf(version) });
      if (id !== undefined) debt.settle(id);
      return { kind: 'done', result: { side: 'legacy', version, existed } };
    } catch (error) {
      if (id !== undefined) debt.doubt(id);
      throw error;
    }
  }

  /** Brings the new side what the old one has. Never throws for what the new side does: then the edge is owed. */
  async #writeSecond({ source, target, version, properties }: KeyedEdge): Promise<void> {
    const { debt, newSide, table } = this.#parts;
    const edge = { source, target, version, properties };
    const { breaker } = debt.status;
    if (breaker.kind === 'open' || this.figures.dualUnderWay >= DIRECT_LIMITS.dualWritesMax) return debt.owe(edge);
    this.figures.dualUnderWay += 1;
    try {
      const sent = await newSide.send(table, [edge], DIRECT_LIMITS.dualWriteMsMax);
      const isThere = sent.kind === 'done' && sent.statuses[0]?.status !== 'ERROR';
      debt.note(sent.kind === 'done' || sent.kind === 'refused' ? 'success' : 'failure');
      if (isThere) debt.paid(edge);
      else await debt.owe(edge);
    } finally {
      this.figures.dualUnderWay -= 1;
    }
  }

  async #writeNew(name: string, write: PlannedWrite, truth: Truth): Promise<Attempt> {
    const { source, target, properties } = write;
    let floor = truth.versionFloor;
    for (let raises = 0; raises < DIRECT_LIMITS.versionRaisesMax; raises += 1) {
      const version = this.#versions.next(floor);
      const edge = { source, target, version: edgeVersionOf(version), properties };
      const sent = await this.#sendUntilKnown(name, edge);
      if (sent.kind === 'fenced') return { kind: 'fenced' };
      if (sent.kind !== 'done') throw refusalOf(sent);
      const outcome = await this.#outcomeOf(edge, sent);
      if (outcome.kind === 'done') {
        this.figures.new += 1;
        return { kind: 'done', result: { side: 'new', version, existed: outcome.existed } };
      }
      floor = outcome.above ?? version + raiseOf(raises);
    }
    const message = `the edge ${source} -> ${target} has a version far above the clock of this computer`;
    throw new Failure(migrateFailures['version-not-accepted'], message, { floor: String(floor) });
  }

  /** The same version again and again: a second sending changes nothing if the first one took effect. */
  async #sendUntilKnown(name: string, edge: KeyedEdge): Promise<Sent> {
    for (let attempt = 1; ; attempt += 1) {
      const sent = await this.#parts.newSide.send(name, [edge], DIRECT_LIMITS.newWriteMsMax);
      if (sent.kind !== 'unavailable' || attempt >= DIRECT_LIMITS.newAttemptsMax) return sent;
      await this.#parts.clock.sleep(DIRECT_LIMITS.drainPauseMsFirst * attempt);
    }
  }

  /**
   * Whether an edge that was answered is in effect. When nothing changed, it is asked what is there: a repeated event changes
   * nothing, and nor does one whose version is too low, because another writer's clock is ahead.
   */
  async #outcomeOf(edge: KeyedEdge, sent: Sent & { kind: 'done' }): Promise<Outcome> {
    const { status, reason } = sent.statuses[0] ?? { status: 'ERROR', reason: 'the answer is empty' };
    const isPut = edge.properties !== null;
    if (status === 'ERROR' || status === 'QUEUED') throw refusalOf({ kind: 'refused', reason: reason || status });
    if (isPut ? status === 'CREATED' || status === 'UPDATED' : status === 'DELETED')
      return { kind: 'done', existed: true };
    const there = await this.#versionOf(edge);
    if (!isPut && there === undefined) return { kind: 'done', existed: false };
    if (isPut && there === edge.version) return { kind: 'done', existed: true };
    if (there === undefined || there < edge.version) return { kind: 'outdated', above: undefined };
    return { kind: 'outdated', above: rowVersionOf(there) };
  }

  async #versionOf(edge: KeyedEdge): Promise<bigint | undefined> {
    for (let attempt = 1; ; attempt += 1) {
      const there = await this.#parts.newSide.versionOf(edge, DIRECT_LIMITS.newWriteMsMax);
      if (there !== 'unavailable') return there;
      if (attempt >= DIRECT_LIMITS.newAttemptsMax) throw refusalOf({ kind: 'unavailable', reason: 'no answer' });
      await this.#parts.clock.sleep(DIRECT_LIMITS.drainPauseMsFirst * attempt);
    }
  }
}

type Outcome =
  | { readonly kind: 'done'; readonly existed: boolean }
  /** A newer version was there: this one, when it could be read. */
  | { readonly kind: 'outdated'; readonly above: bigint | undefined };

function refusalOf(sent: Exclude<Sent, { kind: 'done' | 'fenced' }>): Failure {
  return sent.kind === 'refused'
    ? new Failure(migrateFailures['new-side-refused'], `the new store refuses the edge: ${sent.reason}`)
    : new Failure(migrateFailures['new-side-unavailable'], `the new store does not answer: ${sent.reason}`);
}

function movesTooLong(waitedMs: number): Failure {
  const message = `the truth of this key is being moved since ${Math.round(waitedMs)} ms; send it again later`;
  return new Failure(migrateFailures['move-takes-long'], message, { waitedMs: Math.round(waitedMs) });
}
