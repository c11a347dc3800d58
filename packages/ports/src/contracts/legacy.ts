import { type Law, type MakeHome, testLaws } from './law.ts';
import type { LegacyHome } from './legacy-home.ts';
import { legacyReadLaws } from './legacy-read-laws.ts';
import { legacyWriteLaws } from './legacy-write-laws.ts';

/** The laws M1 to M9 of `LegacySource` and `LegacyStore`, as sentences that can be run against any implementation. */
export const legacyLaws: readonly Law<LegacyHome>[] = [...legacyReadLaws, ...legacyWriteLaws];

/** Registers the laws of the old side as tests; every implementation and every wrapper calls it. */
export function legacyContract(name: string, make: MakeHome<LegacyHome>): void {
  testLaws(name, legacyLaws, make);
}
