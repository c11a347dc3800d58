import { Failure, invariant } from '@actionbase/core/failure';
import type { LogPosition } from '@actionbase/core/model/position';
import { printStreamPosition } from '@actionbase/core/model/stream-position';
import type { Table } from '@actionbase/core/model/table';
import { decodeFeedRecord } from '@actionbase/core/record/decode-feed-record';
import { decodeLogRecord } from '@actionbase/core/record/decode-log-record';
import type { EdgeOutcome, FeedRecord } from '@actionbase/core/record/feed-record';
import type { MutateRecord, ResolvedMode } from '@actionbase/core/record/log-record';
import { type CdcItem, isPublished } from '@actionbase/core/wire/cdc-json';
import type { StreamedEvent } from '@actionbase/core/wire/event-json';
import { type EventPlace, placeOfChange } from '@actionbase/core/wire/trace-id';
import type { WalItem } from '@actionbase/core/wire/wal-json';
import type { Frame, Log } from '@actionbase/ports/log';
import type { Store, StoredFeed } from '@actionbase/ports/store';
import { QUEUE_ORIGIN } from '../admit/admit.ts';
import { type Catalog, schemaOf } from '../catalog/catalog.ts';
import { engineFailures } from '../failures.ts';
import type { EngineLimits } from '../limits.ts';
import { PARTITION } from '../partition.ts';
import { cdcItemOfChange, walItemOfChange } from './change-items.ts';
import { PageBuilder } from './page-builder.ts';
import {
  isWanted,
  placeOfStart,
  type StreamBounds,
  type StreamFilter,
  type StreamPage,
  type StreamStart,
  trimmed,
  unknownPosition,
} from './stream-page.ts';

export interface LogStreamParts {
  readonly log: Log;
  readonly store: Store;
  readonly limits: EngineLimits;
  /** Name of the stage of this deployment. */
  readonly phase: string;
  /** What is applied and visible at this moment. */
  readonly current: () => { readonly catalog: Catalog; readonly position: LogPosition | null };
}

/** What a page is asked for. */
export interface StreamRequest {
  readonly from: StreamStart;
  readonly filter?: StreamFilter;
  /** At most this many records, and never more than `streamRecordsMax`. */
  readonly recordsMax?: number;
}

/**
 * Log and feed as the reference shows them: the WAL, one record per mutation item, and the CDC, one per entry that took
 * effect. A metadata change is a mutation of a metadata table in both. Both show only frames that are applied. A page holds no more than the limits say, however large the frames are.
 */
export class LogStreams {
  readonly #parts: LogStreamParts;

  constructor(parts: LogStreamParts) {
    this.#parts = parts;
  }

  /** One page of what was asked for, in log order. Failures: `unknown-position`, `log-trimmed`. */
  async readWal(request: StreamRequest): Promise<StreamPage<WalItem>> {
    const { log, limits, phase, current } = this.#parts;
    const { catalog, position } = current();
    const { epoch, start } = log.bounds(PARTITION);
    const place = placeOfStart(request.from, { epoch, start, applied: position });
    const builder = new PageBuilder<WalItem>(place, { epoch, recordsMax: this.#recordsMax(request) });
    const last = position?.offset ?? -1;
    if (place.offset > last) return builder.page(last);
    const read = { frames: limits.streamFramesMax, bytes: limits.streamBytesMax };
    for (const frame of await log.read(PARTITION, place.offset, read)) {
      if (frame.offset > last || builder.isFull) break;
      // Under the log's epoch, as the CDC has them: frames of a restored log were appended in an earlier one.
      passFrame(builder, walItemsOf({ ...frame, epoch }, { catalog, phase }), {
        offset: frame.offset,
        filter: request.filter ?? {},
      });
    }
    return builder.page(last);
  }

  /** One page of what took effect, in log order. Failures: `unknown-position`, `log-trimmed`, `feed-gap`. */
  async readCdc(request: StreamRequest): Promise<StreamPage<CdcItem>> {
    const { store, log, limits, phase, current } = this.#parts;
    const { catalog, position } = current();
    const [oldest] = await store.readFeed(PARTITION, 0, 1);
    const { epoch } = log.bounds(PARTITION);
    const bounds = { epoch, start: oldest?.offset ?? 0, applied: position };
    const builder = new PageBuilder<CdcItem>(placeOfStart(request.from, bounds), {
      epoch,
      recordsMax: this.#recordsMax(request),
    });
    const last = position?.offset ?? -1;
    let bytes = 0;
    let frames = 0;
    while (builder.next.offset <= last && !builder.isFull) {
      if (bytes >= limits.streamBytesMax || frames >= limits.streamFramesMax) break;
      const [stored] = await store.readFeed(PARTITION, builder.next.offset, 1);
      const record = this.#unbroken(stored, builder.next.offset, bounds);
      bytes += stored?.record.length ?? 0;
      frames += 1;
      passFrame(builder, cdcItemsOf(record, epoch, { catalog, phase }), {
        offset: record.offset,
        filter: request.filter ?? {},
      });
    }
    return builder.page(last);
  }

  /** The feed record of a frame, which must be there and follow the one before. */
  #unbroken(stored: StoredFeed | undefined, offset: number, bounds: StreamBounds): FeedRecord {
    const record = stored === undefined ? undefined : decodeFeedRecord(stored.record);
    if (record?.offset === offset && record.previousOffset === offset - 1) return record;
    const { start } = this.#parts.log.bounds(PARTITION);
    const position = printStreamPosition({ epoch: bounds.epoch, partition: PARTITION, offset, item: null });
    // The housekeeping may have trimmed the feed since this page began.
    if (record !== undefined && record.previousOffset >= offset && start > offset) {
      throw trimmed(position, { ...bounds, start });
    }
    const found = record === undefined ? 'nothing' : `frame ${record.offset}, which follows ${record.previousOffset}`;
    throw new Failure(engineFailures['feed-gap'], `the feed has no frame ${position}: there is ${found}`, { position });
  }

  #recordsMax({ recordsMax }: StreamRequest): number {
    const max = this.#parts.limits.streamRecordsMax;
    return recordsMax === undefined ? max : Math.min(max, recordsMax);
  }
}

