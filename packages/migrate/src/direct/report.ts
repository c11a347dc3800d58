import type { Gates } from '../declare/migration.ts';
import type { DebtStatus } from './debt-queue.ts';
import type { WriteFigures } from './direct-writes.ts';
import type { HotKey } from './hot-keys.ts';
import { addLatencies, quantileMs } from './latencies.ts';
import type { ReadReport, ShadowMismatch } from './read-figures.ts';
import type { DirectStage } from './settings.ts';
import type { TruthStatus } from './truth-keeper.ts';

/**
 * How one director stands, as plain data: what the coordinator reads of each process of the application. Kept as
 * `report.json` in the director's folder, and given to `onReport`.
 */
export interface DirectReport {
  readonly format: 1;
  /** The director's own name, the same over restarts on one folder. */
  readonly director: string;
  readonly migration: string;
  readonly atMs: number;
  /** Since when the figures of writes count. */
  readonly sinceMs: number;
  readonly stage: DirectStage;
  readonly revision: number;
  readonly newBuckets: number;
  readonly truth: TruthStatus | null;
  readonly debt: DebtStatus;
  readonly writes: WriteFigures & { readonly waiting: number };
  /** Since when the figures of reads count: they begin anew with each round. */
  readonly readsSinceMs: number;
  readonly reads: readonly ReadReport[];
  readonly mismatches: readonly ShadowMismatch[];
}

/** What the shadow phase has shown of one kind of reads, over all directors. */
export interface KindVerdict {
  readonly name: string;
  readonly readsPerS: number;
  readonly compared: number;
  readonly legacyP50Ms: number | null;
  readonly legacyP99Ms: number | null;
  readonly newP50Ms: number | null;
  readonly newP99Ms: number | null;
  readonly errors: number;
  readonly dropped: number;
  readonly races: number;
  readonly mismatches: number;
  /** Share of compared reads that were wrong; share of the truth's reads that differed from themselves. */
  readonly mismatchShare: number;
  readonly noiseShare: number;
  /** The keys that were asked for most, of all directors. */
  readonly hotKeys: readonly HotKey[];
}

/** Keys that a verdict lists per kind of reads. */
const HOT_KEYS_SHOWN = 3;

/** Whether the new side carries the real traffic (WISH-23). */
export interface ShadowVerdict {
  readonly isFit: boolean;
  /** Why not; empty when it is. */
  readonly reasons: readonly string[];
  readonly kinds: readonly KindVerdict[];
  readonly mismatches: readonly ShadowMismatch[];
}

/** The verdict of the shadow phase from the reports of all directors, by the gates of the migration. */
export function shadowVerdict(reports: readonly DirectReport[], gates: Gates): ShadowVerdict {
  const byName = new Map<string, ReadReport[]>();
  for (const { reads } of reports) for (const read of reads) push(byName, read);
  const seconds = Math.max(...reports.map(({ atMs, readsSinceMs }) => (atMs - readsSinceMs) / 1_000), 0.001);
  const kinds = [...byName.values()].map((reads) => kindVerdict(reads, seconds));
  const compared = kinds.reduce((sum, kind) => sum + kind.compared, 0);
  const reasons = kinds.flatMap((kind) => problemsOf(kind, gates));
  if (compared < gates.shadowReads)
    reasons.unshift(`${compared} shadow reads were compared, ${gates.shadowReads} are needed`);
  const mismatches = reports.flatMap((report) => report.mismatches);
  return { isFit: reasons.length === 0, reasons, kinds, mismatches };
}

function problemsOf(kind: KindVerdict, gates: Gates): string[] {
  const { name, mismatches, mismatchShare, noiseShare, newP99Ms, errors, compared, dropped } = kind;
  const problems: string[] = [];
  // Races were told apart by reading again, so noise is no excuse for what stayed different: it is shown, not taken off.
  if (mismatchShare > gates.shadowMismatchShareMax) {
    problems.push(`${name}: ${mismatches} of ${compared} answers are wrong (noise of races: ${noiseShare.toFixed(4)})`);
  }
  if (newP99Ms !== null && newP99Ms > gates.shadowP99MsMax) {
    problems.push(`${name}: p99 of the new side is ${newP99Ms} ms, ${gates.shadowP99MsMax} ms are allowed`);
  }
  if (errors > 0) problems.push(`${name}: ${errors} shadow reads failed`);
  if (dropped > 0) problems.push(`${name}: ${dropped} shadow reads were dropped, because too many were under way`);
  return problems;
}

function kindVerdict(reads: readonly ReadReport[], seconds: number): KindVerdict {
  const sum = (of: (read: ReadReport) => number): number => reads.reduce((total, read) => total + of(read), 0);
  const legacyMs = reads.map((read) => read.legacyMs).reduce(addLatencies, []);
  const newMs = reads.map((read) => read.newMs).reduce(addLatencies, []);
  const mismatches = sum((read) => read.mismatches);
  const compared = sum((read) => read.equal + read.races + read.unsettled + read.mismatches);
  const noiseCompared = sum((read) => read.noiseCompared);
  return {
    name: reads[0]?.name ?? '',
    readsPerS: Math.round((sum((read) => read.legacyReads + read.newReads) / seconds) * 10) / 10,
    compared,
    legacyP50Ms: quantileMs(legacyMs, 0.5),
    legacyP99Ms: quantileMs(legacyMs, 0.99),
    newP50Ms: quantileMs(newMs, 0.5),
    newP99Ms: quantileMs(newMs, 0.99),
    errors: sum((read) => read.errors),
    dropped: sum((read) => read.dropped),
    races: sum((read) => read.races),
    mismatches,
    mismatchShare: compared === 0 ? 0 : mismatches / compared,
    noiseShare: noiseCompared === 0 ? 0 : sum((read) => read.noiseDiffered) / noiseCompared,
    hotKeys: hotKeysOf(reads),
  };
}

function hotKeysOf(reads: readonly ReadReport[]): HotKey[] {
  const byKey = new Map<string, HotKey>();
  for (const { key, count, over } of reads.flatMap(({ hotKeys }) => hotKeys)) {
    const known = byKey.get(key);
    byKey.set(key, { key, count: count + (known?.count ?? 0), over: over + (known?.over ?? 0) });
  }
  return [...byKey.values()].sort((a, b) => b.count - a.count).slice(0, HOT_KEYS_SHOWN);
}

function push(byName: Map<string, ReadReport[]>, read: ReadReport): void {
  const known = byName.get(read.name);
  if (known === undefined) byName.set(read.name, [read]);
  else known.push(read);
}
