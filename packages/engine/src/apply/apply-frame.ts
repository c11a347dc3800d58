// Hot: once per entry. Benchmark: embedded.
import { deriveRows, type StateChange } from '@actionbase/core/derive/derive-rows';
import { type FailureKind, invariant, unreachable } from '@actionbase/core/failure';
import type { CatalogChange, CatalogEntity } from '@actionbase/core/model/catalog';
import type { Entry } from '@actionbase/core/model/edge';
import type { ParkedPosition } from '@actionbase/core/model/parked-position';
import type { Table } from '@actionbase/core/model/table';
import { encodeFeedRecord } from '@actionbase/core/record/encode-feed-record';
import type { CatalogOutcome, Outcome } from '@actionbase/core/record/feed-record';
import type { LoadOutcome } from '@actionbase/core/record/load-outcome';
import type { CatalogRecord, RederiveRecord, ReworkRecord } from '@actionbase/core/record/log-record';
import { FOLD_BY_RULES } from '@actionbase/core/reduce/fold-entry';
import type { FrameWrite, RowAddress, RowWrite, StoreReader } from '@actionbase/ports/store';
import type { RecordHeader } from '../admit/admit.ts';
import { auditedTable, isLeftOut } from '../audit/audited-table.ts';
import { rederiveRows } from '../audit/rederive-rows.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { CatalogPlan } from '../catalog/catalog-plan.ts';
import { catalogWrites } from '../catalog/catalog-rows.ts';
import { changedEntity } from '../catalog/changed-entity.ts';
import { planChange } from '../catalog/plan-change.ts';
import { type AppliedLoad, applyLoad, type LoadResult } from '../load/apply-load.ts';
import type { ReadLoad } from '../load/read-load.ts';
import { PARTITION } from '../partition.ts';
import { queueMark } from '../queue/queue-mark.ts';
import { applyReworkStep } from '../rework/apply-rework-step.ts';
import { type TableReworks, tableOfState } from '../rework/table-reworks.ts';
import { changedTable, spaceHasRows } from './changed-table.ts';
import {
  entrySummary,
  type FrameItem,
  namedParked,
  type ReadItem,
  type ReadMutation,
  readItem,
  rebind,
  stateAddresses,
} from './frame-item.ts';
import { align, FrameOverlay, isRealigned, type KnownState } from './frame-overlay.ts';
import { parkedMutation, parksRefused } from './park.ts';
import { SideQueueOverlay } from './side-queue-overlay.ts';
import {
  CELL_BYTES_PER_REQUEST_MAX,
  CELLS_TOO_LARGE,
  type EntryResult,
  KEPT_NOTHING,
  QUEUED,
  refusedVerdict,
  SCHEMA_CHANGED,
  type Verdict,
} from './verdict.ts';

export interface FrameToApply {
  readonly epoch: number;
  readonly offset: number;
  readonly stampMs: number;
  readonly items: readonly FrameItem[];
}

/** What applying depends on besides the frame and the rows: a function of the log before it. */
export interface ApplyState {
  readonly catalog: Catalog;
  /** Highest foreign position per origin. */
  readonly inbox: ReadonlyMap<string, bigint>;
  /** Offset of the frame before, -1 for none. */
  readonly offset: number;
  /** How many mutations are parked. */
  readonly parked: number;
}

/** Limits by which an entry is refused: the same at every replay of a log. */
export interface ApplyRules {
  readonly keyBytesMax: number;
  readonly valueBytesMax: number;
}

/** What became of one item of the frame. */
export type ItemResult =
  | MutateResult
  | LoadResult
  | { readonly kind: 'catalog'; readonly entity: CatalogEntity | null }
  /** How many were passed. */
  | { readonly kind: 'rework'; readonly states: number; readonly cells: number }
  | { readonly kind: 'refused'; readonly failure: FailureKind; readonly message: string }
  | { readonly kind: 'retry'; readonly retried: Retried | null }
  /** Whether there was anything to forget. */
  | { readonly kind: 'drop'; readonly dropped: boolean }
  /** How many rows had to be changed. */
  | { readonly kind: 'rederive'; readonly changed: number };

