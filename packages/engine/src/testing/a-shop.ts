import { Failure } from '@actionbase/core/failure';
import { anItem } from './model.ts';
import { TestInstance, type TestInstanceOptions } from './test-instance.ts';

/** User 7 wishes for sku-a. */
export const wishItem = anItem({ version: 10n, source: 7, target: 'sku-a', properties: { at: 1000, color: 'red' } });

/** An instance with the shop's tables. */
export async function aShop(options: TestInstanceOptions = {}): Promise<TestInstance> {
  const instance = await TestInstance.open(options);
  await instance.createShop();
  return instance;
}

/** How many wishes the count row of a user says. */
export async function wishesOf(instance: TestInstance, user: bigint): Promise<bigint> {
  const [count = 0n] = await instance.engine.counts(instance.table('wish'), 'OUT', [user]);
  return count;
}

/** The code of a failure; the text of anything else, which no code equals. */
export function codeOf(error: unknown): string {
  return error instanceof Failure ? error.code : String(error);
}