interface FrameToPass {
  readonly offset: number;
  readonly filter: StreamFilter;
}

/** Passes the items of a frame that come at or after the builder's place, as many as fit. */
function passFrame<R extends StreamedEvent>(
  builder: PageBuilder<R>,
  items: readonly (R | undefined)[],
  { offset, filter }: FrameToPass,
): void {
  const first = builder.next.item;
  if (first > items.length) {
    throw unknownPosition(printStreamPosition(builder.reached), `its frame has ${items.length} items`);
  }
  for (let item = first; item < items.length; item += 1) {
    if (builder.isFull) return;
    const record = items[item];
    const wanted =
      record !== undefined && isWanted(filter, record.table, { alias: record.alias, id: record.stamp.requestId });
    builder.pass({ offset, item }, wanted ? record : undefined);
  }
  builder.endFrame(offset);
}

/** What items are named by. */
interface Naming {
  readonly catalog: Catalog;
  readonly phase: string;
}

/**
 * Every mutation item and every metadata change of a frame, not what a repair derives again. A retry shows the mutation that it brings along, also where it
 * came too late; a drop has no item, here as in the feed.
 */
function walItemsOf({ entries, ...frame }: Frame, { catalog, phase }: Naming): WalItem[] {
  const items: WalItem[] = [];
  const { epoch, offset, stampMs } = frame;
  const inFrame = { epoch, partition: PARTITION, offset, stampMs };
  let entryPlace = 0;
  let changePlace = 0;
  for (const bytes of entries) {
    const decoded = decodeLogRecord(bytes);
    if (decoded.kind === 'catalog') {
      const place = placeOfChange(inFrame, { entriesBefore: entryPlace, changesBefore: changePlace });
      items.push(walItemOfChange(decoded, { place, phase }));
      changePlace += 1;
      continue;
    }
    // A step of a rework is our own doing, and a repair changes no edge: nobody asked for it.
    if (decoded.kind === 'drop' || decoded.kind === 'rework' || decoded.kind === 'rederive') continue;
    const record = decoded.kind === 'retry' ? decoded.mutation : decoded;
    const table = knownSchema(catalog, record.table, record.schemaRevision);
    const mode = record.kind === 'load' ? record.mode : askedMode(record);
    const { stamp, alias } = record;
    for (const { key, events } of record.entries) {
      for (const [place, event] of events.entries()) {
        items.push({ table, place: { ...inFrame, entry: entryPlace, event: place }, stamp, alias, key, event, mode });
      }
      entryPlace += 1;
    }
  }
  return items;
}

/**
 * The mode by which a record was asked for. What our queue appends again is, as in the reference, a SYNC request, forced
 * where a system mode has to be overridden.
 */
function askedMode({ mode, origin }: MutateRecord): ResolvedMode {
  if (origin?.name !== QUEUE_ORIGIN) return mode;
  return { ...mode, request: 'SYNC', force: mode.force || mode.system !== null };
}

/** What the outcomes of a frame are in the CDC; undefined in the place of what it does not show. */
function cdcItemsOf({ outcomes, ...frame }: FeedRecord, epoch: number, naming: Naming): (CdcItem | undefined)[] {
  const { offset, stampMs } = frame;
  const inFrame = { epoch, partition: PARTITION, offset, stampMs };
  // A record of before the feed kept it does not say how many entries stand before a change: that many at least.
  let entriesSeen = 0;
  let changesBefore = 0;
  return outcomes.map((outcome) => {
    if (outcome.kind === 'edge') {
      entriesSeen = outcome.entry + 1;
      return cdcItemOf(outcome, inFrame, naming.catalog);
    }
    const entriesBefore = outcome.effect?.entriesBefore ?? entriesSeen;
    const place = placeOfChange(inFrame, { entriesBefore, changesBefore });
    changesBefore += 1;
    return cdcItemOfChange(outcome, { place, phase: naming.phase });
  });
}

/** Undefined for what the CDC does not show. */
function cdcItemOf(
  outcome: EdgeOutcome,
  inFrame: Omit<EventPlace, 'entry' | 'event'>,
  catalog: Catalog,
): CdcItem | undefined {
  if (!isPublished(outcome)) return undefined;
  const { stamp, alias, key, entry, status, before, after, message } = outcome;
  const place = { ...inFrame, entry, event: outcome.eventCount - 1 };
  const table = tableOf(outcome, catalog);
  return { table, place, stamp, alias, key, event: outcome.lastEvent, status, before, after, message };
}

function tableOf(outcome: EdgeOutcome, catalog: Catalog): Table {
  return knownSchema(catalog, outcome.table, outcome.schemaRevision);
}

function knownSchema(catalog: Catalog, id: Table['id'], revision: number): Table {
  const table = schemaOf(catalog, id, revision);
  invariant(table !== undefined, 'the catalog keeps every schema that a record names');
  return table;
}
