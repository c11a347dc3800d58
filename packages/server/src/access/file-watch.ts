import { stat } from 'node:fs/promises';
import type { Clock } from '@actionbase/ports/clock';
import { SERVER_LIMITS } from '../limits.ts';

/** Files that are read again when one of them changes. */
export interface WatchedFiles {
  readonly name: 'tokens' | 'tls';
  readonly paths: readonly string[];
  /** `stampOf` these paths, taken before they were read the first time. */
  readonly stamp: string;
  /** Reads the files and takes over what they hold; answers a notice. A rejection leaves what was there before. */
  readonly reload: () => Promise<string>;
}

export interface FileWatchParts {
  readonly clock: Clock;
  readonly files: readonly WatchedFiles[];
  readonly onNotice: (text: string) => void;
  /** Told after every reading, whether it failed. */
  readonly onRead: (name: WatchedFiles['name'], failed: boolean) => void;
}

/**
 * Looks at files every few seconds and has them read again after a change. By their times and sizes, since the system's own
 * notices do not come from every file system, nor through the links by which orchestrators replace secrets. Broken files
 * are read again at each look, and told once.
 */
export class FileWatch implements AsyncDisposable {
  readonly #parts: FileWatchParts;
  readonly #ending = new AbortController();
  readonly #states: readonly WatchState[];
  readonly #loop: Promise<void>;

  /** Begins to look. */
  constructor(parts: FileWatchParts) {
    this.#parts = parts;
    this.#states = parts.files.map((files) => ({ files, stamp: files.stamp, told: '' }));
    this.#loop = parts.files.length === 0 ? Promise.resolve() : this.#look();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await this.#loop;
  }

  async #look(): Promise<void> {
    const { signal } = this.#ending;
    for (;;) {
      try {
        await this.#parts.clock.sleep(SERVER_LIMITS.filePollMs, signal);
      } catch (error) {
        if (signal.aborted) return;
        throw error;
      }
      for (const state of this.#states) await this.#check(state);
    }
  }

  async #check(state: WatchState): Promise<void> {
    // Before the reading: what changes while it is read differs from this stamp at the next look.
    const stamp = await stampOf(state.files.paths);
    if (stamp === state.stamp && state.told === '') return;
    state.stamp = stamp;
    const { name, reload } = state.files;
    try {
      const notice = await reload();
      state.told = '';
      this.#parts.onRead(name, false);
      this.#parts.onNotice(notice);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      this.#parts.onRead(name, true);
      if (state.told === text) return;
      state.told = text;
      this.#parts.onNotice(`${text}; what was read before stays in use`);
    }
  }
}

interface WatchState {
  readonly files: WatchedFiles;
  stamp: string;
  /** The failure that was told last; empty when the last reading was good. */
  told: string;
}

/** What changes when a file is written, replaced, or given other modes. */
export async function stampOf(paths: readonly string[]): Promise<string> {
  const stamps = paths.map(async (path) => {
    try {
      const { mtimeNs, ctimeNs, size, ino } = await stat(path, { bigint: true });
      return `${mtimeNs} ${ctimeNs} ${size} ${ino}`;
    } catch {
      return 'missing';
    }
  });
  return (await Promise.all(stamps)).join('; ');
}