/** What became of a parked mutation that was tried again; null where nothing is parked (any more). */
export interface Retried extends EntryResult {
  /** Where it is parked now that it was refused again, else null. */
  readonly parkedAs: ParkedPosition | null;
}

export interface MutateResult {
  readonly kind: 'mutate';
  /** Place of the first entry in its frame; the others follow. */
  readonly firstEntry: number;
  readonly entries: readonly EntryResult[];
}

export interface AppliedFrame {
  readonly write: FrameWrite;
  readonly state: ApplyState;
  /** One per item. */
  readonly results: readonly ItemResult[];
  /** True when the frame holds asynchronous mutations, which the queue appends again. */
  readonly queued: boolean;
}

export interface ApplyInput {
  readonly reader: StoreReader;
  readonly before: ApplyState;
  readonly frame: FrameToApply;
  readonly rules: ApplyRules;
}

/**
 * Computes what a frame does, in log order, without writing it. A function of the frame and of everything before it:
 * no clock, no randomness, no configuration that could differ at a replay.
 */
export async function applyFrame(input: ApplyInput): Promise<AppliedFrame> {
  const { frame, before, reader } = input;
  invariant(frame.offset === before.offset + 1, `frame ${frame.offset} is applied after frame ${before.offset}`);
  const application = new FrameApplication(input);
  const items = frame.items.map((item) => readItem(item, before.catalog));
  const addresses = items.map((item) => (item.kind === 'mutate' ? stateAddresses(item) : []));
  const states = await application.load(addresses.flat());
  await application.loadParked(namedParked(items));
  const results: ItemResult[] = [];
  let firstState = 0;
  for (const [record, item] of items.entries()) {
    const endState = firstState + (addresses[record]?.length ?? 0);
    results.push(await application.applyItem(item, { record, states: states.slice(firstState, endState) }));
    firstState = endState;
  }
  const { offset, stampMs, epoch } = frame;
  const { catalog, inbox, outcomes, queued } = application;
  const feed = encodeFeedRecord({ offset, previousOffset: before.offset, stampMs, outcomes });
  const rows = await application.rows(reader, stampMs);
  const inboxWrites = [...application.inboxWrites].map(([origin, position]) => ({ origin, position }));
  return {
    write: { epoch, offset, stampMs, rows, feed, inbox: inboxWrites },
    state: { catalog, inbox, offset, parked: application.parked },
    results,
    queued,
  };
}

/** The work of one `applyFrame`: what its items have changed so far. */
class FrameApplication {
  catalog: Catalog;
  queued = false;
  readonly outcomes: (Outcome | LoadOutcome)[] = [];
  /** Copied when the frame first raises a position: there may be many origins. */
  inbox: ReadonlyMap<string, bigint>;
  readonly inboxWrites = new Map<string, bigint>();
  readonly #input: ApplyInput;
  readonly #overlay = new FrameOverlay();
  readonly #sideQueue: SideQueueOverlay;
  readonly #catalogRows: RowWrite[] = [];
  #loaded: AppliedLoad | undefined;
  #ownInbox: Map<string, bigint> | undefined;
  /** How the entries of the current request are folded. */
  #fold = FOLD_BY_RULES.v3;
  /** Bytes of the state cells before and after that the feed keeps of the current request. */
  #cellBytes = 0;
  /** Reworks of the table that the current request is for. */
  #reworks: TableReworks | undefined;
  /** Entries of the frame so far, those that the inbox dropped included. */
  #entryCount = 0;

  constructor(input: ApplyInput) {
    this.#input = input;
    this.catalog = input.before.catalog;
    this.inbox = input.before.inbox;
    this.#sideQueue = new SideQueueOverlay(input.before.parked);
  }

  get parked(): number {
    return this.#sideQueue.count;
  }

  load(addresses: readonly RowAddress[]): Promise<KnownState[]> {
    return this.#overlay.load(this.#input.reader, addresses);
  }

  async loadParked(positions: readonly ParkedPosition[]): Promise<void> {
    if (positions.length > 0) await this.#sideQueue.load(this.#input.reader, positions);
  }

