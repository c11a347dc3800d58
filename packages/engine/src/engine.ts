import { Failure, invariant } from '@actionbase/core/failure';
import type { CatalogChange, CatalogEntity, MutationMode } from '@actionbase/core/model/catalog';
import type { EdgeKey, EntryStatus } from '@actionbase/core/model/edge';
import type { LogPosition } from '@actionbase/core/model/position';
import type { Table } from '@actionbase/core/model/table';
import type { Value } from '@actionbase/core/model/value';
import type { EdgeRow } from '@actionbase/core/query/edge-row';
import type { QueryItem } from '@actionbase/core/query/multi-hop/query-item';
import { encodeCatalogRecord } from '@actionbase/core/record/encode-log-record';
import type { FeedRecord } from '@actionbase/core/record/feed-record';
import type { RequestStamp } from '@actionbase/core/record/log-record';
import type { CdcItem } from '@actionbase/core/wire/cdc-json';
import type { AnsweredItem } from '@actionbase/core/wire/multi-hop-json';
import type { EventPlace } from '@actionbase/core/wire/trace-id';
import type { WalItem } from '@actionbase/core/wire/wal-json';
import type { Clock } from '@actionbase/ports/clock';
import type { Log } from '@actionbase/ports/log';
import type { Store } from '@actionbase/ports/store';
import { type AdmitRules, admitMutation, type MutateRequest, requireChangeSize } from './admit/admit.ts';
import type { AppliedFrame, ApplyRules } from './apply/apply-frame.ts';
import { changedTable, spaceHasRows } from './apply/changed-table.ts';
import { replay } from './apply/replay.ts';
import { stableRules } from './apply/stable-rules.ts';
import { type SubmitOptions, Writer } from './apply/writer.ts';
import { isOver, refusalOf, type WriterStatus } from './apply/writer-state.ts';
import { Auditor, type AuditRequest, type AuditRun } from './audit/auditor.ts';
import type { Catalog } from './catalog/catalog.ts';
import { planChange } from './catalog/plan-change.ts';
import { NO_DEADLINE } from './deadline.ts';
import { type DigestRequest, type DigestRun, startDigest } from './digest/digest-run.ts';
import { readFeed } from './feed/feed-reader.ts';
import { Housekeeping, type Retention } from './housekeeping.ts';
import { ENGINE_LIMITS, type EngineLimits } from './limits.ts';
import { admitLoad, type LoadRequest } from './load/admit-load.ts';
import { answerOfLoad, EMPTY_LOAD, type LoadAnswer } from './load/load-answer.ts';
import { PARTITION } from './partition.ts';
import { type AggQuery, type AggSums, readAgg } from './query/agg-reader.ts';
import { type EdgeFrame, readCounts, readEdges, readScan, type ScanQuery, scanIn } from './query/edge-reader.ts';
import { type JoinedPages, joinPages } from './query/joined-pages.ts';
import { readMultiHop } from './query/multi-hop-reader.ts';
import { readSeek, type SeekQuery } from './query/seek-reader.ts';
import { countStates, readStates, type StateRow, type StateScanQuery, scanStates } from './query/state-reader.ts';
import { type ReadSource, readUntil } from './query/timed-reads.ts';
import { AsyncQueue, type QueuePlan } from './queue/async-queue.ts';
import { QUEUE_MARK, readQueueMark } from './queue/queue-mark.ts';
import type { QueueStatus } from './queue/queue-status.ts';
import { SideQueue } from './queue/side-queue.ts';
import { ReworkLoop } from './rework/rework-loop.ts';
import { FrameWatch } from './stream/frame-watch.ts';
import { LogStreams, type StreamRequest } from './stream/log-streams.ts';
import type { StreamPage } from './stream/stream-page.ts';

export interface EngineOptions {
  /** Stage of the deployment, part of the vertices of metadata changes in the streams; "local" when missing. */
  readonly phase?: string;
  /** The system's mutation mode, which overrides what requests and tables say; null for none. */
  readonly systemMode?: MutationMode | null;
  readonly limits?: Partial<EngineLimits>;
  readonly retention?: Retention;
  /** How fast asynchronous mutations take effect; as fast as they can when missing. */
  readonly queue?: Partial<QueuePlan>;
  /** Pause between two rounds of housekeeping, milliseconds. */
  readonly housekeepingPauseMs?: number;
  readonly onReplay?: (reached: number, end: number) => void;
  readonly onStatus?: (status: WriterStatus) => void;
}

