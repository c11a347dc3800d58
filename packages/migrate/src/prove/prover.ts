import { BUCKETS } from '@actionbase/core/digest/row-digest';
import { invariant } from '@actionbase/core/failure';
import type { DigestSum, LegacyCounts, LegacySource, LegacyTransaction } from '@actionbase/ports/legacy';
import { orderOfPosition } from '../back/feed-record.ts';
import type { Migration } from '../declare/migration.ts';
import { RowMapping } from '../declare/row-mapping.ts';
import type { ChainedFile } from '../evidence/chained-file.ts';
import { printSum, printSums } from '../evidence/print-sums.ts';
import type { ProofFacts } from '../stages/stage-facts.ts';
import { compareCounts } from './compare-counts.ts';
import { DigestSums, sameDigest } from './digest-sums.ts';
import { type DrillDownParts, drillDown } from './drill-down.ts';
import { Findings } from './findings.ts';
import { type FoldedFeed, foldBucket, foldFeed } from './fold-feed.ts';
import { LegacyReader } from './legacy-reader.ts';
import { diffRows, type Mismatch } from './mismatch.ts';
import type { NewTable } from './new-table.ts';
import { RecentKeys } from './recent-keys.ts';
import { bucketOf, printKey, textsOfEdge } from './row-texts.ts';
import { changeOfRecord, changesOfRow, digestOfChange } from './side-change.ts';
import { differing, type StoredDigests, storedMismatch, ZERO } from './stored-digests.ts';

export interface ProverParts {
  readonly migration: Migration;
  readonly legacy: LegacySource;
  readonly newTable: NewTable;
  /** Counts that the old side serves, by the names of the declaration; missing ones are not compared. */
  readonly counts?: ReadonlyMap<string, LegacyCounts> | undefined;
  readonly evidence: ChainedFile;
  /** Asked at the start: rows of the old table below this version are not there; undefined counts all. */
  readonly versionMin?: (() => bigint | undefined) | undefined;
  readonly nowMs: () => number;
  /** Measures what the digests cost. */
  readonly monotonicMs: () => number;
  /** Since when nothing has been wrong, as earlier evidence tells; now when missing. */
  readonly cleanSinceMs?: number | undefined;
  readonly sleep: (ms: number) => Promise<void>;
  /** A row that differs is read again so often, each time after `recheckMs`, before it is a mismatch. */
  readonly rechecks?: number | undefined;
  readonly recheckMs?: number | undefined;
}

/** What a window found. */
export interface WindowResult {
  readonly number: number;
  /** Buckets that were equal at a named pair of positions within the window. */
  readonly equal: number;
  /** Buckets that were in motion at every look, for the next window. */
  readonly carried: readonly number[];
  readonly mismatches: readonly Mismatch[];
}

/** What a check of everything found. */
export interface PassResult {
  /** Rows, or records, that were looked at. */
  readonly rows: number;
  readonly mismatches: readonly Mismatch[];
}

/** What keeping digests up to date has taken since the start. */
export interface ProofCost {
  /** Changes of both logs. */
  readonly changes: number;
  /** Time spent on them, milliseconds: mapping, hashing and adding up, without waiting. */
  readonly ms: number;
}

/** A pair of positions at which both sides were compared. */
interface Instant {
  readonly legacy: string;
  readonly new: string;
}

interface BucketProof {
  readonly instant: number;
  readonly legacy: DigestSum;
  readonly new: DigestSum;
}

/** Windows through which a bucket may be carried before its rows are looked at one by one. */
export const CARRY_WINDOWS_MAX = 2;
/** Pairs of positions in one line of evidence. */
export const INSTANTS_MAX = 10_000;
const RECHECKS = 5;
const RECHECK_MS = 200;
/** Before anything was written to the new side: before the first record. */
const NOTHING = 'e0-p0-0-0';

