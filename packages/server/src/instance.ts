import type { Engine } from '@actionbase/engine/engine';
import type { Log } from '@actionbase/ports/log';
import type { Store } from '@actionbase/ports/store';

/** An open database with what it stands on. Disposing it closes everything, the engine first. */
export interface Instance extends AsyncDisposable {
  readonly engine: Engine;
  readonly log: Log;
  readonly store: Store;
}

/** What an instance tells while it opens and runs; one line of text each. */
export type OnNotice = (text: string) => void;
