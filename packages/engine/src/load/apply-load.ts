// Hot: once per edge that is loaded. Benchmark: bulk.
import type { RowLimits } from '@actionbase/core/derive/row-limits';
import { type Entry, type EntryStatus, INITIAL_STATE } from '@actionbase/core/model/edge';
import type { Table } from '@actionbase/core/model/table';
import { compareBytes, justAfter } from '@actionbase/core/query/byte-order';
import type { LoadException } from '@actionbase/core/record/load-outcome';
import type { RowWrite, StoreReader } from '@actionbase/ports/store';
import type { FrameOverlay, KnownState } from '../apply/frame-overlay.ts';
import type { FreshRows } from './fresh-rows.ts';
import { BoundLoad, type ReadLoad } from './read-load.ts';

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
  const bound = table === null ? undefined : new BoundLoad(load, table, limits);
  const keepsStates = table !== null && bound !== undefined && table.layout !== 'NIL';
  const knownStates = keepsStates
    ? await loadStates(toApply.reader, table, { fresh: bound.fresh, count: load.rows.count })
    : [];
  const created = isPlain && bound !== undefined ? new CreatedEdges(bound.fresh, overlay) : undefined;
  const exceptions: LoadException[] = [];
  const refusals: { place: number; code: string; message: string }[] = [];
  const counts: Partial<Record<EntryStatus, number>> = {};
  for (let place = 0; place < load.rows.count; place++) {
    const known = knownStates[place];
    if (created !== undefined && known !== undefined && known.bytes === null && bound?.fresh.isFresh(place) === true) {
      created.add(place, known);
      continue;
    }
    const { status, refusal, before, after } = toApply.reduce(bound?.entry(place), known);
    counts[status] = (counts[status] ?? 0) + 1;
    exceptions.push({ place, status, refusal: refusal?.code ?? null, before, after });
    if (refusal !== null) refusals.push({ place, ...refusal });
  }
  if (created !== undefined && created.count > 0) {
    counts.CREATED = (counts.CREATED ?? 0) + created.count;
    created.addCounts(load.header.table);
  }
  const derived = created?.rows ?? [];
  return { exceptions, result: { kind: 'load', counts, refusals }, derived, states: changedStates(knownStates) };
}

/** Gathers the rows of edges without a state before them. */
class CreatedEdges {
  readonly rows: RowWrite[] = [];
  count = 0;
  readonly #fresh: FreshRows;
  readonly #overlay: FrameOverlay;
  readonly #deltas: Int32Array;

  constructor(fresh: FreshRows, overlay: FrameOverlay) {
    this.#fresh = fresh;
    this.#overlay = overlay;
    this.#deltas = new Int32Array(fresh.countKeys.length);
  }

  add(nth: number, known: KnownState): void {
    const fresh = this.#fresh;
    fresh.addPuts(nth, this.rows);
    fresh.addCounts(nth, this.#deltas);
    for (const group of fresh.groups(nth)) this.#overlay.addGroup(known.address.space, group);
    known.bytes = fresh.cell(nth);
    known.revision = 0;
    known.changed = true;
    this.count += 1;
  }

  addCounts(space: number): void {
    for (const [place, key] of this.#fresh.countKeys.entries()) {
      const delta = this.#deltas[place] ?? 0;
      if (delta !== 0) this.#overlay.addCount(space, { key, delta });
    }
  }
}

function changedStates(knownStates: readonly (KnownState | undefined)[]): RowWrite[] {
  const states: RowWrite[] = [];
  let last: KnownState | undefined;
  for (const known of knownStates) {
    if (known === undefined || known === last || !known.changed) continue;
    last = known;
    states.push({ ...known.address, value: known.bytes ?? undefined });
  }
  return states;
}

/** States that one look at the range of a load may find; with more of them it is cheaper to ask for each. */
const PROBE_ROWS = 64;

/** The state of each edge; edges of one key, which stand side by side, share it. Undefined where a key is not the table's. */
async function loadStates(
  reader: StoreReader,
  table: Table,
  { fresh, count }: { readonly fresh: FreshRows; readonly count: number },
): Promise<(KnownState | undefined)[]> {
  const states: (KnownState | undefined)[] = [];
  const distinct: KnownState[] = [];
  for (let nth = 0; nth < count; nth++) {
    const stateKey = fresh.stateKey(nth);
    if (stateKey === undefined) {
      states.push(undefined);
      continue;
    }
    const last = distinct.at(-1);
    if (last !== undefined && compareBytes(last.address.key, stateKey) === 0) {
      states.push(last);
      continue;
    }
    const known = newState(table, stateKey);
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