  async rows(reader: StoreReader, stampMs: number): Promise<RowWrite[]> {
    const rows = this.#sideQueue.puts().concat(this.#loaded?.derived ?? []);
    for (const row of await this.#overlay.writes(reader, stampMs)) rows.push(row);
    for (const row of this.#loaded?.states ?? []) rows.push(row);
    if (this.queued) rows.push(queueMark(this.#input.frame.offset));
    return rows.concat(this.#catalogRows, this.#sideQueue.deletes());
  }

  async applyItem(item: ReadItem, place: ItemPlace): Promise<ItemResult> {
    switch (item.kind) {
      case 'catalog':
        return this.#applyChange(item.record);
      case 'rework':
        this.#requireAlone('a step of a rework reads the store, so it is alone in its frame');
        return this.#applyStep(item.record);
      case 'drop':
        return { kind: 'drop', dropped: this.#sideQueue.take(item.parked) !== undefined };
      case 'rederive':
        this.#requireAlone('what is derived again is read from the store: alone in its frame');
        return this.#applyRederive(item);
      case 'load':
        this.#requireAlone('a load reads the store in one go, so it is alone in its frame');
        return this.#applyLoad(item);
      case 'mutate': {
        if (item.retries !== null) return { kind: 'retry', retried: await this.#applyRetry(item, item.retries, place) };
        const tries = parksRefused(item.header) ? 1 : null;
        return this.#applyMutation(item, place, tries);
      }
      default:
        return unreachable(item);
    }
  }

  /** For records that read the store past what this frame has changed so far. */
  #requireAlone(sentence: string): void {
    invariant(this.#input.frame.items.length === 1, sentence);
  }

  async #applyChange(record: CatalogRecord): Promise<ItemResult> {
    const { change, stamp } = record;
    const hasRows = await this.#hasRows(change);
    const plan = planChange(this.catalog, change, { stamp, hasRows });
    this.outcomes.push({ kind: 'catalog', stamp, change, ...this.#changeSummary(change, plan) });
    if (plan.kind === 'refused') return { kind: 'refused', failure: plan.failure, message: plan.message };
    if (plan.kind === 'unchanged') return { kind: 'catalog', entity: null };
    this.catalog = plan.catalog;
    for (const row of catalogWrites(plan.rows)) this.#catalogRows.push(row);
    return { kind: 'catalog', entity: plan.entity };
  }

  async #applyStep(record: ReworkRecord): Promise<ItemResult> {
    const { reader, rules } = this.#input;
    const input = { reader, rules, record, overlay: this.#overlay, catalog: this.catalog };
    const { catalog, rows, states, cells } = await applyReworkStep(input);
    this.catalog = catalog;
    for (const row of catalogWrites(rows)) this.#catalogRows.push(row);
    return { kind: 'rework', states, cells };
  }

  /** Its edges take effect as those of any mutation do. */
  async #applyLoad(load: ReadLoad): Promise<LoadResult> {
    const { header, rows } = load;
    const { reader, rules: limits } = this.#input;
    const current = this.catalog.tablesById.get(header.table);
    const table = current?.definition.active ? current.table : null;
    this.#reworks = current?.reworks;
    this.#entryCount += rows.count;
    this.#loaded = await applyLoad({
      reader,
      limits,
      overlay: this.#overlay,
      load,
      table,
      isPlain: this.#reworks === undefined && table?.revision === header.schemaRevision,
      reduce: (entry, known) => this.#verdictOn(table, entry, known),
    });
    const { exceptions, result } = this.#loaded;
    const { stamp, alias } = header;
    const schemaRevision = table?.revision ?? header.schemaRevision;
    this.outcomes.push({ kind: 'load', stamp, alias, table: header.table, schemaRevision, rows, exceptions });
    return result;
  }

  /** What the feed keeps of a change that is planned and not yet made. */
  #changeSummary(change: CatalogChange, plan: CatalogPlan): Pick<CatalogOutcome, 'refusal' | 'effect'> {
    const entriesBefore = this.#entryCount;
    if (plan.kind === 'changed') {
      const [before, after] = [changedEntity(this.catalog, change), changedEntity(plan.catalog, change)];
      return { refusal: null, effect: { entriesBefore, before, after } };
    }
    const refusal = plan.kind === 'refused' ? plan.failure.code : null;
    return { refusal, effect: { entriesBefore, before: null, after: null } };
  }

  /** Without effect when the table is gone. */
  async #applyRederive(record: RederiveRecord): Promise<ItemResult> {
    const entry = this.catalog.tablesById.get(record.table);
    if (entry === undefined) return { kind: 'rederive', changed: 0 };
    const { reader, frame } = this.#input;
    const audited = auditedTable(entry);
    const isUnderRework = (key: Uint8Array): boolean => isLeftOut(audited, key);
    const rows = { reader, overlay: this.#overlay, table: audited.table, isLeftOut: isUnderRework };
    const input = { ...rows, record, stampMs: frame.stampMs };
    return { kind: 'rederive', changed: await rederiveRows(input) };
  }

  async #hasRows(change: CatalogChange): Promise<boolean> {
    const id = changedTable(this.catalog, change)?.table.id;
    if (id === undefined) return false;
    return this.#overlay.touches(id) || (await spaceHasRows(this.#input.reader, id));
  }

  /** A parked mutation takes effect as any other does here; the inbox let it pass when it came first. */
  async #applyRetry(read: ReadMutation, position: ParkedPosition, place: ItemPlace): Promise<Retried | null> {
    const parked = this.#sideQueue.take(position);
    if (parked === undefined) {
      this.#entryCount += entryCountOf(read);
      return null;
    }
    const { firstEntry, entries } = await this.#applyMutation(read, place, parked.tries + 1);
    const [result] = entries;
    invariant(result !== undefined, 'a parked mutation has one entry');
    const parkedAs = result.refusal === null ? null : this.#parkedPosition(place.record, firstEntry);
    return { ...result, parkedAs };
  }

  /** `tries` counts how often the entries were tried, this time included; those that are refused are parked then. Null: they are not. */
  async #applyMutation(read: ReadMutation, place: ItemPlace, tries: number | null): Promise<MutateResult> {
    const count = entryCountOf(read);
    const firstEntry = this.#entryCount;
    this.#entryCount += count;
    const { header } = read;
    if (read.retries === null && !this.#passesInbox(header)) {
      return { kind: 'mutate', firstEntry, entries: read.entries.map(() => DROPPED) };
    }
    const current = this.catalog.tablesById.get(header.table);
    const table = current?.definition.active ? current.table : null;
    let mutation = read;
    let { states } = place;
    if (table !== null && table.revision !== read.table?.revision) {
      mutation = rebind(read, table);
      states = await this.load(stateAddresses(mutation));
    }
    if (header.mode.effective === 'ASYNC') this.queued = true;
    const entries: EntryResult[] = [];
    let nextState = 0;
    this.#cellBytes = 0;
    this.#fold = FOLD_BY_RULES[header.rules];
    this.#reworks = current?.reworks;
    for (let nth = 0; nth < count; nth++) {
      const known = mutation.entries[nth] === undefined ? undefined : states[nextState++];
      const entry = firstEntry + nth;
      const result = this.#applyEntry({ mutation, table, known, place: nth, entry });
      entries.push(result);
      if (result.refusal === null || tries === null) continue;
      const { stampMs: parkedMs } = this.#input.frame;
      const parked = parkedMutation({ mutation, nth, refusal: result.refusal, catalog: this.catalog, tries, parkedMs });
      this.#sideQueue.park(this.#parkedPosition(place.record, entry), parked);
    }
    return { kind: 'mutate', firstEntry, entries };
  }

  #parkedPosition(record: number, entry: number): ParkedPosition {
    const { epoch, offset } = this.#input.frame;
    return { epoch, partition: PARTITION, offset, record, entry };
  }