/** The outside that an engine works on. Who opened them closes them, after the engine. */
export interface EngineParts {
  readonly log: Log;
  readonly store: Store;
  readonly clock: Clock;
}

/** Seven days of log and feed, and at most 16 GiB of log. */
export const RETENTION_DEFAULT: Retention = { ageMs: 7 * 24 * 3_600_000, bytes: 16 * 1024 ** 3 };

const PHASE_DEFAULT = 'local';
const HOUSEKEEPING_PAUSE_MS = 60_000;

/** What a mutation request did: one result per distinct key, of a v2 call one per item. */
export interface MutateAnswer {
  readonly table: Table;
  /** Where the request stands in the log; null for a request without items. */
  readonly position: LogPosition | null;
  readonly results: readonly MutationResult[];
}

export interface MutationResult {
  readonly key: EdgeKey;
  readonly status: EntryStatus;
  /** How many of the request's items the result stands for; 0 for ERROR. */
  readonly count: number;
  /** Why the status is ERROR. */
  readonly code?: string;
  readonly message?: string;
  /** The state cell afterwards (`decodeStateValue`); null where there is no row, and where it is QUEUED. */
  readonly after: Uint8Array | null;
  /** Where the last of the result's events stands in the log: `printTraceId` makes the trace id of the streams of it. */
  readonly place: EventPlace;
}

/**
 * The database: a log, the reducer, and a store that remembers how far it has read. It knows nothing of what they run on.
 * Laws L1 to L9 of `docs/laws.md` are its promises.
 */
export class Engine implements AsyncDisposable {
  readonly limits: EngineLimits;
  /** Asynchronous mutations that were refused, and wait for an operator. */
  readonly sideQueue: SideQueue;
  /** Resolves with the failure `fenced` when another process turns out to own log and store; else never. */
  readonly fenced: Promise<Failure>;
  readonly #parts: EngineParts;
  readonly #rules: AdmitRules;
  readonly #writer: Writer;
  readonly #queue: AsyncQueue;
  readonly #reworks: ReworkLoop;
  readonly #housekeeping: Housekeeping;
  readonly #streams: LogStreams;
  readonly #watch: FrameWatch;
  readonly #auditor: Auditor;

