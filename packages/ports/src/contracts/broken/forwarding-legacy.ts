import type {
  BackUpBatch,
  BucketRequest,
  ChunkRequest,
  CountByRequest,
  DigestRequest,
  FollowRequest,
  LegacyPosition,
  LegacySource,
  LegacyStore,
  LegacyTransaction,
  LegacyWrite,
  LegacyWritten,
  RowRequest,
  TruthHold,
} from '../../legacy.ts';

/** Passes every call on; broken sources override one. */
export class ForwardingLegacySource implements LegacySource {
  readonly #source: LegacySource;

  constructor(source: LegacySource) {
    this.#source = source;
  }

  describe(table: string) {
    return this.#source.describe(table);
  }

  position() {
    return this.#source.position();
  }

  rank(position: LegacyPosition): bigint {
    return this.#source.rank(position);
  }

  readChunk(request: ChunkRequest) {
    return this.#source.readChunk(request);
  }

  digest(request: DigestRequest) {
    return this.#source.digest(request);
  }

  readRow(request: RowRequest) {
    return this.#source.readRow(request);
  }

  readBucket(request: BucketRequest) {
    return this.#source.readBucket(request);
  }

  countBy(request: CountByRequest) {
    return this.#source.countBy(request);
  }

  follow(request: FollowRequest): AsyncIterable<LegacyTransaction> {
    return this.#source.follow(request);
  }

  health() {
    return this.#source.health();
  }

  [Symbol.asyncDispose]() {
    return this.#source[Symbol.asyncDispose]();
  }
}

/** Passes every call on; broken stores override one. */
export class ForwardingLegacyStore implements LegacyStore {
  readonly #store: LegacyStore;

  constructor(store: LegacyStore) {
    this.#store = store;
  }

  prepare(migration: string) {
    return this.#store.prepare(migration);
  }

  truth(migration: string) {
    return this.#store.truth(migration);
  }

  announce(migration: string, settings: string) {
    return this.#store.announce(migration, settings);
  }

  write(write: LegacyWrite): Promise<LegacyWritten> {
    return this.#store.write(write);
  }

  backUp(batch: BackUpBatch) {
    return this.#store.backUp(batch);
  }

  backedUp(migration: string) {
    return this.#store.backedUp(migration);
  }

  hold(migration: string): Promise<TruthHold> {
    return this.#store.hold(migration);
  }

  [Symbol.asyncDispose]() {
    return this.#store[Symbol.asyncDispose]();
  }
}
