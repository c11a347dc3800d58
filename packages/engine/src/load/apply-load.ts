// Hot: once per edge that is loaded. Benchmark: bulk.
import type { RowLimits } from '@actionbase/core/derive/row-limits';
import { type Entry, type EntryStatus, INITIAL_STATE } from '@actionbase/core/model/edge';
import type { Table } from '@actionbase/core/model/table';
import { compareBytes, justAfter } from '@actionbase/core/query/byte-order';
import type { LoadException } from '@actionbase/core/record/load-outcome';
import type { RowWrite, StoreReader } from '@actionbase/ports/store';
import type { FrameOverlay, KnownState } from '../apply/frame-overlay.ts';
import { type FreshEdge, type PreparedEdge, prepareEdge } from './prepare-load.ts';
import { entriesOfLoad, type ReadLoad } from './read-load.ts';

/** What became of one edge; the same as of an entry of any other request. */
export interface LoadVerdict {
  readonly status: EntryStatus;
  readonly refusal: { readonly code: string; readonly message: string } | null;
  readonly before: Uint8Array | null;
  readonly after: Uint8Array | null;
}

/** What became of a load, by the numbers of its edges. */
export interface LoadResult {
  readonly kind: 'load';
  readonly counts: Readonly<Partial<Record<EntryStatus, number>>>;
  /** The edges that were refused, by their places in the load. */
  readonly refusals: readonly { readonly place: number; readonly code: string; readonly message: string }[];
}

export interface LoadToApply {
  readonly reader: StoreReader;
  readonly overlay: FrameOverlay;
  readonly limits: RowLimits;
  readonly load: ReadLoad;
  /** The table as it is now; null when it is gone or inactive. */
  readonly table: Table | null;
  /** Whether what was prepared holds: the record was made under this schema, and no rows of the table are under rework. */
  readonly isPlain: boolean;
  /** The long way of an edge: what every entry goes. Puts what changes into the overlay, the state but into `known`. */
  readonly reduce: (entry: Entry | undefined, known: KnownState | undefined) => LoadVerdict;
}

export interface AppliedLoad {
  readonly exceptions: readonly LoadException[];
  readonly result: LoadResult;
  /** Rows of edges that were created from nothing. They come before those of the overlay. */
  readonly derived: readonly RowWrite[];
  /** State rows; they come last. */
  readonly states: readonly RowWrite[];
}

/** Applies the edges of a load, which are sorted by their keys. */
export async function applyLoad(toApply: LoadToApply): Promise<AppliedLoad> {
  const { load, overlay, table, isPlain, limits } = toApply;
  const edges = table === null ? [] : edgesOf(load, table, limits);
  const knownStates = table === null || table.layout === 'NIL' ? [] : await loadStates(toApply.reader, table, edges);
  const derived: RowWrite[] = [];
  const exceptions: LoadException[] = [];
  const refusals: { place: number; code: string; message: string }[] = [];
  const counts: Partial<Record<EntryStatus, number>> = {};
  for (let place = 0; place < load.rows.count; place++) {
    const known = knownStates[place];
    const edge = edges[place];
    const fresh = edge?.prepared?.fresh ?? null;
    if (isPlain && known !== undefined && known.bytes === null && fresh !== null) {
      createFresh(fresh, { overlay, derived, known });
      counts.CREATED = (counts.CREATED ?? 0) + 1;
      continue;
    }
    const { status, refusal, before, after } = toApply.reduce(edge?.entry, known);
    counts[status] = (counts[status] ?? 0) + 1;
    exceptions.push({ place, status, refusal: refusal?.code ?? null, before, after });
    if (refusal !== null) refusals.push({ place, ...refusal });
  }
  const states: RowWrite[] = [];
  let last: KnownState | undefined;
  for (const known of knownStates) {
    if (known === undefined || known === last || !known.changed) continue;
    last = known;
    states.push({ ...known.address, value: known.bytes ?? undefined });
  }
  return { exceptions, result: { kind: 'load', counts, refusals }, derived, states };
}

/** Puts the rows of an edge without a state before it. */
function createFresh(
  { cell, rows }: FreshEdge,
  target: { readonly overlay: FrameOverlay; readonly derived: RowWrite[]; readonly known: KnownState },
): void {
  const { overlay, derived, known } = target;
  const { space } = known.address;
  for (const { key, qualifier, value } of rows.puts) derived.push({ space, key, qualifier, value });
  for (const count of rows.counts) overlay.addCount(space, count);
  for (const group of rows.groups) overlay.addGroup(space, group);
  known.bytes = cell;
  known.revision = 0;
  known.changed = true;
}

/** An edge with what was prepared of it; both are undefined for a key that cannot be the table's. */
interface EdgeToApply {
  readonly entry: Entry | undefined;
  readonly prepared: PreparedEdge | undefined;
}

function edgesOf(load: ReadLoad, table: Table, limits: RowLimits): EdgeToApply[] {
  const { from, header } = load;
  const entries = entriesOfLoad(load, table);
  if ('prepared' in from && header.schemaRevision === table.revision) {
    return entries.map((entry, place) => ({ entry, prepared: from.prepared[place] }));
  }
  return entries.map((entry) => ({ entry, prepared: entry && prepareEdge(table, entry, limits) }));
}

/** States that one look at the range of a load may find; with more of them it is cheaper to ask for each. */
const PROBE_ROWS = 64;

/** The state of each edge; edges of one key, which stand side by side, share it. */
async function loadStates(
  reader: StoreReader,
  table: Table,
  edges: readonly EdgeToApply[],
): Promise<(KnownState | undefined)[]> {
  const states: (KnownState | undefined)[] = [];
  const distinct: KnownState[] = [];
  for (const { prepared } of edges) {
    if (prepared === undefined) {
      states.push(undefined);
      continue;
    }
    const last = distinct.at(-1);
    if (last !== undefined && compareBytes(last.address.key, prepared.stateKey) === 0) {
      states.push(last);
      continue;
    }
    const known = newState(table, prepared.stateKey);
    distinct.push(known);
    states.push(known);
  }
  const found = await storedValues(reader, distinct);
  for (const [place, known] of distinct.entries()) known.bytes = found[place] ?? null;
  return states;
}

function newState(table: Table, key: Uint8Array): KnownState {
  return { address: { space: table.id, key }, bytes: null, revision: 0, state: INITIAL_STATE, changed: false };
}

/**
 * What is stored under ascending keys. A range that holds next to nothing, as that of a sorted load, is read at once: it costs
 * one look instead of one for each key.
 */
async function storedValues(
  reader: StoreReader,
  states: readonly KnownState[],
): Promise<readonly (Uint8Array | undefined)[]> {
  const [first, last] = [states[0]?.address, states.at(-1)?.address];
  if (first === undefined || last === undefined) return [];
  const range = { space: first.space, start: first.key, end: justAfter(last.key), limit: PROBE_ROWS };
  const { rows, more } = await reader.scan(range);
  if (more) return reader.getMany(states.map(({ address }) => address));
  let next = 0;
  return states.map(({ address }) => {
    while (next < rows.length && compareBytes(rows[next]?.key ?? address.key, address.key) < 0) next += 1;
    const row = rows[next];
    return row !== undefined && compareBytes(row.key, address.key) === 0 ? row.value : undefined;
  });
}
