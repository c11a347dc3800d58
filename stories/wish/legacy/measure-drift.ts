import type { LegacyCounts } from '@actionbase/ports/legacy';
import type { WishSql } from './wish-sql.ts';
import { wishersKey } from './wish-table.ts';

/** How far the counts in Redis are from a recount of the table. */
export interface Drift {
  /** Products whose count differs; also those that only one side knows. */
  readonly products: number;
  /** The sum of all distances. */
  readonly wishers: number;
  /** Products that either side knows. */
  readonly compared: number;
  /** One of the products that differ most, for people. */
  readonly worst: { readonly key: string; readonly table: bigint; readonly redis: bigint } | undefined;
}

/** The drift gauge: recounts the table by one query and compares every count that Redis holds. */
export async function measureDrift(sql: WishSql, counts: LegacyCounts): Promise<Drift> {
  const recount = new Map<string, bigint>();
  for (const row of await sql.rows('SELECT product_id, COUNT(*) AS wishers FROM wishes GROUP BY product_id')) {
    recount.set(wishersKey(String(row.product_id)), BigInt(row.wishers ?? 0));
  }
  const held = new Map<string, bigint>();
  for await (const page of counts.scan()) for (const [key, count] of page) held.set(key, count);
  let products = 0;
  let wishers = 0n;
  let worst: Drift['worst'];
  let worstBy = 0n;
  const keys = new Set([...recount.keys(), ...held.keys()]);
  for (const key of keys) {
    const [table, redis] = [recount.get(key) ?? 0n, held.get(key) ?? 0n];
    const by = table > redis ? table - redis : redis - table;
    if (by === 0n) continue;
    products++;
    wishers += by;
    if (by > worstBy) [worst, worstBy] = [{ key, table, redis }, by];
  }
  return { products, wishers: Number(wishers), compared: keys.size, worst };
}
