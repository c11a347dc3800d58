import { ManualClock } from '../memory/manual-clock.ts';
import { type LogFault, MemoryLog } from '../memory/memory-log.ts';
import { MemoryLogStorage } from '../memory/memory-log-storage.ts';
import type { LogHome } from './log-home.ts';

/** A memory log; `lost` says what becomes of a frame whose append fails. */
export async function makeMemoryLogHome(partitions: number, lost: LogFault): Promise<LogHome> {
  const storage = new MemoryLogStorage({ partitions });
  const clock = new ManualClock({ sleeps: 'advance' });
  let held: Promise<void> | undefined;
  let failing = false;
  const intercept = async () => {
    await held;
    const fault = failing ? lost : undefined;
    failing = false;
    return fault;
  };
  return {
    clock,
    open: () => MemoryLog.open({ storage, clock, intercept }),
    beside: () => MemoryLog.open({ storage, clock, intercept }),
    async crash(log) {
      if (log instanceof MemoryLog) log.crash();
    },
    failNextFrame() {
      failing = true;
    },
    holdFrames() {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return resolve;
    },
    damage: async (offset) => storage.damage(0, offset),
    tear: undefined,
    async [Symbol.asyncDispose]() {},
  };
}
