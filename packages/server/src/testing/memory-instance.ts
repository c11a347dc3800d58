import { Engine, type EngineOptions } from '@actionbase/engine/engine';
import type { Clock } from '@actionbase/ports/clock';
import { MemoryLog } from '@actionbase/ports/memory/memory-log';
import { MemoryLogStorage } from '@actionbase/ports/memory/memory-log-storage';
import { MemoryStore } from '@actionbase/ports/memory/memory-store';
import type { Instance } from '../instance.ts';

/** A database that keeps nothing when it is closed. */
export async function openMemoryInstance(clock: Clock, options: EngineOptions): Promise<Instance> {
  const log = await MemoryLog.open({ storage: new MemoryLogStorage(), clock });
  const store = new MemoryStore();
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
