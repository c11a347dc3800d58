import type { RowWrite, Store } from '@actionbase/ports/store';
import type { Engine } from '../engine.ts';
import { override } from './override.ts';
import { TEST_STAMP } from './wish-tables.ts';

/** Changes rows behind the back of an engine, as a mistake of ours or a broken disk would: the log knows nothing of it. */
export class PlantedDamage {
  #rows: readonly RowWrite[] = [];
  #count = 0;

  /** For `TestInstance.open`: what is planted goes into the next write. */
  readonly wrapStore = (store: Store): Store =>
    override(store, 'write', (partition, frames) => {
      const [planted, last] = [this.#rows, frames.at(-1)];
      this.#rows = [];
      if (last === undefined || planted.length === 0) return store.write(partition, frames);
      return store.write(partition, [...frames.slice(0, -1), { ...last, rows: [...last.rows, ...planted] }]);
    });

  /** Writes rows into the store of an instance that was opened with `wrapStore`. */
  async plant(instance: { readonly engine: Engine }, rows: readonly RowWrite[]): Promise<void> {
    this.#rows = rows;
    this.#count += 1;
    const comment = `damage ${this.#count}`;
    await instance.engine.changeCatalog({ kind: 'update-database', database: 'shop', comment }, TEST_STAMP);
  }
}
