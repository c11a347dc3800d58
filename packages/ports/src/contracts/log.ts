import { type Law, type MakeHome, testLaws } from './law.ts';
import { logCrashLaws } from './log-crash-laws.ts';
import type { LogHome } from './log-home.ts';
import { logOrderLaws } from './log-order-laws.ts';
import { logTermLaws } from './log-term-laws.ts';

/** All laws of `Log`, as sentences that can be run against any implementation. */
export const logLaws: readonly Law<LogHome>[] = [...logOrderLaws, ...logCrashLaws, ...logTermLaws].sort(
  (a, b) => Number(a.law.slice(1)) - Number(b.law.slice(1)),
);

/** Registers the laws of `Log` as tests; every implementation and every wrapper calls it. */
export function logContract(name: string, make: MakeHome<LogHome>): void {
  testLaws(name, logLaws, make);
}
