import type { CopyProgress } from '../copy/copier.ts';
import type { ShadowVerdict } from '../direct/report.ts';
import type { Mismatch } from '../prove/mismatch.ts';
import type { ProofCost, WindowResult } from '../prove/prover.ts';
import { nextStage, type Stage } from '../stages/stage.ts';
import type { StageFacts } from '../stages/stage-facts.ts';

/** How a migration stands, as plain data. */
export interface MigrationStatus {
  readonly migration: string;
  readonly stage: Stage;
  readonly stageSinceMs: number;
  /** Percent of the keys that the new side decides. */
  readonly movedPercent: number;
  readonly revision: number;
  /** In one sentence, what it waits for. */
  readonly waitsFor: string;
  /** What the next stage still asks for; empty when it may be opened. */
  readonly missing: readonly string[];
  readonly next: Stage | null;
  readonly copy: Pick<CopyProgress, 'rows' | 'rowsAbout' | 'rowsPerS' | 'isDone'> & { readonly etaS: number | null };
  readonly follower: StageFacts['follower'];
  readonly backUp: StageFacts['backUp'];
  readonly debts: number;
  readonly windows: { readonly closed: number; readonly clean: number; readonly last: WindowResult | null };
  /** What keeping both sides' digests up to date has taken. */
  readonly proofCost: ProofCost;
  readonly mismatches: readonly Mismatch[];
  /** How the new side carries the real reads; null before any were sent to it. */
  readonly shadow: ShadowVerdict | null;
  /** What runs no more, and why. */
  readonly failures: readonly string[];
}

/** What a migration waits for, in one sentence. */
export function waitsFor(stage: Stage, missing: readonly string[], failures: readonly string[]): string {
  const [failure] = failures;
  if (failure !== undefined) return `It needs help: ${failure}.`;
  const next = nextStage(stage);
  if (next === undefined) return 'It is done: nothing is left to wait for.';
  const [first, ...rest] = missing;
  if (first === undefined) return `It waits for somebody to open stage ${next}.`;
  const more = rest.length === 0 ? '' : `, and ${rest.length} more ${rest.length === 1 ? 'thing' : 'things'}`;
  return `Stage ${next} does not open yet: ${first}${more}.`;
}
