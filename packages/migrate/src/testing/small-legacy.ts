import { Failure } from '@actionbase/core/failure';
import { portFailures } from '@actionbase/ports/failures';
import type {
  BackUpBatch,
  LegacyPosition,
  LegacyRow,
  LegacyStore,
  LegacyWrite,
  LegacyWritten,
  TruthHold,
  TruthMap,
} from '@actionbase/ports/legacy';

/** A change of the table, as its log has it. A row that is gone keeps its last version. */
export interface SmallChange {
  readonly key: LegacyRow;
  readonly values: LegacyRow | undefined;
  readonly version: bigint;
}

/**
 * An old side in memory with one table, for tests: a step of a write, a hold or a read waits for its turn. It keeps the laws of
 * `LegacyStore` that the director leans on.
 */
export class SmallLegacy implements LegacyStore {
  readonly rows = new Map<string, SmallChange>();
  /** All changes in commit order. */
  readonly log: SmallChange[] = [];
  map: TruthMap = { revision: 1, newBuckets: 0, versionFloor: 0n, settings: '' };
  isUp = true;
  readonly #turn: () => Promise<void>;
  readonly #lastVersions = new Map<number, bigint>();
  #backedUp: { readonly position: string; readonly order: bigint } | undefined;
  #exclusive: Promise<void> = Promise.resolve();

  constructor(turn: () => Promise<void> = async () => {}) {
    this.#turn = turn;
  }

  async prepare(): Promise<void> {}

  async truth(): Promise<TruthMap> {
    await this.#step();
    return this.map;
  }

  async announce(_migration: string, settings: string): Promise<void> {
    await this.#step();
    this.map = { ...this.map, settings };
  }

  async write(write: LegacyWrite): Promise<LegacyWritten> {
    await this.#step();
    const written = await this.#locked(async () => {
      await this.#step();
      if (write.bucket < this.map.newBuckets) return { kind: 'moved', truth: this.map } as const;
      const version = this.#nextVersion(write.bucket, write.versionMin);
      const existed = write.values !== undefined || this.rows.has(textOf(write.key));
      if (existed) this.#put({ key: write.key, values: write.values, version });
      return { kind: 'written', version, revision: this.map.revision, existed } as const;
    });
    // Here the answer may still be lost.
    await this.#step();
    return written;
  }

  async backUp({ rows, position, order }: BackUpBatch): Promise<void> {
    await this.#step();
    if (this.#backedUp !== undefined && order <= this.#backedUp.order) return;
    for (const { bucket, version, key, values } of rows) {
      this.#lastVersions.set(bucket, max(this.#lastVersions.get(bucket) ?? 0n, version));
      if (values !== undefined || this.rows.has(textOf(key))) this.#put({ key, values, version });
    }
    this.#backedUp = { position, order };
    await this.#step();
  }

  async backedUp(): Promise<string | undefined> {
    await this.#step();
    return this.#backedUp?.position;
  }

  async hold(): Promise<TruthHold> {
    await this.#step();
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await new Promise<void>((resolve) => {
      void this.#locked(async () => {
        resolve();
        await held;
      });
    });
    return {
      truth: this.map,
      position: String(this.log.length) as LegacyPosition,
      prepare: async () => this.#step(),
      settle: async (newBuckets) => {
        await this.#step();
        const versionFloor = [...this.#lastVersions.values()].reduce(max, this.map.versionFloor);
        this.map = { ...this.map, revision: this.map.revision + 1, newBuckets, versionFloor };
        release();
        return this.map;
      },
      [Symbol.asyncDispose]: async () => release(),
    };
  }

  /** The row of a key, or none, with a version at which that is so. */
  async current(key: LegacyRow, bucket: number): Promise<SmallChange> {
    await this.#step();
    return this.#locked(async () => {
      await this.#step();
      const row = this.rows.get(textOf(key));
      return row ?? { key, values: undefined, version: this.#lastVersions.get(bucket) ?? 0n };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  async #step(): Promise<void> {
    await this.#turn();
    if (!this.isUp) throw new Failure(portFailures['legacy-unavailable'], 'the old database is down');
  }

  #nextVersion(bucket: number, min: bigint): bigint {
    const version = max(min, (this.#lastVersions.get(bucket) ?? 0n) + 1n);
    this.#lastVersions.set(bucket, version);
    return version;
  }

  #put(change: SmallChange): void {
    if (change.values === undefined) {
      const version = this.rows.get(textOf(change.key))?.version ?? change.version;
      this.rows.delete(textOf(change.key));
      this.log.push({ ...change, version });
    } else {
      this.rows.set(textOf(change.key), change);
      this.log.push(change);
    }
  }

  #locked<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#exclusive.then(work);
    this.#exclusive = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }
}

function textOf(key: LegacyRow): string {
  return JSON.stringify(Object.values(key).map(String));
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
