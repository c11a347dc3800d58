import { Engine, type EngineOptions } from '@actionbase/engine/engine';
import type { Clock } from '@actionbase/ports/clock';
import { MemoryLog } from '@actionbase/ports/memory/memory-log';
import { MemoryLogStorage } from '@actionbase/ports/memory/memory-log-storage';
import { MemoryStore } from '@actionbase/ports/memory/memory-store';
import type { Instance } from '../instance.ts';

/** What a memory database consists of; to open it again. */
export interface MemoryParts {
  readonly storage: MemoryLogStorage;
  readonly store: MemoryStore;
}

/** A memory database: a new one, which keeps nothing when it is closed, or one that stands on these parts. */
export async function openMemoryInstance(
  clock: Clock,
  options: EngineOptions,
  { storage, store }: MemoryParts = { storage: new MemoryLogStorage(), store: new MemoryStore() },
): Promise<Instance> {
  const log = await MemoryLog.open({ storage, clock });
  const engine = await Engine.open({ log, store, clock }, options);
  return {
    engine,
    log,
    store,
    async [Symbol.asyncDispose]() {
      await engine[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      await log[Symbol.asyncDispose]();
    },
  };
}
