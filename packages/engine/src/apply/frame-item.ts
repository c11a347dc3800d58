import { encodeStateKey } from '@actionbase/core/codec/row-key';
import { invariant, unreachable } from '@actionbase/core/failure';
import type { Entry } from '@actionbase/core/model/edge';
import type { ParkedPosition } from '@actionbase/core/model/parked-position';
import type { Table } from '@actionbase/core/model/table';
import { bindEntry, rawEvent, rawKey } from '@actionbase/core/record/bind-entry';
import { decodeLogRecord } from '@actionbase/core/record/decode-log-record';
import type {
  CatalogRecord,
  DropRecord,
  MutateRecord,
  RawEntry,
  RawEvent,
  RawKey,
  RederiveRecord,
  ReworkRecord,
} from '@actionbase/core/record/log-record';
import type { RowAddress } from '@actionbase/ports/store';
import type { AdmittedMutation, RecordHeader } from '../admit/admit.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { AdmittedLoad } from '../load/admit-load.ts';
import type { ReadLoad } from '../load/read-load.ts';

/**
 * One request of a frame: a mutation or a load as this process admitted it, or just the bytes of its record, as the log gives them
 * back. Whatever is no admitted mutation goes by its bytes, so that what is stored of it can't depend on who applied it.
 */
export type FrameItem = AdmittedMutation | AdmittedLoad | { readonly kind: 'bytes'; readonly bytes: Uint8Array };

/** An item that is ready to be applied. */
export type ReadItem =
  | { readonly kind: 'catalog'; readonly record: CatalogRecord }
  | { readonly kind: 'rework'; readonly record: ReworkRecord }
  | DropRecord
  | RederiveRecord
  | ReadLoad
  | ReadMutation;

/** Entries aligned with a table; undefined where a key cannot be that table's. */
export interface ReadMutation {
  readonly kind: 'mutate';
  readonly header: RecordHeader;
  readonly bytes: Uint8Array;
  /** What `entries` are aligned with; null when the table is gone. */
  readonly table: Table | null;
  readonly entries: readonly (Entry | undefined)[];
  /** The entries as the log holds them; null when the item came from admission, where `entries` say the same. */
  readonly raw: readonly RawEntry[] | null;
  /** The parked mutation that this one is; null for one that comes for the first time. */
  readonly retries: ParkedPosition | null;
}

/** Decodes what has to be decoded and aligns it with the catalog. */
export function readItem(item: FrameItem, catalog: Catalog): ReadItem {
  if (item.kind === 'mutate') {
    const { header, table, entries, bytes } = item;
    return { kind: 'mutate', header, bytes, table, entries, raw: null, retries: null };
  }
  if (item.kind === 'load') {
    const { kind, header, rows, fresh } = item;
    return { kind, header, rows, fresh };
  }
  const record = decodeLogRecord(item.bytes);
  switch (record.kind) {
    case 'catalog':
      return { kind: 'catalog', record };
    case 'rework':
      return { kind: 'rework', record };
    case 'drop':
    case 'rederive':
      return record;
    case 'load':
      return { kind: 'load', header: record, rows: record.rows, fresh: null };
    case 'mutate':
      return { ...readMutation(record, item.bytes, catalog), retries: null };
    case 'retry':
      return { ...readMutation(record.mutation, item.bytes, catalog), retries: record.parked };
    default:
      return unreachable(record);
  }
}

function readMutation(record: MutateRecord, bytes: Uint8Array, catalog: Catalog): Omit<ReadMutation, 'retries'> {
  const table = catalog.tablesById.get(record.table)?.table ?? null;
  const entries = table === null ? [] : record.entries.map((raw) => bindEntry(table, raw));
  return { kind: 'mutate', header: record, bytes, table, entries, raw: record.entries };
}

/** The parked mutations that items of a frame name. */
export function namedParked(items: readonly ReadItem[]): ParkedPosition[] {
  const named: ParkedPosition[] = [];
  for (const item of items) {
    if (item.kind === 'drop') named.push(item.parked);
    else if (item.kind === 'mutate' && item.retries !== null) named.push(item.retries);
  }
  return named;
}

/** Aligns a mutation with another revision of its table than it was cast under: decided by the log record alone. */
export function rebind(mutation: ReadMutation, table: Table): ReadMutation {
  const raw = rawEntries(mutation);
  return { ...mutation, table, raw, entries: raw.map((entry) => bindEntry(table, entry)) };
}

/** The entries as the log holds them. */
export function rawEntries(mutation: ReadMutation): readonly RawEntry[] {
  if (mutation.raw !== null) return mutation.raw;
  const record = decodeLogRecord(mutation.bytes);
  invariant(record.kind === 'mutate', 'the bytes of a mutation are a mutation');
  return record.entries;
}

/** Where the states of a mutation's keys are, in the order of those entries that fit the table; a NIL table has none. */
export function stateAddresses(mutation: ReadMutation): RowAddress[] {
  const { table, entries } = mutation;
  const addresses: RowAddress[] = [];
  if (table === null || table.layout === 'NIL') return addresses;
  for (const entry of entries) {
    if (entry !== undefined) addresses.push({ space: table.id, key: encodeStateKey(table, entry.key) });
  }
  return addresses;
}

/** Key, last event and number of events of one entry, in the form that the feed keeps: the same live and at a replay. */
export function entrySummary(
  mutation: ReadMutation,
  place: number,
): { key: RawKey; lastEvent: RawEvent; eventCount: number } {
  const raw = mutation.raw?.[place];
  if (raw !== undefined) return { key: raw.key, lastEvent: lastOf(raw.events), eventCount: raw.events.length };
  const entry = mutation.entries[place];
  invariant(mutation.table !== null && entry !== undefined, 'an admitted entry knows its table');
  const event = rawEvent(mutation.table, lastOf(entry.events));
  return { key: rawKey(mutation.table, entry.key), lastEvent: event, eventCount: entry.events.length };
}

function lastOf<T>(items: readonly T[]): T {
  const last = items.at(-1);
  invariant(last !== undefined, 'an entry holds at least one event');
  return last;
}
