import type { Store } from '../store.ts';

/** Where one store lives, empty at first. Disposing it removes everything. */
export interface StoreHome extends AsyncDisposable {
  readonly atomicity: Store['atomicity'];
  /** Opens the store. Called again only after the store before was disposed. */
  open(): Promise<Store>;
  /** Opens the store for another process, beside the one that is open. */
  beside(): Promise<Store>;
  /** Ends the open store as if its process or its machine died now, and opens what is found afterwards. */
  crash(store: Store): Promise<Store>;
}

/** For sentences that hold only where a batch of frames is written whole or not at all. */
export function needsBatchAtomicity(home: StoreHome): string | undefined {
  return home.atomicity === 'batch' ? undefined : 'its writes are atomic per row only';
}
