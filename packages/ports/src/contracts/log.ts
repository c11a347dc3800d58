import { type Law, type MakeHome, testLaws } from './law.ts';
import { logCrashLaws } from './log-crash-laws.ts';
import type { LogHome } from './log-home.ts';
import { logOrderLaws } from './log-order-laws.ts';

/** All laws of `Log`, as sentences that can be run against any implementation. */
export const logLaws: readonly Law<LogHome>[] = [...logOrderLaws, ...logCrashLaws].sort((a, b) =>
  a.law.localeCompare(b.law),
);

/** Registers the laws of `Log` as tests; every implementation and every wrapper calls it. */
export function logContract(name: string, make: MakeHome<LogHome>): void {
  testLaws(name, logLaws, make);
}
