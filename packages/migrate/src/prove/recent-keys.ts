import { printKey, type RowKey } from './row-texts.ts';

/** Where in both logs a key was touched last. */
export interface RecentTouch {
  readonly legacyPosition: string | undefined;
  readonly newPosition: string | undefined;
}

/** Keys whose last touches are remembered: the oldest are forgotten first. */
export const RECENT_KEYS_MAX = 200_000;

/** The keys that were touched last, on either side, with the log positions that did it. */
export class RecentKeys {
  readonly #touches = new Map<string, RecentTouch>();

  touch(side: 'legacy' | 'new', key: RowKey, position: string): void {
    const name = printKey(key);
    const known = this.#touches.get(name);
    // Taken out first, so that the map's order is that of the last touches.
    this.#touches.delete(name);
    this.#touches.set(name, {
      legacyPosition: side === 'legacy' ? position : known?.legacyPosition,
      newPosition: side === 'new' ? position : known?.newPosition,
    });
    if (this.#touches.size <= RECENT_KEYS_MAX) return;
    for (const oldest of this.#touches.keys()) {
      this.#touches.delete(oldest);
      return;
    }
  }

  get(key: RowKey): RecentTouch | undefined {
    return this.#touches.get(printKey(key));
  }
}