  /** Foreign records at or below the highest position seen are dropped. The entries of one record share its position. */
  #passesInbox(header: RecordHeader): boolean {
    if (header.origin === null) return true;
    const { name, position } = header.origin;
    const highest = this.inbox.get(name);
    if (highest !== undefined && position <= highest) return false;
    this.#ownInbox ??= new Map(this.inbox);
    this.inbox = this.#ownInbox.set(name, position);
    this.inboxWrites.set(name, position);
    return true;
  }

  #applyEntry(one: EntryToApply): EntryResult {
    const { mutation, table, place, entry } = one;
    const { stamp, alias, schemaRevision, rules } = mutation.header;
    const { status, refusal, before, after } = this.#verdict(one);
    this.outcomes.push({
      kind: 'edge',
      rules,
      stamp,
      alias,
      table: mutation.header.table,
      schemaRevision: table?.revision ?? schemaRevision,
      status,
      refusal: refusal?.code ?? null,
      ...entrySummary(mutation, place),
      entry,
      before,
      after,
      message: rules === 'v2' && refusal !== null ? storable(refusal.message) : null,
    });
    return { status, refusal, after };
  }

  #verdict({ mutation, table, known, place }: EntryToApply): Verdict {
    if (mutation.header.mode.effective !== 'SYNC') return QUEUED;
    return this.#verdictOn(table, mutation.entries[place], known);
  }

  #verdictOn(table: Table | null, entry: Entry | undefined, known: KnownState | undefined): Verdict {
    if (table === null || entry === undefined) return SCHEMA_CHANGED;
    if (table.layout === 'NIL') return KEPT_NOTHING;
    invariant(known !== undefined, 'an entry that fits its table has a state');
    return this.#reduceEntry(table, entry, known);
  }

  #reduceEntry(table: Table, entry: Entry, known: KnownState): Verdict {
    align(table, known);
    const before = known.bytes;
    this.#cellBytes += before?.length ?? 0;
    if (this.#cellBytes > CELL_BYTES_PER_REQUEST_MAX) return CELLS_TOO_LARGE;
    const folded = this.#fold(table, known.state, entry);
    if (folded.kind === 'refused') return refusedVerdict(before, folded.failure, folded.message);
    if (!folded.changed) return { status: folded.status, refusal: null, before, after: before };
    const change = { before: known.state, after: folded.after, isRealigned: isRealigned(table, known) };
    const derivedBy = this.#reworks === undefined ? table : tableOfState(this.#reworks, known.address.key);
    const refusal = this.#deriveInto(derivedBy, entry, change);
    if (refusal !== null) return refusedVerdict(before, refusal.failure, refusal.message);
    const after = this.#overlay.setState(table, known, folded.after);
    this.#cellBytes += after?.length ?? 0;
    return { status: folded.status, refusal: null, before, after };
  }

  /** Adds the derived rows of a change to the frame; a refusal adds nothing. */
  #deriveInto(table: Table, entry: Entry, change: StateChange): Refusal | null {
    const derived = deriveRows(table, entry.key, change, this.#input.rules);
    if (derived.kind === 'refused') return derived;
    const space = table.id;
    for (const row of derived.deletes) this.#overlay.putRow({ ...row, space, value: undefined });
    for (const row of derived.puts) this.#overlay.putRow({ ...row, space });
    for (const count of derived.counts) this.#overlay.addCount(space, count);
    for (const group of derived.groups) this.#overlay.addGroup(space, group);
    return null;
  }
}

/** An item's place in its frame. */
interface ItemPlace {
  /** Place of its record in the frame. */
  readonly record: number;
  /** The states of those of its entries that fit the table, in order. */
  readonly states: readonly KnownState[];
}

function entryCountOf(read: ReadMutation): number {
  return read.raw?.length ?? read.entries.length;
}

interface EntryToApply {
  readonly mutation: ReadMutation;
  /** The table as it is now; null when it is gone or inactive. */
  readonly table: Table | null;
  /** The state of the entry's key, where the table has one. */
  readonly known: KnownState | undefined;
  /** Place of the entry in its request. */
  readonly place: number;
  /** Place of the entry in its frame. */
  readonly entry: number;
}

interface Refusal {
  readonly failure: FailureKind;
  readonly message: string;
}

const DROPPED: EntryResult = { status: 'IDLE', refusal: null, after: null };

/** A name in a message may hold what the feed's texts cannot: U+0000, halves of surrogate pairs. */
function storable(message: string): string {
  return message.toWellFormed().replaceAll('\0', '\ufffd');
}
