/**
 * The keys that come most often, counted in bounded room: a new key takes the place of the rarest one, and its count. So a
 * count may be too high, by the `over` beside it, and never too low.
 */
export class HotKeys {
  readonly #max: number;
  readonly #counts = new Map<string, { count: number; over: number }>();

  constructor(max: number) {
    this.#max = max;
  }

  add(key: string): void {
    const known = this.#counts.get(key);
    if (known !== undefined) {
      known.count += 1;
      return;
    }
    if (this.#counts.size < this.#max) {
      this.#counts.set(key, { count: 1, over: 0 });
      return;
    }
    let rarest: readonly [string, { readonly count: number }] | undefined;
    for (const entry of this.#counts) if (rarest === undefined || entry[1].count < rarest[1].count) rarest = entry;
    if (rarest === undefined) return;
    const [rareKey, { count }] = rarest;
    this.#counts.delete(rareKey);
    this.#counts.set(key, { count: count + 1, over: count });
  }

  top(count: number): readonly HotKey[] {
    return [...this.#counts]
      .map(([key, counted]) => ({ key, ...counted }))
      .sort((a, b) => b.count - a.count)
      .slice(0, count);
  }
}

export interface HotKey {
  readonly key: string;
  readonly count: number;
  /** By how much the count may be too high. */
  readonly over: number;
}
