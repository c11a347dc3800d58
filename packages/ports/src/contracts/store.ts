import { type Law, type MakeHome, testLaws } from './law.ts';
import { storeClaimLaws } from './store-claim-laws.ts';
import { storeClearLaws } from './store-clear-laws.ts';
import type { StoreHome } from './store-home.ts';
import { storeReadLaws } from './store-read-laws.ts';
import { storeWriteLaws } from './store-write-laws.ts';

/** All laws of `Store`, as sentences that can be run against any implementation. */
export const storeLaws: readonly Law<StoreHome>[] = [
  ...storeWriteLaws,
  ...storeReadLaws,
  ...storeClearLaws,
  ...storeClaimLaws,
].sort((a, b) => a.law.localeCompare(b.law));

/** Registers the laws of `Store` as tests; every implementation and every wrapper calls it. */
export function storeContract(name: string, make: MakeHome<StoreHome>): void {
  testLaws(name, storeLaws, make);
}
