import { setTimeout as pause } from 'node:timers/promises';
import type { OracleComparison } from '../load/compare-with-oracle.ts';
import { check } from '../story-report.ts';
import type { MigrationContext } from './migration-context.ts';
import type { StoryFigures } from './story-figures.ts';
import type { TrafficPace } from './traffic.ts';

/** What the steps work with. */
export interface Chapter {
  readonly context: MigrationContext;
  readonly figures: StoryFigures;
  /** Ends the present writers and readers, adds up what they saw as a phase, and begins new ones. */
  readonly turnTraffic: (phase: string, pace?: TrafficPace) => Promise<void>;
  /** Users only read while `work` runs. */
  readonly withoutWrites: <T>(work: () => Promise<T>) => Promise<T>;
  /** Nobody writes or reads while `work` runs: the application itself is started again. */
  readonly inSilence: <T>(work: () => Promise<T>) => Promise<T>;
  readonly advance: (stage: string) => Promise<void>;
}

/** Fails when an answer is not the oracle's; what is missing of acknowledged writes is lost. */
export function requireEqual(
  figures: StoryFigures,
  id: string,
  { differencesTotal, differences }: OracleComparison,
): void {
  figures.lostWrites += differencesTotal;
  check(
    differencesTotal === 0,
    id,
    () => `${differencesTotal} answers are wrong, the first: ${JSON.stringify(differences[0])}`,
  );
}

/** Long, for a machine that does much else. */
export const WAIT_MS_MAX = 1_800_000;

/** Waits until something is so. */
export async function until(what: string, isSo: () => Promise<boolean>, timeoutMs = WAIT_MS_MAX): Promise<void> {
  const untilMs = performance.now() + timeoutMs;
  while (!(await isSo())) {
    check(performance.now() < untilMs, 'in time', () => `${what} did not come`);
    await pause(200);
  }
}
