import { Failure } from '@actionbase/core/failure';
import { portFailures } from '../failures.ts';
import type {
  BackUpBatch,
  LegacyRow,
  LegacyStore,
  LegacyWrite,
  LegacyWritten,
  TruthHold,
  TruthMap,
} from '../legacy.ts';
import type { MemoryLegacy } from './memory-legacy.ts';
import type { MemoryTruth } from './memory-truth.ts';

/** Writes rows into memory under the truth map, as one process of several may. */
export class MemoryLegacyStore implements LegacyStore {
  readonly #legacy: MemoryLegacy;
  readonly #holds = new Set<() => void>();
  #isDead = false;

  constructor(legacy: MemoryLegacy) {
    this.#legacy = legacy;
  }

  async prepare(migration: string): Promise<void> {
    this.#alive();
    this.#legacy.prepare(migration);
  }

  async truth(migration: string): Promise<TruthMap> {
    return this.#truth(migration).map();
  }

  async announce(migration: string, settings: string): Promise<void> {
    this.#truth(migration).settings = settings;
  }

  async write(write: LegacyWrite): Promise<LegacyWritten> {
    const truth = this.#truth(write.migration);
    while (truth.isHeld) await truth.released();
    this.#alive();
    if (truth.hasMoved(write.bucket)) return { kind: 'moved', truth: truth.map() };
    const { table, key, values, versionColumn, bucket } = write;
    const before = this.#legacy.get(table, key);
    const version = truth.nextVersion(bucket, write.versionMin, versionOf(before, versionColumn));
    this.#legacy.transact((writer) => {
      if (values === undefined) writer.delete(table, key);
      else writer.put(table, { ...before, ...key, ...values, [versionColumn]: version });
    });
    truth.give(bucket, version);
    const existed = values !== undefined || before !== undefined;
    return { kind: 'written', version, revision: truth.map().revision, existed };
  }

  async backUp({ migration, table, versionColumn, position, order, rows }: BackUpBatch): Promise<void> {
    const truth = this.#truth(migration);
    if (truth.backUp !== undefined && truth.backUp.order >= order) return;
    this.#legacy.transact((writer) => {
      for (const { key, values, version } of rows) {
        const before = this.#legacy.get(table, key);
        if (versionOf(before, versionColumn) > version) continue;
        if (values === undefined) writer.delete(table, key);
        else writer.put(table, { ...before, ...key, ...values, [versionColumn]: version });
      }
    });
    truth.backUp = { position, order };
    for (const { version } of rows) if (version > truth.backUpVersionMax) truth.backUpVersionMax = version;
  }

  async backedUp(migration: string): Promise<string | undefined> {
    return this.#truth(migration).backUp?.position;
  }

  async hold(migration: string): Promise<TruthHold> {
    const truth = this.#truth(migration);
    const holder = {};
    truth.hold(holder);
    const release = () => truth.release(holder);
    this.#holds.add(release);
    return {
      truth: truth.map(),
      position: this.#legacy.end(),
      prepare: async () => this.#alive(),
      settle: async (newBuckets) => {
        this.#alive();
        return truth.settle(holder, newBuckets);
      },
      async [Symbol.asyncDispose]() {
        release();
      },
    };
  }

  /** Ends it as the death of its process would: what it holds is released, and nothing of it works any more. */
  crash(): void {
    this.#isDead = true;
    for (const release of this.#holds) release();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.crash();
  }

  #truth(migration: string): MemoryTruth {
    this.#alive();
    return this.#legacy.truth(migration);
  }

  #alive(): void {
    if (this.#isDead) throw new Failure(portFailures['legacy-unavailable'], 'this store was closed');
  }
}

function versionOf(row: LegacyRow | undefined, versionColumn: string): bigint {
  const version = row?.[versionColumn];
  return typeof version === 'bigint' ? version : 0n;
}
