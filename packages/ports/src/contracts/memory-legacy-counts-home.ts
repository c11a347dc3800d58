import { invariant } from '@actionbase/core/failure';
import { MemoryLegacyCounts } from '../memory/memory-legacy-counts.ts';
import type { LegacyCountsHome } from './legacy-counts.ts';

/** A home of counts in memory; a crash keeps what was done. */
export async function makeMemoryLegacyCountsHome(): Promise<LegacyCountsHome> {
  let current = new MemoryLegacyCounts();
  return {
    open: async () => current,
    async crash(counts) {
      invariant(counts === current, 'the counts that crash are those that were opened last');
      current = current.crash();
      return current;
    },
    async [Symbol.asyncDispose]() {},
  };
}
