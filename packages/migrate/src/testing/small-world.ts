import assert from 'node:assert/strict';
import { ActionbaseClient } from '@actionbase/client';
import { bucketOfText } from '@actionbase/core/digest/row-digest';
import { Failure } from '@actionbase/core/failure';
import type { LegacyStore } from '@actionbase/ports/legacy';
import { ManualClock } from '@actionbase/ports/memory/manual-clock';
import { MemoryDisk } from '@actionbase/ports/memory/memory-disk';
import { SeededRandom } from '@actionbase/ports/memory/seeded-random';
import type { NewFeed } from '../back/new-feed.ts';
import { WayBack } from '../back/way-back.ts';
import { column, defineMigration } from '../declare/define-migration.ts';
import { deletionVersionOf, edgeVersionOf } from '../declare/row-mapping.ts';
import { Director, type DirectorParts } from '../direct/director.ts';
import type { NewSide } from '../direct/new-side.ts';
import { fenceAlias } from '../direct/route-write.ts';
import { type DirectSettings, type DirectStage, printSettings } from '../direct/settings.ts';
import { Life } from './mortal.ts';
import { SmallCounts } from './small-counts.ts';
import { SmallLegacy } from './small-legacy.ts';
import { SmallNewSide } from './small-new-side.ts';
import { Turns } from './turns.ts';

export const WISH = defineMigration({
  name: 'wish',
  from: 'wish',
  to: 'shop.wish',
  edge: {
    source: column('user_id'),
    target: column('product_id'),
    version: 'version',
    properties: { note: 'note' },
  },
  counts: [{ name: 'wishers', of: 'target', prefix: 'wishers:' }],
});

/** A write of a program, with the times between which it took effect. */
export interface Ledgered {
  readonly key: string;
  /** Undefined for a deletion. */
  readonly note: string | undefined;
  readonly startedAt: number;
  /** Infinity for one that was not acknowledged. */
  readonly endedAt: number;
}

export interface WorldOptions {
  readonly seed: number;
  /** Whether a follower of the old log runs; else directors record what they are about to do. */
  readonly hasFollower: boolean;
  /** Whether the old log is never followed, not even now and then: what a debt does not bring is missing. */
  readonly debtsAlone?: boolean;
  /** Breaks something, to see that the tests find it. */
  readonly breakLegacy?: ((legacy: LegacyStore) => LegacyStore) | undefined;
  readonly breakNewSide?: ((newSide: NewSide) => NewSide) | undefined;
  readonly breakFeed?: ((feed: NewFeed) => NewFeed) | undefined;
  /** Each answer of the new side is lost with this chance, in percent. */
  readonly lostAnswers?: number | undefined;
}

