import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import type { ActionbaseClient } from '@actionbase/client';
import { BUCKETS } from '@actionbase/core/digest/row-digest';
import { Failure } from '@actionbase/core/failure';
import type { Clock } from '@actionbase/ports/clock';
import type { LegacyCounts, LegacySource, LegacyStore } from '@actionbase/ports/legacy';
import { endOfFeed } from '../back/end-of-feed.ts';
import type { NewFeed } from '../back/new-feed.ts';
import { WayBack } from '../back/way-back.ts';
import { Copier, type CopyProgress } from '../copy/copier.ts';
import type { Loader } from '../copy/loader.ts';
import { allObstacles } from '../declare/all-obstacles.ts';
import type { Migration } from '../declare/migration.ts';
import { RowMapping } from '../declare/row-mapping.ts';
import { type ShadowVerdict, shadowVerdict } from '../direct/report.ts';
import { printSettings } from '../direct/settings.ts';
import { ChainedFile } from '../evidence/chained-file.ts';
import { migrateFailures } from '../failures.ts';
import { Follower } from '../follow/follower.ts';
import { dirtyAtMs } from '../prove/findings.ts';
import type { NewTable } from '../prove/new-table.ts';
import { Prover, type WindowResult } from '../prove/prover.ts';
import type { Checkpoint } from '../send/checkpoint.ts';
import type { EdgeSender } from '../send/edge-sender.ts';
import { Journal } from '../stages/journal.ts';
import type { JournalStamp } from '../stages/journal-state.ts';
import { missingFor, planMove, type StageCommand, type StagePlace } from '../stages/plan-move.ts';
import { printCommand } from '../stages/print-command.ts';
import { compareStages, nextStage } from '../stages/stage.ts';
import type { StageFacts } from '../stages/stage-facts.ts';
import { AliasFences } from './alias-fences.ts';
import { type Beginning, openBeginning } from './beginning.ts';
import { REPORT_AGE_MS_MAX, readReports } from './director-reports.ts';
import { inTime } from './in-time.ts';
import { type MigrationStatus, waitsFor } from './migration-status.ts';
import { finishMove, type MoveParts, moveTruth } from './move.ts';
import { type Pass, type ProofPace, runProof, type Verification, verifyAll } from './proof-loop.ts';
import { type ShadowShares, settingsOfStage } from './settings-of-stage.ts';

export interface CoordinatorParts {
  readonly migration: Migration;
  /** Journal, evidence and checkpoints: of this process alone, which holds its lock. */
  readonly directory: string;
  /** Where the directors have their folders. */
  readonly directors: string;
  readonly source: LegacySource;
  readonly store: LegacyStore;
  /** Caches of counts that the old side serves, by the names of the declaration. */
  readonly counts: ReadonlyMap<string, LegacyCounts>;
  readonly client: ActionbaseClient;
  readonly feed: NewFeed;
  readonly newTable: NewTable;
  readonly loader: Loader;
  readonly sender: EdgeSender;
  readonly checkpoint: (name: string) => Checkpoint;
  readonly clock: Clock;
  /** Days and windows pass by this clock: another one in a rehearsal, where months take minutes. */
  readonly calendarMs: () => number;
  readonly pace: ProofPace;
  readonly shares: ShadowShares;
  /** Signs the evidence. */
  readonly key: KeyObject | undefined;
  /** Gets a line of text for people when something happens. */
  readonly onEvent: (text: string) => void;
}

/** What an order has done. */
export interface OrderResult {
  readonly stage: string;
  readonly movedPercent: number;
  /** How long writes were held, when keys have moved. */
  readonly stallMs: number | null;
}

/** Vertices whose counts are set by one call, before the first move. */
const RECOUNT_STARTS = 500;

/**
 * Runs a migration: copies, follows, proves, keeps the way back, and moves the truth when it is told to. Everything that it
 * decides is in its journal, so that after a crash it goes on where it was; the application goes on without it meanwhile.
 */
