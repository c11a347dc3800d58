import { Failure } from '@actionbase/core/failure';
import { portFailures } from '../failures.ts';
import type { TruthMap } from '../legacy.ts';

/** Who is the truth of a migration's buckets, the versions that were given, and how far the way back has come. */
export class MemoryTruth {
  #revision = 0;
  #newBuckets = 0;
  #versionFloor = 0n;
  #holder: object | undefined;
  #waiting: (() => void)[] = [];
  readonly #versions = new Map<number, bigint>();
  settings = '';
  backUp: { readonly position: string; readonly order: bigint } | undefined;
  /** The highest version that the way back brought. */
  backUpVersionMax = 0n;

  map(): TruthMap {
    return {
      revision: this.#revision,
      newBuckets: this.#newBuckets,
      versionFloor: this.#versionFloor,
      settings: this.settings,
    };
  }

  hasMoved(bucket: number): boolean {
    return bucket < this.#newBuckets;
  }

  /** A version above all of the bucket that were given, above those that came back, and above `replaced`. */
  nextVersion(bucket: number, versionMin: bigint, replaced: bigint): bigint {
    const given = this.#versions.get(bucket) ?? 0n;
    return [given + 1n, this.backUpVersionMax + 1n, replaced + 1n].reduce(
      (max, next) => (next > max ? next : max),
      versionMin,
    );
  }

  give(bucket: number, version: bigint): void {
    this.#versions.set(bucket, version);
  }

  get isHeld(): boolean {
    return this.#holder !== undefined;
  }

  /** Resolves when a hold was released. */
  async released(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    await promise;
  }

  hold(holder: object): void {
    if (this.#holder !== undefined) {
      throw new Failure(portFailures['legacy-unavailable'], 'somebody else holds the writes');
    }
    this.#holder = holder;
  }

  settle(holder: object, newBuckets: number): TruthMap {
    if (this.#holder !== holder) throw new Failure(portFailures['legacy-unavailable'], 'this hold is over');
    this.#revision++;
    this.#newBuckets = newBuckets;
    for (const version of [...this.#versions.values(), this.backUpVersionMax]) {
      if (version > this.#versionFloor) this.#versionFloor = version;
    }
    this.release(holder);
    return this.map();
  }

  release(holder: object): void {
    if (this.#holder !== holder) return;
    this.#holder = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}
