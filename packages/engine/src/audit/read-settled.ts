import { invariant } from '@actionbase/core/failure';
import type { LogPosition } from '@actionbase/core/model/position';
import type { Store, StoreReader } from '@actionbase/ports/store';
import { PARTITION } from '../partition.ts';
import { PassBroken } from './pass-broken.ts';

export interface SettledReading {
  readonly store: Store;
  /** Resolves when the frame is applied, so that the catalog is not older. */
  readonly waitFor: (offset: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
  /** Whether the table still is the one that the pass began with. */
  readonly isSame: () => boolean;
}

/** Reads in a short snapshot, and tells its position. `PassBroken` when the table was changed by then. */
export async function readSettled<T>(
  { store, waitFor, signal, isSame }: SettledReading,
  read: (reader: StoreReader, offset: number) => Promise<T>,
): Promise<{ readonly result: T; readonly position: LogPosition }> {
  signal.throwIfAborted();
  const { result, offset, epoch } = await withSnapshot(store, async (reader) => {
    const progress = await reader.progress(PARTITION);
    invariant(progress !== undefined, 'a store with a table was written');
    return { result: await read(reader, progress.offset), offset: progress.offset, epoch: progress.epoch };
  });
  await waitFor(offset, signal);
  if (!isSame()) throw new PassBroken('the table was changed');
  return { result, position: { epoch, partition: PARTITION, offset } };
}

async function withSnapshot<T>(store: Store, read: (reader: StoreReader) => Promise<T>): Promise<T> {
  using reader = store.snapshot();
  return await read(reader);
}
