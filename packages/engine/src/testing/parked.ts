import assert from 'node:assert/strict';
import type { EdgeSchema } from '@actionbase/core/model/schema';
import type { SideQueue } from '../queue/side-queue.ts';
import { SIDE_QUEUE_SPACE } from '../queue/side-queue-rows.ts';
import { rowsOfSpace } from '../space-rows.ts';
import { dumpStore } from './instance-state.ts';
import { TestInstance } from './test-instance.ts';
import { TEST_STAMP, wishSchema } from './wish-tables.ts';

/** All that is parked, as far as one page goes. */
export function parkedOf(instance: TestInstance): ReturnType<SideQueue['read']> {
  return instance.engine.sideQueue.read({ after: null, limit: 1_000, table: null });
}

/** Lets a wish have no time: what was refused for it can be retried then. */
export async function allowMissingTime(instance: TestInstance): Promise<void> {
  const properties = wishSchema.properties.map((property) =>
    property.name === 'at' ? { ...property, nullable: true } : property,
  );
  const schema: EdgeSchema = { ...wishSchema, properties };
  await instance.engine.changeCatalog({ kind: 'update-table', database: 'shop', table: 'wish', schema }, TEST_STAMP);
}

export async function setActive(instance: TestInstance, table: string, active: boolean): Promise<void> {
  await instance.engine.changeCatalog({ kind: 'update-table', database: 'shop', table, active }, TEST_STAMP);
}

/** The number of parked mutations is that of their rows, and a replay into an empty store gives the same bytes. */
export async function assertSideQueueHolds(instance: TestInstance): Promise<void> {
  let rows = 0;
  for await (const _ of rowsOfSpace(instance.store, SIDE_QUEUE_SPACE)) rows += 1;
  assert.equal(instance.engine.queueStatus.parked, rows, 'the count is that of the rows');
  await using again = await TestInstance.open({ storage: instance.storage.copy() });
  await again.settle();
  assert.deepEqual(await dumpStore(again.store), await dumpStore(instance.store), 'a replay gives the same rows');
}