export class Coordinator implements AsyncDisposable {
  readonly #parts: CoordinatorParts;
  readonly #journal: Journal;
  readonly #evidence: ChainedFile;
  readonly #prover: Prover;
  readonly #fences: AliasFences;
  readonly #stopping = new AbortController();
  readonly #lanes = new Set<Promise<void>>();
  readonly #failures = new Map<string, string>();
  #copy: CopyProgress | undefined;
  #follower: Follower | undefined;
  #wayBack: WayBack | undefined;
  #beginning: Beginning | undefined;
  #obstacles: readonly string[] = [];
  #isProving = false;
  #windows = 0;
  #lastWindow: WindowResult | null = null;
  #ordering: Promise<unknown> = Promise.resolve();
  /** What was told last of something that is tried again and again. */
  #toldRetry = '';

  private constructor(
    parts: CoordinatorParts,
    files: { journal: Journal; evidence: ChainedFile; cleanSinceMs: number },
  ) {
    this.#parts = parts;
    this.#journal = files.journal;
    this.#evidence = files.evidence;
    const { migration, source, newTable, counts, clock, calendarMs, client } = parts;
    this.#fences = new AliasFences(client, migration.to);
    this.#prover = new Prover({
      migration,
      legacy: source,
      newTable,
      counts,
      evidence: files.evidence,
      versionMin: () => this.#beginning?.versionMin,
      nowMs: calendarMs,
      monotonicMs: () => clock.monotonicMs(),
      cleanSinceMs: files.cleanSinceMs,
      sleep: (ms) => clock.sleep(ms, this.#stopping.signal),
    });
  }

  /** Goes on where the journal ends: a move that was cut off is finished or undone first. */
  static async open(parts: CoordinatorParts): Promise<Coordinator> {
    const { directory, store, migration, calendarMs } = parts;
    const journal = await Journal.open(join(directory, 'journal.jsonl'));
    let cleanSinceMs = journal.state.lastIncidentMs ?? Number.NEGATIVE_INFINITY;
    const evidence = await ChainedFile.open(
      join(directory, 'evidence.jsonl'),
      (body) => {
        cleanSinceMs = Math.max(cleanSinceMs, dirtyAtMs(body, cleanSinceMs));
      },
      parts.key,
    );
    const since = Number.isFinite(cleanSinceMs) ? cleanSinceMs : calendarMs();
    const coordinator = new Coordinator(parts, { journal, evidence, cleanSinceMs: since });
    if (journal.state.place.stage === 'retired') return coordinator;
    await store.prepare(migration.name);
    const ended = await finishMove(coordinator.#moveParts(), coordinator.#stampOf('actionbase', 'found at the start'));
    if (ended !== undefined) parts.onEvent(`A move of keys that was cut off is ${ended}.`);
    if (compareStages(journal.state.place.stage, 'dual') >= 0) await coordinator.#begin();
    await coordinator.#announce();
    await coordinator.#plan();
    await coordinator.#runLanes();
    return coordinator;
  }

  async status(): Promise<MigrationStatus> {
    const { migration } = this.#parts;
    const { place, stageSinceMs, revision } = this.#journal.state;
    const [facts, shadow] = await this.#facts();
    const missing = missingFor(place, migration.gates, facts) ?? [];
    const failures = [...this.#failures].map(([lane, reason]) => `${lane} has ended: ${reason}`);
    const { rows = 0, rowsAbout = 0, rowsPerS = 0, isDone = false } = this.#copy ?? {};
    const etaS = isDone || rowsPerS === 0 ? null : Math.max(0, Math.round((rowsAbout - rows) / rowsPerS));
    return {
      migration: migration.name,
      stage: place.stage,
      stageSinceMs,
      movedPercent: percentOf(place),
      revision,
      waitsFor: waitsFor(place.stage, missing, failures),
      missing,
      next: nextStage(place.stage) ?? null,
      copy: { rows, rowsAbout, rowsPerS, isDone, etaS },
      follower: facts.follower,
      backUp: facts.backUp,
      debts: facts.debts,
      windows: { closed: this.#windows, clean: facts.proof.cleanWindows, last: this.#lastWindow },
      proofCost: this.#prover.cost,
      mismatches: this.#prover.openMismatches,
      shadow: shadow ?? null,
      failures,
    };
  }

  /** Every entry of the journal, the oldest first. */
  get journal(): Journal['entries'] {
    return this.#journal.entries;
  }

  /** Looks now at everything, or at some of it. Failure `stage-refused` before stage caught-up and after the retirement. */
  async verify(only?: readonly Pass[]): Promise<Verification> {
    const { stage } = this.#journal.state.place;
    if (!this.#isProving)
      throw new Failure(migrateFailures['stage-refused'], `in stage ${stage} both sides are not compared`);
    return verifyAll({
      prover: this.#prover,
      countsAreKept: this.#wayBack !== undefined,
      monotonicMs: () => this.#parts.clock.monotonicMs(),
      only,
    });
  }

  /** Writes down that something went wrong that no check has found. */
  async incident(what: string, who: string): Promise<void> {
    this.#prover.incident();
    await this.#journal.write({ ...this.#stampOf(who, what), kind: 'incident', what });
  }

  /** Carries out an order, or refuses it with every reason: Failure `stage-refused`. One at a time. */
  order(command: StageCommand, who: string, why: string): Promise<OrderResult> {
    const done = this.#ordering.then(() => this.#order(command, this.#stampOf(who, why)));
    this.#ordering = done.catch(() => undefined);
    return done;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort(new Error('the migration was stopped'));
    await this.#ordering;
    await this.#wayBack?.[Symbol.asyncDispose]();
    await Promise.all(this.#lanes);
    await this.#prover[Symbol.asyncDispose]();
    await this.#journal[Symbol.asyncDispose]();
    await this.#evidence[Symbol.asyncDispose]();
  }

  async #order(command: StageCommand, stamp: JournalStamp): Promise<OrderResult> {
    const { migration } = this.#parts;
    // A move that failed while a side was away could not be undone then.
    await finishMove(this.#moveParts(), stamp);
    const { place } = this.#journal.state;
    if (place.stage === 'planned') await this.#plan();
    const [facts, shadow] = await this.#facts();
    const plan = planMove(place, command, migration.gates, facts);
    if (plan.kind === 'refuse') {
      const { reasons } = plan;
      await this.#journal.write({ ...stamp, kind: 'refused', command: printCommand(command), reasons });
      if (place.stage === 'shadow') await this.#announce();
      throw new Failure(migrateFailures['stage-refused'], reasons.join('; '));
    }
    if (plan.place.stage === 'dual') await this.#begin();
    if (plan.place.stage === 'ramp' && place.stage === 'shadow') {
      await this.#evidence.append({ kind: 'shadow', atMs: stamp.atMs, verdict: shadow });
      await this.#prepareMoves();
    }
    const stallMs = plan.place.newBuckets === place.newBuckets ? null : await this.#move(plan.place, stamp);
    if (stallMs === null)
      await this.#journal.write({
        ...stamp,
        kind: 'stage',
        stage: plan.place.stage,
        evidence: this.#evidence.lastHash,
      });
    await this.#announce();
    if (plan.place.stage === 'retired') await this.#endLanes();
    else await this.#runLanes();
    this.#parts.onEvent(`Stage ${plan.place.stage}, ${percentOf(plan.place)} % of the keys have moved.`);
    return { stage: plan.place.stage, movedPercent: percentOf(plan.place), stallMs };
  }

  async #move(place: StagePlace, stamp: JournalStamp): Promise<number> {
    const { stallMs } = await moveTruth(this.#moveParts(), { place, evidence: this.#evidence.lastHash, stamp });
    return stallMs;
  }

  #moveParts(): MoveParts {
    const { store, migration, clock, source, client } = this.#parts;
    return {
      journal: this.#journal,
      approach: async () => {
        const [end, feedEnd] = await Promise.all([source.position(), endOfFeed(client)]);
        await Promise.all([this.#forwardReached(end), this.#backReached(feedEnd)]);
      },
      hold: () => store.hold(migration.name),
      fences: this.#fences,
      forwardReached: (position) => this.#forwardReached(position),
      backReached: (position) => this.#backReached(position),
      monotonicMs: () => clock.monotonicMs(),
    };
  }

  async #forwardReached(position: Parameters<Follower['caughtUpTo']>[0]): Promise<void> {
    const follower = this.#follower;
    if (follower === undefined) throw new Failure(migrateFailures['stage-refused'], 'the follower does not run');
    await this.#inTime(follower.caughtUpTo(position), 'the follower');
  }

  async #backReached(position: string): Promise<void> {
    if (this.#wayBack !== undefined) await this.#inTime(this.#wayBack.caughtUpTo(position), 'the way back');
  }

  #inTime(work: Promise<void>, name: string): Promise<void> {
    return inTime(work, name, this.#parts.clock);
  }

  /** The way back runs, and the counts that the old side serves are those of the new side, before the first key moves. */
  async #prepareMoves(): Promise<void> {
    await this.#openWayBack();
    const { migration, source, counts } = this.#parts;
    const mapping = new RowMapping(migration.edge);
    for (const declared of migration.counts) {
      const starts = new Set<string>();
      const field = declared.of === 'source' ? mapping.sourceField : mapping.targetField;
      for await (const page of source.countBy({ table: migration.from, field }))
        for (const start of page.counts.keys()) starts.add(start);
      for await (const page of counts.get(declared.name)?.scan() ?? []) {
        for (const key of page.keys())
          if (key.startsWith(declared.prefix)) starts.add(key.slice(declared.prefix.length));
      }
      const all = [...starts];
      for (let at = 0; at < all.length; at += RECOUNT_STARTS) {
        await this.#wayBack?.recount(declared.of, all.slice(at, at + RECOUNT_STARTS));
      }
    }
  }

  async #openWayBack(): Promise<void> {
    if (this.#wayBack !== undefined) return;
    const { migration, store, counts, feed, clock, client } = this.#parts;
    this.#wayBack = await WayBack.open({
      migration,
      legacy: store,
      counts,
      feed,
      clock,
      from: await endOfFeed(client),
    });
  }

  /** Tells directors the stage. */
  async #announce(): Promise<void> {
    const { store, migration, shares } = this.#parts;
    const settings = settingsOfStage(this.#journal.state.place.stage, shares, migration.forwardOnly);
    // What was refused once is looked at anew: figures of before are those of another world.
    const round = this.#journal.entries.filter(({ kind }) => kind === 'refused' || kind === 'stage').length;
    await store.announce(migration.name, printSettings({ ...settings, round }));
  }

  async #plan(): Promise<void> {
    const { source, migration, client } = this.#parts;
    const { database, table } = migration.to;
    const description = await source.describe(migration.from);
    this.#obstacles = allObstacles(migration, description, await client.tables.get(database, table));
  }

  /** Nothing touches the old side any more. */
  async #endLanes(): Promise<void> {
    this.#stopping.abort(new Error('the old side was retired'));
    await this.#wayBack?.[Symbol.asyncDispose]();
    await Promise.all(this.#lanes);
    this.#isProving = false;
    await this.#prover[Symbol.asyncDispose]();
  }

  /** Begins what the present stage needs and does not run yet. */
  async #runLanes(): Promise<void> {
    const { stage } = this.#journal.state.place;
    if (compareStages(stage, 'dual') < 0 || stage === 'retired') return;
    if (this.#follower === undefined) await this.#startFollowing();
    // After a rollback too: the batch is off, and the counts that the old side serves come this way.
    const hasRamped = this.#journal.entries.some((entry) => entry.kind === 'stage' && entry.stage === 'ramp');
    if (hasRamped) await this.#openWayBack();
    const isReady = compareStages(stage, 'caught-up') >= 0;
    if (isReady && !this.#isProving) {
      this.#isProving = true;
      this.#runLane('the proof', (signal) => this.#prove(signal));
    }
  }

  async #startFollowing(): Promise<void> {
    const { migration, source, loader, sender, checkpoint, clock, onEvent } = this.#parts;
    const { position: from, versionMin } = await this.#begin();
    this.#follower = new Follower({
      migration,
      source,
      sender,
      checkpoint: checkpoint('follow'),
      from,
      versionMin,
      clock,
      onWaiting: (text) => this.#tellRetry(`The follower waits for ${text}`),
    });
    const follower = this.#follower;
    this.#runLane('the follower', (signal) => follower.run(signal));
    if (migration.forwardOnly) return;
    const copier = new Copier({
      migration,
      source,
      loader,
      checkpoint: checkpoint('copy'),
      clock,
      onProgress: (progress) => {
        this.#copy = progress;
      },
    });
    this.#runLane('the copy', async (signal) => {
      this.#copy = await copier.run(signal);
      if (this.#copy.isDone) onEvent(`The copy is done: ${this.#copy.rows} rows.`);
    });
  }

  /** Fixed before directors are told to write to both sides. */
  async #begin(): Promise<Beginning> {
    this.#beginning ??= await openBeginning(this.#parts);
    return this.#beginning;
  }

  #prove(signal: AbortSignal): Promise<void> {
    const { pace, clock, onEvent } = this.#parts;
    return runProof(
      {
        prover: this.#prover,
        pace,
        clock,
        countsAreKept: () => this.#wayBack !== undefined,
        onWindow: (window) => {
          this.#windows += 1;
          this.#lastWindow = window;
          for (const { text } of window.mismatches) onEvent(`Mismatch: ${text}`);
        },
        onPass: ({ mismatches }) => {
          for (const { text } of mismatches) onEvent(`Mismatch: ${text}`);
        },
        onFailure: (error) => this.#tellRetry(`The proof tries again: ${messageOf(error)}`),
      },
      signal,
    );
  }

  #runLane(name: string, work: (signal: AbortSignal) => Promise<void>): void {
    const { signal } = this.#stopping;
    const lane = work(signal).catch((error: unknown) => {
      if (signal.aborted) return;
      this.#failures.set(name, messageOf(error));
      this.#parts.onEvent(`${name} has ended: ${messageOf(error)}`);
    });
    this.#lanes.add(lane);
  }

  async #facts(): Promise<readonly [facts: StageFacts, shadow: ShadowVerdict | undefined]> {
    const { migration, clock, directors, calendarMs, source } = this.#parts;
    const follower = this.#follower;
    const reports = await readReports(directors, migration.name);
    const lag = follower === undefined ? undefined : await follower.lag().catch(() => undefined);
    const isDone = migration.forwardOnly || this.#copy?.isDone === true;
    const end = this.#copy?.through;
    const hasPassedCopy =
      follower !== undefined && isDone && (end === undefined || source.rank(follower.position) >= source.rank(end));
    const hasShadowed = reports.some(({ reads }) => reads.length > 0);
    const shadow = hasShadowed ? shadowVerdict(reports, migration.gates) : undefined;
    const facts: StageFacts = {
      nowMs: calendarMs(),
      obstacles: this.#obstacles,
      copy: { isDone, rows: this.#copy?.rows ?? 0 },
      follower: {
        isRunning: follower !== undefined && !this.#failures.has('the follower'),
        hasPassedCopy,
        lagMs: lag?.ms ?? Number.MAX_SAFE_INTEGER,
      },
      debts: reports.reduce((sum, { debt }) => sum + debt.owed + debt.doubtful + debt.refused, 0),
      silentDirectors: reports
        .filter(({ atMs }) => clock.nowMs() - atMs > REPORT_AGE_MS_MAX)
        .map(({ director }) => director),
      proof: this.#prover.facts,
      shadow,
      backUp: {
        isRunning: this.#wayBack !== undefined && this.#wayBack.status.ended === null,
        lagMs: this.#wayBack?.status.lagMs ?? 0,
      },
    };
    return [facts, shadow];
  }

  /** Tells of what is tried again once, not each time. */
  #tellRetry(text: string): void {
    if (text !== this.#toldRetry) this.#parts.onEvent(text);
    this.#toldRetry = text;
  }

  #stampOf(who: string, why: string): JournalStamp {
    return { atMs: this.#parts.calendarMs(), who, why };
  }
}

function percentOf({ newBuckets }: StagePlace): number {
  return (newBuckets * 100) / BUCKETS;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
