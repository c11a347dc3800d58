import { compareWithOracle } from '../../load/compare-with-oracle.ts';
import type { WishClient } from '../../load/wish-client.ts';
import { WishOracle } from '../../load/wish-oracle.ts';
import { check } from '../../story-report.ts';
import type { LegacyContext } from './legacy-context.ts';

/** Compares what the application answers with the oracle, and gives a sentence about it; throws at the first difference. */
export async function checkAnswers(
  { population, ledger, size }: LegacyContext,
  asked: { readonly id: string; readonly client: WishClient; readonly productCounts: boolean },
): Promise<string> {
  const { id, client, productCounts } = asked;
  const oracle = new WishOracle(population, ledger.entries);
  const productsMax = size.productsCompared;
  const { compared, differences, differencesTotal } = await compareWithOracle({
    client,
    oracle,
    productCounts,
    productsMax,
  });
  check(differencesTotal === 0, id, () => {
    const shown = differences.map(
      ({ read, key, field, expected, found }) => `${read} ${key}: ${field} is ${found}, should be ${expected}`,
    );
    return `${differencesTotal} answers are not the oracle's:\n${shown.join('\n')}`;
  });
  const counts = Object.entries(compared).filter(([, number]) => number > 0);
  return `Oracle-equal after ${ledger.entries.length} writes: ${counts.map(([read, number]) => `${number} × ${read}`).join(', ')}.`;
}