/**
 * Proves, window after window, that both sides hold the same rows.
 *
 * Each side has an additive digest per bucket, kept up from that side's own log, so that a window costs what has changed and not
 * what there is. A bucket is proven when both digests were equal at a named pair of positions. One whose keys were under way at
 * every look is carried to the next window; after some windows its rows are compared one by one. What differs is read again
 * before it is a mismatch, since both sides are never read at one instant.
 *
 * The full pass computes the digests from the rows as they are stored: on each side they must be what its log says, else there is
 * damage below the log. The second path folds the change feed from its first record, and must give the same digests at the same
 * position. Every result is a line of the evidence.
 */
export class Prover implements AsyncDisposable {
  readonly #parts: ProverParts;
  readonly #mapping: RowMapping;
  readonly #legacySums = new DigestSums();
  readonly #newSums = new DigestSums();
  readonly #recent = new RecentKeys();
  readonly #findings: Findings;
  readonly #carriedFor = new Map<number, number>();
  #reader: LegacyReader | undefined;
  #versionMin: bigint | undefined;
  #newPosition = NOTHING;
  #window = 0;
  #instants: Instant[] = [];
  #proven = new Map<number, BucketProof>();
  /** Work on digests goes one after another: pulls, windows, and what passes make of what they have read. */
  #working: Promise<unknown> = Promise.resolve();
  /** Passes over everything go one after another. They read for minutes in a large table: windows go on meanwhile. */
  #passing: Promise<unknown> = Promise.resolve();
  /** A server does one audit at a time, which may take long: windows go on beside it. */
  #deriving: Promise<unknown> = Promise.resolve();
  readonly #cost = { changes: 0, ms: 0 };

  constructor(parts: ProverParts) {
    this.#parts = parts;
    this.#mapping = new RowMapping(parts.migration.edge);
    this.#findings = new Findings(parts.cleanSinceMs ?? parts.nowMs());
  }

  get facts(): ProofFacts {
    return this.#findings.facts;
  }