/** Both sides in memory, directors that live and die, a follower, the way back, and a coordinator: all of one seed. */
export class SmallWorld {
  readonly random: SeededRandom;
  readonly clock = new ManualClock();
  readonly turns: Turns;
  readonly legacy: SmallLegacy;
  readonly newSide: SmallNewSide;
  readonly counts = new SmallCounts();
  readonly ledger: Ledgered[] = [];
  /** What users were told, but what is right to be told. */
  readonly userErrors: unknown[] = [];
  readonly directors: LivingDirector[] = [];
  readonly #options: WorldOptions;
  #followed = 0;
  #following: Promise<void> = Promise.resolve();
  #time = 0;
  #wayBack: WayBack | undefined;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.random = new SeededRandom(options.seed);
    this.turns = new Turns(this.random, this.clock);
    const turn = (): Promise<void> => this.turns.take();
    this.legacy = new SmallLegacy(turn);
    this.newSide = new SmallNewSide({
      turn,
      sleep: (ms, signal) => this.clock.sleep(ms, signal),
      losesAnswer: () => this.random.below(100) < (options.lostAnswers ?? 0),
      nowMs: () => this.clock.nowMs(),
    });
    this.newSide.names.add('wish').add(fenceAlias('wish', 1));
  }

  async announce(stage: DirectStage, settings: Partial<DirectSettings> = {}): Promise<void> {
    await this.legacy.announce('wish', printSettings({ stage, ...settings }));
  }

  /** Opens a director in the place of another one's folder, or in a new one. */
  async openDirector(place: number, disk: MemoryDisk = new MemoryDisk()): Promise<LivingDirector> {
    const { breakLegacy = same, breakNewSide = same, hasFollower } = this.#options;
    const life = new Life();
    const parts: DirectorParts = {
      migration: WISH,
      legacy: life.of(breakLegacy(this.legacy)),
      disk,
      directory: 'direct',
      clock: life.of(new SkewedClock(this.clock, this.random.below(20))),
      random: this.random,
      newSide: life.of(breakNewSide(this.newSide)),
      table: UNREACHABLE.table('shop', 'wish'),
      slot: BigInt(place),
      current: hasFollower
        ? undefined
        : async ({ source, target, bucket }) => {
            const row = await life.of(this.legacy).current({ user_id: source, product_id: target }, bucket);
            const note = row.values?.note;
            const properties = row.values === undefined ? null : { note: typeof note === 'string' ? note : null };
            return { version: edgeVersionOf(row.version), properties };
          },
    };
    const director = await Director.openOn(parts);
    const living = { place, director, life, disk };
    this.directors[place] = living;
    return living;
  }

  /** Kills a director between any two of its steps, maybe with the power, and starts the next one on what its disk holds. */
  async crash(place: number): Promise<void> {
    const living = this.directors[place];
    if (living === undefined) return;
    living.life.end();
    const disk = this.random.below(2) === 0 ? living.disk.kill() : living.disk.crash(this.random);
    await unlessUnavailable(() => this.openDirector(place, disk));
  }

  async write(place: number, key: string, note: string | undefined): Promise<void> {
    const living = this.directors[place];
    if (living === undefined || living.life.isOver) return;
    const [source = '', target = ''] = key.split(':');
    this.#time += 1;
    const startedAt = this.#time;
    const entry = { key, note, startedAt, endedAt: Number.POSITIVE_INFINITY };
    const index = this.ledger.push(entry) - 1;
    const ends = { source: Number(source), target };
    const written = living.director
      .write(note === undefined ? { kind: 'delete', ...ends } : { ...ends, properties: { note } })
      .then(
        () => {
          this.#time += 1;
          this.ledger[index] = { ...entry, endedAt: this.#time };
        },
        (error) => {
          this.userErrors.push(error);
          if (!(error instanceof Failure)) throw error;
        },
      );
    await Promise.race([written, this.#deathOf(living)]);
  }

  /** The follower of the old log, up to where the log ends now. There is one: calls take turns. */
  follow(): Promise<void> {
    if (this.#options.debtsAlone === true) return Promise.resolve();
    this.#following = this.#following.then(() => this.#follow());
    return this.#following;
  }

  async #follow(): Promise<void> {
    while (this.#followed < this.legacy.log.length) {
      const change = this.legacy.log[this.#followed];
      if (change === undefined) return;
      const { key, values, version } = change;
      const ends = { source: BigInt(String(key.user_id)), target: String(key.product_id) };
      const note = values?.note;
      const edge =
        values === undefined
          ? { ...ends, version: deletionVersionOf(version), properties: null }
          : { ...ends, version: edgeVersionOf(version), properties: { note: typeof note === 'string' ? note : null } };
      const sent = await this.newSide.send('wish', [edge], 1_000);
      if (sent.kind === 'done') this.#followed += 1;
      else await this.clock.sleep(50);
    }
  }

  async openWayBack(): Promise<void> {
    const { legacy, clock } = this;
    const { breakFeed = same } = this.#options;
    const feed = breakFeed(this.newSide);
    const counts = new Map([['wishers', this.counts]]);
    while (this.#wayBack === undefined) {
      const opened = await unlessUnavailable(() => WayBack.open({ migration: WISH, legacy, counts, feed, clock }));
      if (opened === undefined) await clock.sleep(100);
      this.#wayBack = opened;
    }
  }

  async closeWayBack(): Promise<void> {
    const wayBack = this.#wayBack;
    this.#wayBack = undefined;
    await wayBack?.[Symbol.asyncDispose]();
  }

  /** Moves the truth of all buckets below `newBuckets` to the new side, and of the others back. */
  async move(newBuckets: number): Promise<void> {
    const { revision } = this.legacy.map;
    const marker = await this.newSide.close(fenceAlias('wish', revision));
    await this.#caughtUp(marker);
    for (;;) {
      if (!this.#options.hasFollower) await this.#debtsPaid();
      const settled = await unlessUnavailable(async () => {
        await using hold = await this.legacy.hold();
        if (this.#options.hasFollower) await this.follow();
        // What is in doubt is found out by asking the old side, which is held.
        else if (!(await this.#owedPaid())) return undefined;
        this.newSide.names.add(fenceAlias('wish', revision + 1));
        // Without the await it would be released first.
        return await hold.settle(newBuckets);
      });
      if (settled !== undefined) return;
      await this.clock.sleep(100);
    }
  }

  /** Heals everything, and lets it come to rest. */
  async rest(): Promise<void> {
    this.legacy.isUp = true;
    this.newSide.isUp = true;
    for (const [place, living] of this.directors.entries()) {
      if (living?.life.isOver) await this.openDirector(place, living.disk.kill());
    }
    await this.#debtsPaid();
    if (this.#options.hasFollower) await this.follow();
    if (this.#wayBack === undefined) await this.openWayBack();
    await this.#caughtUp(await this.newSide.close('nothing'));
    await this.#wayBack?.recount('target', TARGETS);
    await this.closeWayBack();
    for (const { director } of this.directors) await director[Symbol.asyncDispose]();
  }

  /** WISH-07, WISH-19: both sides hold the same, no acknowledged write is lost, and counts are a recount. */
  check(): void {
    const legacy = new Map([...this.legacy.rows].map(([key, { values }]) => [key, values?.note ?? null]));
    const active = [...this.newSide.states].filter(([, state]) => state.active);
    const target = new Map(active.map(([key, state]) => [key, state.properties[0]?.value ?? null]));
    assert.deepEqual([...target].sort(), [...legacy].sort(), 'both sides hold the same');
    for (const key of new Set(this.ledger.map((write) => write.key))) this.#checkKey(key, legacy);
    for (const [key, state] of active) {
      assert.equal(state.version >> 1n, this.legacy.rows.get(key)?.version, `versions of ${key}`);
    }
    const counted = new Map<string, bigint>();
    for (const key of legacy.keys()) {
      const [, product] = JSON.parse(key);
      counted.set(`wishers:${product}`, (counted.get(`wishers:${product}`) ?? 0n) + 1n);
    }
    assert.deepEqual([...this.counts.counts].sort(), [...counted].sort(), 'counts are a recount');
  }

  /** The value that is there was written by a write that no acknowledged one came after. */
  #checkKey(key: string, rows: ReadonlyMap<string, unknown>): void {
    const [source, target] = key.split(':');
    const note = rows.get(JSON.stringify([source, target]));
    const writes = this.ledger.filter((write) => write.key === key);
    const acknowledged = writes.filter(({ endedAt }) => endedAt < Number.POSITIVE_INFINITY);
    const isLast = ({ endedAt }: Ledgered): boolean => !acknowledged.some(({ startedAt }) => startedAt > endedAt);
    const isPossible =
      writes.some((write) => write.note === note && isLast(write)) || (note === undefined && acknowledged.length === 0);
    assert.ok(isPossible, `${key} is ${String(note)} after ${JSON.stringify(writes)}`);
  }

  async #debtsPaid(): Promise<void> {
    while (!(await this.#owedPaid())) await this.clock.sleep(20);
  }

  /** Waits until nobody owes anything; false when somebody is in doubt, or dead. */
  async #owedPaid(): Promise<boolean> {
    for (;;) {
      const reports = this.directors.map(({ director }) => director.report());
      const isOwing = reports.some(({ debt, writes }) => debt.owed + writes.dualUnderWay > 0);
      if (this.directors.some(({ life }) => life.isOver) || reports.some(({ debt }) => debt.doubtful > 0)) return false;
      if (!isOwing) return true;
      await this.clock.sleep(20);
    }
  }

  /** By whichever way back is there: it may be closed and opened again meanwhile. */
  async #caughtUp(position: string): Promise<void> {
    for (;;) {
      const wayBack = this.#wayBack;
      const isThere = await wayBack?.caughtUpTo(position).then(
        () => true,
        () => wayBack === this.#wayBack,
      );
      if (isThere === true) return;
      await this.clock.sleep(20);
    }
  }

  async #deathOf({ life }: LivingDirector): Promise<void> {
    while (!life.isOver) await this.clock.sleep(100);
  }
}

export interface LivingDirector {
  readonly place: number;
  readonly director: Director;
  readonly life: Life;
  readonly disk: MemoryDisk;
}

export const SOURCES = ['1', '2', '3', '4', '5'];
export const TARGETS = ['a', 'b'];

/** Buckets of the sources, so that moves part them. */
export function bucketsOfSources(): readonly number[] {
  return SOURCES.map(bucketOfText).sort((a, b) => a - b);
}

/** The table handle of directors whose reads go nowhere. */
const UNREACHABLE = new ActionbaseClient({
  url: 'http://nowhere.test',
  fetch: async () => {
    throw new TypeError('nothing is there');
  },
});

/** A clock that is ahead of the others. */
class SkewedClock {
  readonly #clock: ManualClock;
  readonly #aheadMs: number;

  constructor(clock: ManualClock, aheadMs: number) {
    this.#clock = clock;
    this.#aheadMs = aheadMs;
  }

  nowMs(): number {
    return this.#clock.nowMs() + this.#aheadMs;
  }

  monotonicMs(): number {
    return this.#clock.monotonicMs();
  }

  sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    return this.#clock.sleep(durationMs, signal);
  }
}

function same<T>(value: T): T {
  return value;
}

async function unlessUnavailable<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Failure && error.kind.retry === 'later') return undefined;
    throw error;
  }
}