  private constructor(parts: EngineParts, options: EngineOptions, opened: OpenedEngine) {
    const { log, store, clock } = parts;
    const { limits, rules, applyRules, state, lastQueued } = opened;
    this.#parts = parts;
    this.limits = limits;
    this.#rules = rules;
    const { promise: fenced, resolve: tellFenced } = Promise.withResolvers<Failure>();
    this.fenced = fenced;
    const tellStatus = (status: WriterStatus): void => {
      const end = isOver(status) ? refusalOf(status) : undefined;
      if (end !== undefined) this.#watch.end(end);
      options.onStatus?.(status);
      if (status.kind === 'fenced') tellFenced(status.failure);
    };
    const onBroken = (error: unknown): void => this.#writer.break(error);
    this.#watch = new FrameWatch(state.offset);
    this.#streams = new LogStreams({ log, store, limits, phase: options.phase ?? PHASE_DEFAULT, current: () => this });
    this.#writer = new Writer({
      log,
      store,
      clock,
      rules: applyRules,
      limits,
      state,
      onApplied: (frame) => this.#applied(frame),
      onStatus: tellStatus,
    });
    const plan = { batch: limits.queueGroupMax, ratePerS: 0, ...options.queue };
    this.#queue = new AsyncQueue({ log, writer: this.#writer, clock, limits, plan, lastQueued, onBroken });
    const waitFor = (offset: number, signal: AbortSignal): Promise<void> => this.waitFor(offset, signal);
    this.#auditor = new Auditor({ store, writer: this.#writer, clock, limits, waitFor });
    this.sideQueue = new SideQueue({ store, writer: this.#writer, limits });
    this.#reworks = new ReworkLoop({ writer: this.#writer, clock, limits, onBroken });
    this.#housekeeping = new Housekeeping({
      log,
      store,
      clock,
      limits,
      retention: options.retention ?? RETENTION_DEFAULT,
      pauseMs: options.housekeepingPauseMs ?? HOUSEKEEPING_PAUSE_MS,
      droppedTables: () => this.catalog.dropped,
      // A frame that is not applied yet may hold asynchronous mutations that the queue was not told of.
      firstNeeded: () => Math.min(this.#queue.firstNeeded, this.#writer.state.offset + 1),
      onBroken,
    });
  }

  /** Claims the store, checks that log and store belong together, replays what the store has not applied yet, and starts to work. */
  static async open(parts: EngineParts, options: EngineOptions = {}): Promise<Engine> {
    const limits = { ...ENGINE_LIMITS, ...options.limits };
    const { keyBytesMax } = parts.store;
    const { valueBytesMax, recordBytesMax, derivedRowsMax } = limits;
    const systemMode = options.systemMode ?? null;
    const rules = { systemMode, keyBytesMax, valueBytesMax, recordBytesMax, derivedRowsMax };
    const applyRules = stableRules(parts.store);
    const onProgress = options.onReplay ?? (() => undefined);
    // From here on whoever owned the store before writes nothing into it, and its progress is this engine's to raise.
    await parts.store.claim(PARTITION, parts.log.term(PARTITION));
    const state = await replay({ log: parts.log, store: parts.store, rules: applyRules, limits, onProgress });
    const mark = await parts.store.get(QUEUE_MARK.space, QUEUE_MARK.key);
    const lastQueued = mark === undefined ? -1 : readQueueMark(mark);
    return new Engine(parts, options, { limits, rules, applyRules, state, lastQueued });
  }

  /** Metadata as of the last applied frame. */
  get catalog(): Catalog {
    return this.#writer.state.catalog;
  }

  get status(): WriterStatus {
    return this.#writer.status;
  }

  /** The last applied frame; null before the first. */
  get position(): LogPosition | null {
    const { offset } = this.#writer.state;
    return offset < 0 ? null : { epoch: this.#parts.log.bounds(PARTITION).epoch, partition: PARTITION, offset };
  }

  /** Whether no asynchronous mutation waits to take effect. */
  get isQueueEmpty(): boolean {
    return this.#queue.isEmpty;
  }

  /** Mutation requests that wait for the log. */
  get waitingRequests(): number {
    return this.#writer.waitingRequests;
  }

  /** How long the first of the mutations that wait for the log has waited, milliseconds; 0 when none waits. */
  get longestWaitMs(): number {
    return this.#writer.longestWaitMs;
  }

  /** What the queue does, how far it is behind, and how long asynchronous mutations took to become visible. */
  get queueStatus(): QueueStatus {
    return this.#queue.status;
  }

  /**
   * Applies mutations: cast and checked as a whole, durable as a whole, reduced key by key. Failures thrown before the
   * append change nothing; `unknown-outcome` says that it may have happened.
   */
  async mutate(request: MutateRequest): Promise<MutateAnswer> {
    const admitted = admitMutation(this.catalog, request, this.#rules);
    const { table, entries } = admitted;
    if (entries.length === 0) return { table, position: null, results: [] };
    const { position, stampMs, results } = await this.#writer.submit(
      [admitted],
      entries.length,
      until(request.deadlineMs),
    );
    const result = results[0];
    invariant(result?.kind === 'mutate', 'a mutation has the result of a mutation');
    return {
      table,
      position,
      results: result.entries.map((one, place): MutationResult => {
        const entry = entries[place];
        invariant(entry !== undefined, 'an entry has one result');
        const { key, events } = entry;
        const { status, refusal, after } = one;
        const { epoch, partition, offset } = position;
        const event = events.length - 1;
        const where = { epoch, partition, offset, stampMs, entry: result.firstEntry + place, event };
        if (refusal === null) return { key, status, count: events.length, after, place: where };
        return { key, status, count: 0, code: refusal.code, message: refusal.message, after, place: where };
      }),
    };
  }

  /**
   * Inserts edges in bulk: as many INSERTs by `mutate` would, at a fraction of the cost. Durable and in effect as a whole
   * when it is answered; failures thrown before the append change nothing, and `unknown-outcome` may be sent again.
   */
  async load(request: LoadRequest): Promise<LoadAnswer> {
    const { load, requestRows } = admitLoad(this.catalog, request, this.#rules);
    if (load.rows.count === 0) return EMPTY_LOAD;
    const { position, results } = await this.#writer.submit([load], load.rows.count, { isAlone: true });
    const [result] = results;
    invariant(result?.kind === 'load', 'a load has the result of a load');
    return answerOfLoad(result, { position, requestRows, refusalsMax: this.limits.loadRefusalsMax });
  }

  /**
   * Changes metadata; the entity as it is afterwards, null when it is gone or never was. A refusal is a Failure. A change of
   * the schema of a table with rows is answered when its indexes, groups and caches are complete, or, in a large table,
   * after `reworkStatesInCallMax` states were passed; the catalog's `reworks` tell what is left.
   */
  async changeCatalog(change: CatalogChange, stamp: RequestStamp, deadlineMs?: number): Promise<CatalogEntity | null> {
    const id = changedTable(this.catalog, change)?.table.id;
    const hasRows = id !== undefined && (await spaceHasRows(this.#parts.store, id));
    const plan = planChange(this.catalog, change, { stamp, hasRows });
    if (plan.kind === 'refused') throw new Failure(plan.failure, plan.message, plan.details);
    if (plan.kind === 'unchanged') return null;
    const bytes = encodeCatalogRecord({ kind: 'catalog', stamp, change });
    requireChangeSize(bytes.length, this.limits.changeBytesMax);
    const { results } = await this.#writer.submit([{ kind: 'bytes', bytes }], 1, until(deadlineMs));
    const result = results[0];
    if (result?.kind === 'refused') throw new Failure(result.failure, result.message);
    invariant(result?.kind === 'catalog', 'a change has the result of a change');
    const { entity } = result;
    if (change.kind === 'update-table' && change.schema !== undefined && entity?.kind === 'table') {
      await this.#reworks.finish(entity.definition.id);
    }
    return entity;
  }

  /** Active edges of the keys, in their order. */
  async get(table: Table, keys: readonly EdgeKey[], filters: ScanQuery['filters']): Promise<EdgeFrame> {
    return readEdges(this.#parts.store, table, { keys, filters }, this.limits);
  }

  /** Numbers of active edges of the vertices, in their order. */
  async counts(
    table: Table,
    direction: ScanQuery['direction'],
    vertices: readonly ScanQuery['start'][],
  ): Promise<bigint[]> {
    return readCounts(this.#parts.store, table, { direction, vertices });
  }

  /** One page of an index, all of it as of one position. */
  async scan(table: Table, query: ScanQuery, deadlineMs = NO_DEADLINE): Promise<EdgeFrame> {
    return readScan(this.#until(deadlineMs), table, query, this.limits);
  }

  /**
   * One page of an index for each start, their edges behind one another, all as of one position. Only the page of a single
   * start can be gone on with.
   */
  async scanMany(
    table: Table,
    query: Omit<ScanQuery, 'start'>,
    { starts, deadlineMs = NO_DEADLINE }: ScanStarts,
  ): Promise<JoinedPages<EdgeRow>> {
    using reader = this.#until(deadlineMs).snapshot();
    return await joinPages(starts, { limit: query.limit, limits: this.limits }, (start, left) =>
      scanIn(reader, table, { ...query, start }, left),
    );
  }

  /** The edges of the keys that have a state, active or not, in the order of the keys. */
  async states(table: Table, keys: readonly EdgeKey[]): Promise<StateRow[]> {
    return readStates(this.#parts.store, table, keys, this.limits);
  }

  /** As `scanMany`, but over the states of the sources, by their targets: for tables without indexes. */
  async scanStates(
    table: Table,
    query: Omit<StateScanQuery, 'source'>,
    { starts, deadlineMs = NO_DEADLINE }: ScanStarts,
  ): Promise<JoinedPages<StateRow>> {
    using reader = this.#until(deadlineMs).snapshot();
    return await joinPages(starts, { limit: query.limit, limits: this.limits }, (source, left) =>
      scanStates(reader, table, { ...query, source }, left),
    );
  }

  /** Numbers of active edges of the sources, counted over their states: for tables that keep no counts. */
  async countStates(table: Table, sources: readonly Value[], deadlineMs = NO_DEADLINE): Promise<bigint[]> {
    using reader = this.#until(deadlineMs).snapshot();
    return await countStates(reader, table, sources, this.limits);
  }

  /** One page of a cache, all of it as of one position. */
  async seek(table: Table, query: SeekQuery, deadlineMs = NO_DEADLINE): Promise<EdgeFrame> {
    return readSeek(this.#until(deadlineMs), table, query, this.limits);
  }

  /** Sums of a group's cells per start, all as of one position. */
  async agg(table: Table, query: AggQuery, deadlineMs = NO_DEADLINE): Promise<AggSums> {
    return readAgg(this.#until(deadlineMs), table, query, this.limits);
  }

  /** The included items of a multi-hop query, all of them as of one position. */
  async query(items: readonly QueryItem[], deadlineMs = NO_DEADLINE): Promise<AnsweredItem[]> {
    return readMultiHop({ store: this.#until(deadlineMs), catalog: this.catalog, limits: this.limits }, items);
  }

  /** What the reducer did from frame `from` on, at most `framesMax` frames. */
  feed(from: number, framesMax: number): Promise<FeedRecord[]> {
    return readFeed(this.#parts.store, from, framesMax);
  }

  /**
   * What was asked for, as the reference's WAL shows it: one record per mutation item of the frames that are applied, in
   * log order, one page. Failures: `unknown-position`, `log-trimmed`.
   */
  readWal(request: StreamRequest): Promise<StreamPage<WalItem>> {
    return this.#streams.readWal(request);
  }

  /** What took effect, as the reference's CDC shows it: one record per entry. Failures as of `readWal`, and `feed-gap`. */
  readCdc(request: StreamRequest): Promise<StreamPage<CdcItem>> {
    return this.#streams.readCdc(request);
  }

  /**
   * Compares the index, count, group and cache rows of a table with its states while writes go on, and has them made right
   * again if asked to. Nothing happens until its events are read. Failures: `unknown-table`, `audit-running`; while it runs
   * also `audit-unsettled`.
   */
  audit(request: AuditRequest): AuditRun {
    return this.#auditor.start(request);
  }

  /**
   * Adds up digests of a table's active edges while writes go on, as of one position, or lists the edges of one bucket. It
   * goes on as its events are read. Failures: `unknown-table`, `unknown-field`; while it runs also `digest-unsettled`.
   */
  digest(request: DigestRequest): DigestRun {
    const { store } = this.#parts;
    const waitFor = (offset: number, signal: AbortSignal): Promise<void> => this.waitFor(offset, signal);
    return startDigest({ store, limits: this.limits, catalog: () => this.catalog, waitFor }, request);
  }

  /** Resolves when frame `offset` is applied; rejects with the signal's reason, or `engine-stopped` when the engine ends. */
  waitFor(offset: number, signal: AbortSignal): Promise<void> {
    return this.#watch.waitFor(offset, signal);
  }

  /** Stops taking mutations, finishes those under way, and leaves the store durable up to its position. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#auditor.stop();
    await this.#housekeeping[Symbol.asyncDispose]();
    await this.#reworks[Symbol.asyncDispose]();
    await this.#queue[Symbol.asyncDispose]();
    await this.#writer[Symbol.asyncDispose]();
    await this.#parts.store.flush();
  }

  #until(deadlineMs: number): ReadSource {
    return readUntil(this.#parts.store, this.#parts.clock, deadlineMs);
  }

  #applied(frame: AppliedFrame): void {
    this.#watch.notice(frame.write.offset);
    this.#queue.notice(frame);
    if (frame.state.catalog.reworks.size > 0) this.#reworks.notice();
  }
}

/** Vertices of one scan each, and until when a read of them may begin. */
export interface ScanStarts {
  readonly starts: readonly Value[];
  readonly deadlineMs?: number;
}

function until(deadlineMs: number | undefined): SubmitOptions | undefined {
  return deadlineMs === undefined ? undefined : { deadlineMs };
}

interface OpenedEngine {
  readonly limits: EngineLimits;
  readonly rules: AdmitRules;
  readonly applyRules: ApplyRules;
  readonly state: Writer['state'];
  readonly lastQueued: number;
}