  get cost(): ProofCost {
    return { ...this.#cost };
  }

  get openMismatches(): readonly Mismatch[] {
    return this.#findings.open;
  }

  /** Something went wrong that no check has found: the period without issues begins anew. */
  incident(): void {
    this.#findings.incident(this.#parts.nowMs());
  }

  /** Begins: computes both sides' digests from the stored rows and follows both logs from there. Takes as long as a full pass. */
  start(): Promise<void> {
    return this.#alone(async () => {
      invariant(this.#reader === undefined, 'a prover is started once');
      const { legacy, migration, sleep } = this.#parts;
      this.#versionMin = this.#parts.versionMin?.();
      const from = await legacy.position();
      this.#newPosition = (await this.#parts.newTable.end()) ?? NOTHING;
      this.#keepHistory();
      this.#reader = new LegacyReader({
        source: legacy,
        table: migration.from,
        from,
        onTransaction: (transaction, rank) => this.#takeTransaction(transaction, rank),
        sleep,
      });
      const stored = await this.#readStored();
      await this.#pullTo(stored.newOrder);
      this.#legacySums.rebase(stored.legacyRank, stored.legacy);
      this.#newSums.rebase(stored.newOrder, stored.new);
      this.#forgetHistory();
      const counted = this.#versionMin === undefined ? {} : { versionMin: String(this.#versionMin) };
      await this.#write('base', {
        ...counted,
        at: stored.at,
        legacy: printSums(stored.legacy),
        new: printSums(stored.new),
      });
    });
  }

  /** Reads the feed on and compares the buckets that this window has not proven yet. Cheap: to be called several times a second. */
  tick(): Promise<void> {
    return this.#alone(async () => {
      await this.#pull();
      this.#compareBuckets();
    });
  }

  /**
   * Ends the window: reads both logs to their present ends, compares, and writes the evidence. One that somebody `asked` for, at no
   * time of its own, does not add to the clean ones.
   */
  closeWindow(cause: 'time' | 'asked' = 'time'): Promise<WindowResult> {
    return this.#alone(async () => {
      await this.#catchUp();
      this.#compareBuckets();
      const carried = this.#carry();
      const mismatches: Mismatch[] = [];
      for (const bucket of carried) {
        if ((this.#carriedFor.get(bucket) ?? 0) > CARRY_WINDOWS_MAX)
          mismatches.push(...(await this.#drillDown(bucket)));
      }
      const isProven = ({ kind, key }: Mismatch): boolean =>
        kind === 'row' && key !== null && !this.#isWaiting(bucketOf(key));
      const wasLookedAt = ({ kind, key }: Mismatch): boolean =>
        kind === 'row' && key !== null && (this.#carriedFor.get(bucketOf(key)) ?? 0) > CARRY_WINDOWS_MAX;
      this.#findings.replace(
        (mismatch) => isProven(mismatch) || wasLookedAt(mismatch),
        mismatches,
        this.#parts.nowMs(),
      );
      if (cause === 'time') this.#findings.endWindow();
      const result = { number: this.#window, equal: this.#proven.size, carried, mismatches };
      await this.#write('window', { ...result, instants: this.#instants, proven: this.#printProven() });
      this.#window += 1;
      this.#instants = [];
      this.#proven = new Map();
      return result;
    });
  }

  /** Computes both sides' digests from the stored rows and compares them with what the logs say. */
  fullPass(): Promise<PassResult> {
    return this.#pass(async () => {
      const stored = await this.#readStored();
      return this.#alone(() => this.#compareStored(stored));
    });
  }

  /**
   * Folds the change feed from its first record and compares it with the digests at the same position. Give a `newTable` of its own
   * to read the feed by another way than this prover does.
   */
  secondPath(newTable: NewTable = this.#parts.newTable): Promise<PassResult> {
    return this.#pass(async () => {
      const folded = await foldFeed(this.#mapping, newTable);
      return this.#alone(() => this.#compareFolded(folded, newTable));
    });
  }

  /**
   * Checks what is derived: on the new side from the states, and, `withCounts`, the counts that the old side serves. Those are as old
   * as their batch, and therefore wrong, until the new side keeps them.
   */
  checkDerived(withCounts: boolean): Promise<PassResult> {
    const done = this.#deriving.then(() => this.#checkDerived(withCounts));
    this.#deriving = done.catch(() => undefined);
    return done;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader?.[Symbol.asyncDispose]();
    await this.#passing;
    await this.#working.catch(() => undefined);
  }

  async #checkDerived(withCounts: boolean): Promise<PassResult> {
    const mismatches: Mismatch[] = [];
    for await (const { id, text, touchedBy } of this.#parts.newTable.audit()) {
      const touched = { legacy: [], new: touchedBy };
      mismatches.push({ kind: 'derived', id: `derived:${id}`, text, key: null, fields: [], touchedBy: touched });
    }
    for (const declared of this.#parts.migration.counts) {
      const counts = this.#parts.counts?.get(declared.name);
      if (withCounts && counts !== undefined)
        mismatches.push(...(await compareCounts({ ...this.#drillParts(), counts }, declared)));
    }
    const isDerived = ({ kind }: Mismatch): boolean => kind === 'derived' || kind === 'count';
    this.#findings.replace(isDerived, mismatches, this.#parts.nowMs());
    await this.#write('derived', { mismatches });
    return { rows: 0, mismatches };
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#working.then(work, work);
    this.#working = done.catch(() => undefined);
    return done;
  }

  /** A pass in its turn: what both logs bring meanwhile is kept, to tell the digests as of the position that it has read. */
  #pass(work: () => Promise<PassResult>): Promise<PassResult> {
    const done = this.#passing.then(async () => {
      await this.#alone(async () => this.#keepHistory());
      try {
        return await work();
      } finally {
        this.#forgetHistory();
      }
    });
    this.#passing = done.catch(() => undefined);
    return done;
  }

  async #compareStored(stored: StoredDigests): Promise<PassResult> {
    await this.#pullTo(stored.newOrder);
    const log = {
      legacy: this.#legacySums.sumsAt(stored.legacyRank),
      new: this.#newSums.sumsAt(stored.newOrder),
    };
    const mismatches: Mismatch[] = [];
    const healed = { legacy: log.legacy.slice(), new: log.new.slice() };
    for (const side of ['legacy', 'new'] as const) {
      for (const bucket of differing(stored[side], log[side])) {
        const rows = await this.#drillDown(bucket);
        mismatches.push(storedMismatch(side, bucket, rows));
        // Both sides hold the same rows, so what is stored is right, and the digest is mended.
        healed[side][bucket] = (rows.length === 0 ? stored : log)[side][bucket] ?? ZERO;
      }
    }
    this.#legacySums.rebase(stored.legacyRank, healed.legacy);
    this.#newSums.rebase(stored.newOrder, healed.new);
    this.#findings.replace(({ kind }) => kind === 'stored', mismatches, this.#parts.nowMs());
    this.#findings.endFullPass(mismatches.length === 0);
    await this.#write('full-pass', {
      at: stored.at,
      stored: { legacy: printSums(stored.legacy), new: printSums(stored.new) },
      log: { legacy: printSums(log.legacy), new: printSums(log.new) },
      mismatches,
    });
    return { rows: stored.new.reduce((sum, { rows }) => sum + rows, 0), mismatches };
  }

  async #compareFolded({ sums, end, records }: FoldedFeed, newTable: NewTable): Promise<PassResult> {
    const order = end === undefined ? 0n : orderOfPosition(end);
    await this.#pullTo(order);
    const expected = this.#newSums.sumsAt(order);
    const folded = expected.map((_, bucket) => sums.at(bucket));
    const mismatches: Mismatch[] = [];
    for (const bucket of differing(folded, expected)) {
      mismatches.push(...(await this.#nameFeedMismatch(newTable, bucket)));
    }
    this.#findings.replace(({ kind }) => kind === 'feed', mismatches, this.#parts.nowMs());
    await this.#write('second-path', {
      end: end ?? null,
      records,
      folded: printSums(folded),
      expected: printSums(expected),
      mismatches,
    });
    return { rows: records, mismatches };
  }

  #takeTransaction({ changes, position }: LegacyTransaction, rank: bigint): void {
    const beganMs = this.#parts.monotonicMs();
    for (const row of changes) {
      for (const change of changesOfRow(this.#mapping, row, this.#versionMin)) {
        this.#legacySums.apply(digestOfChange(change, rank));
        this.#recent.touch('legacy', change.key, position);
      }
    }
    this.#addCost(changes.length, beganMs);
  }

  /** Reads the change feed up to its present end. */
  async #pull(): Promise<void> {
    const lines = this.#parts.newTable.changes(this.#newPosition === NOTHING ? undefined : this.#newPosition);
    for (;;) {
      const { done, value } = await lines.next();
      if (done === true) {
        this.#newPosition = value ?? this.#newPosition;
        return;
      }
      const beganMs = this.#parts.monotonicMs();
      const change = changeOfRecord(this.#mapping, value);
      if (change !== undefined) {
        this.#newSums.apply(digestOfChange(change, orderOfPosition(value.position)));
        this.#recent.touch('new', change.key, value.position);
      }
      this.#addCost(1, beganMs);
      this.#newPosition = value.position;
    }
  }

  #addCost(changes: number, beganMs: number): void {
    this.#cost.changes += changes;
    this.#cost.ms += this.#parts.monotonicMs() - beganMs;
  }

  async #pullTo(order: bigint): Promise<void> {
    while (orderOfPosition(this.#newPosition) < order) await this.#pull();
  }

  /** Reads both logs to their present ends, the old side's first: what it has must then be on the new side, or under way. */
  async #catchUp(): Promise<void> {
    const { legacy } = this.#parts;
    await this.#startedReader().reached(legacy.rank(await legacy.position()));
    await this.#pull();
  }

  #compareBuckets(): void {
    if (this.#instants.length >= INSTANTS_MAX) return;
    const instant = this.#instants.length;
    let isUsed = false;
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      if (this.#proven.has(bucket)) continue;
      const [left, right] = [this.#legacySums.at(bucket), this.#newSums.at(bucket)];
      if (!sameDigest(left, right)) continue;
      this.#proven.set(bucket, { instant, legacy: left, new: right });
      isUsed = true;
    }
    if (isUsed) this.#instants.push({ legacy: this.#startedReader().position, new: this.#newPosition });
  }

  /** The buckets that this window has not proven; counts for how many windows. */
  #carry(): number[] {
    const carried: number[] = [];
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      if (this.#proven.has(bucket)) this.#carriedFor.delete(bucket);
      else {
        this.#carriedFor.set(bucket, (this.#carriedFor.get(bucket) ?? 0) + 1);
        carried.push(bucket);
      }
    }
    return carried;
  }

  #isWaiting(bucket: number): boolean {
    return this.#carriedFor.has(bucket);
  }

  async #readStored(): Promise<StoredDigests> {
    const { legacy, newTable, migration } = this.#parts;
    const [left, right] = await Promise.all([
      legacy.digest({
        table: migration.from,
        fields: this.#mapping.digestFields,
        versionMin: this.#mapping.countedFrom(this.#versionMin),
      }),
      newTable.digest(),
    ]);
    const legacyRank = legacy.rank(left.position);
    const newOrder = orderOfPosition(right.position);
    await this.#startedReader().reached(legacyRank);
    const at = { legacy: left.position, new: right.position };
    return { at, legacyRank, newOrder, legacy: left.sums, new: right.sums };
  }

  #drillDown(bucket: number): Promise<Mismatch[]> {
    return drillDown(this.#drillParts(), bucket);
  }

  #drillParts(): DrillDownParts {
    const { migration, legacy, newTable, sleep, rechecks = RECHECKS, recheckMs = RECHECK_MS } = this.#parts;
    const [mapping, recent, versionMin] = [this.#mapping, this.#recent, this.#versionMin];
    return { migration, legacy, newTable, sleep, rechecks, recheckMs, mapping, recent, versionMin };
  }

  /** Which rows of a bucket the folded feed has otherwise than the store. */
  async #nameFeedMismatch(newTable: NewTable, bucket: number): Promise<Mismatch[]> {
    const folded = await foldBucket(this.#mapping, newTable, bucket);
    const stored = (await this.#parts.newTable.edgesOf(bucket)).map((edge) => textsOfEdge(this.#mapping, edge));
    const keys = new Map(diffRows(folded.rows, stored).map(({ key }) => [printKey(key), key]));
    for (const { key } of folded.gaps) keys.set(printKey(key), key);
    const place = { kind: 'feed' } as const;
    if (keys.size === 0) {
      const text = `the change feed folded from its first record gives other rows for bucket ${bucket}`;
      return [{ ...place, id: `feed:${bucket}`, text, key: null, fields: [], touchedBy: { legacy: [], new: [] } }];
    }
    return [...keys.values()].map((key) => {
      const touched = this.#recent.get(key)?.newPosition;
      return {
        ...place,
        id: `feed:${printKey(key)}`,
        text: `${key.source} → ${key.target}: the change feed folded from its first record lacks a change`,
        key,
        fields: [],
        touchedBy: { legacy: [], new: touched === undefined ? [] : [touched] },
      };
    });
  }

  #printProven(): readonly string[] {
    return [...this.#proven].map(
      ([bucket, { instant, legacy, new: other }]) => `${bucket}@${instant}=${printSum(legacy)}=${printSum(other)}`,
    );
  }

  #keepHistory(): void {
    this.#legacySums.keepHistory();
    this.#newSums.keepHistory();
  }

  #forgetHistory(): void {
    this.#legacySums.forgetHistory();
    this.#newSums.forgetHistory();
  }

  #startedReader(): LegacyReader {
    invariant(this.#reader !== undefined, 'a prover is started before it is used');
    return this.#reader;
  }

  #write(kind: string, body: object): Promise<void> {
    return this.#parts.evidence.append({ kind, atMs: this.#parts.nowMs(), ...body });
  }
}
