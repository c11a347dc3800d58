import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { LogArchive } from '@actionbase/adapter-file-log/log-archive';
import { NodeDisk } from '@actionbase/adapter-node/node-disk';
import type { MutationItem } from '@actionbase/core/wire/mutation-json';
import type { MutateRequest } from '@actionbase/engine/admit/admit';
import type { MutateAnswer } from '@actionbase/engine/engine';
import type { TestTable } from '@actionbase/engine/testing/test-instance';
import { layoutChanges, shopChanges, TEST_STAMP } from '@actionbase/engine/testing/wish-tables';
import type { Frame } from '@actionbase/ports/log';
import { openInstance } from '@actionbase/server/composition';
import { defaultConfig } from '@actionbase/server/config/read-config';
import type { Instance } from '@actionbase/server/instance';

/** A database in files, as a server opens it. */
export function openFiles(dataDir: string): Promise<Instance> {
  return openInstance(defaultConfig({ dataDir }), () => undefined);
}

/** Makes database `shop` with the tables `wish` and `orders`. */
export async function createShop({ engine }: Instance): Promise<void> {
  for (const change of shopChanges) await engine.changeCatalog(change, TEST_STAMP);
}

/** Makes the tables `links` (HASH) and `void` (NIL) besides. */
export async function createLayouts({ engine }: Instance): Promise<void> {
  for (const change of layoutChanges) await engine.changeCatalog(change, TEST_STAMP);
}

/** Sends one request to a table of the shop. */
export function mutate(
  { engine }: Instance,
  table: TestTable,
  items: readonly MutationItem[],
  parts: Partial<MutateRequest> = {},
): Promise<MutateAnswer> {
  const kind = table === 'orders' ? 'multiEdge' : 'edge';
  const call = { database: 'shop', table, kind, rules: 'v3', items } as const;
  return engine.mutate({ ...call, stamp: TEST_STAMP, mode: null, force: false, origin: null, ...parts });
}

/** Waits until everything asynchronous has taken effect. */
export async function untilQueueEmpty({ engine }: Instance): Promise<void> {
  while (!engine.isQueueEmpty) await setImmediate();
}

/** All frames of a database that nobody has open. */
export async function framesOf(dataDir: string): Promise<Frame[]> {
  const archive = await LogArchive.open(new NodeDisk(), join(dataDir, 'log'));
  const durableEnd = (await archive.end()).offset;
  return Array.fromAsync(archive.frames({ from: archive.start, durableEnd }));
}
