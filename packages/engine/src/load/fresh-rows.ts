// Hot: once per edge that is loaded. Benchmark: bulk.
import { encodeStateKey } from '@actionbase/core/codec/row-key';
import { encodeStateValue } from '@actionbase/core/codec/row-value';
import { xxHash32 } from '@actionbase/core/codec/xxhash32';
import { type DerivedRows, deriveRows, type GroupDelta } from '@actionbase/core/derive/derive-rows';
import type { RowLimits } from '@actionbase/core/derive/row-limits';
import { invariant } from '@actionbase/core/failure';
import { type Entry, INITIAL_STATE } from '@actionbase/core/model/edge';
import type { Table } from '@actionbase/core/model/table';
import type { Value } from '@actionbase/core/model/value';
import { compareBytes } from '@actionbase/core/query/byte-order';
import { foldEntry } from '@actionbase/core/reduce/fold-entry';
import type { RowWrite } from '@actionbase/ports/store';
import { PieceList } from './piece-list.ts';

/** Numbers that are kept of each edge. */
const FIRST_PIECE = 0;
const PUTS = 1;
const FIRST_COUNT = 2;
const COUNTS = 3;
const NUMBERS = 4;
/** In the place of the number of puts: the edge goes the long way. */
const NOT_FRESH = -1;

const NO_GROUPS: readonly GroupDelta[] = [];

/**
 * The rows of the edges of a load, of each as if there were no state before it, which is so for nearly all of them. To reduce
 * and derive them asks nothing of the store, so it is done before the load stands in the log, while the store writes the load
 * before it. Until then they wait in one piece of memory: as objects they would be copied by every collection of garbage.
 */
export class FreshRows {
  readonly #table: Table;
  /** Per edge: key and cell of the state, then key, qualifier (empty: none) and value of each put. */
  readonly #pieces = new PieceList();
  readonly #numbers: Int32Array;
  /** Places in `#countKeys` of all edges' counters. */
  readonly #countPlaces: number[] = [];
  readonly #countKeys: Uint8Array[] = [];
  /** By edge, where there are some. */
  readonly #groups = new Map<number, readonly GroupDelta[]>();

  /** Of entries that are undefined, where a key is not the table's, there is nothing. */
  constructor(table: Table, entries: readonly (Entry | undefined)[], limits: RowLimits) {
    this.#table = table;
    this.#numbers = new Int32Array(entries.length * NUMBERS);
    const places = new Map<number, number>();
    for (let nth = 0; nth < entries.length; nth++) {
      const entry = entries[nth];
      this.#set(nth, FIRST_PIECE, this.#pieces.length);
      this.#set(nth, PUTS, NOT_FRESH);
      if (entry === undefined) {
        this.#pieces.add(undefined);
        continue;
      }
      this.#pieces.add(encodeStateKey(table, entry.key));
      this.#prepare(nth, entry, { limits, places });
    }
  }

  /** Key of an edge's state; undefined where the key is not the table's. */
  stateKey(nth: number): Uint8Array | undefined {
    return this.#pieces.at(this.#get(nth, FIRST_PIECE));
  }

  /** Whether the edge is created if there is no state before it, and has the rows below. */
  isFresh(nth: number): boolean {
    return this.#get(nth, PUTS) !== NOT_FRESH;
  }

  cell(nth: number): Uint8Array {
    const cell = this.#pieces.at(this.#get(nth, FIRST_PIECE) + 1);
    invariant(cell !== undefined, 'a fresh edge has a cell');
    return cell;
  }

  /** Adds the index rows and cache cells of an edge. */
  addPuts(nth: number, rows: RowWrite[]): void {
    const { id: space } = this.#table;
    const puts = this.#get(nth, PUTS);
    let piece = this.#get(nth, FIRST_PIECE) + 2;
    for (let put = 0; put < puts; put++) {
      const key = this.#pieces.at(piece);
      const value = this.#pieces.at(piece + 2);
      invariant(key !== undefined && value !== undefined, 'a put has a key and a value');
      rows.push({ space, key, qualifier: this.#pieces.at(piece + 1), value });
      piece += 3;
    }
  }

  /** Adds the edge to the counters of its vertices: one number for each of `countKeys`. */
  addCounts(nth: number, deltas: Int32Array): void {
    const first = this.#get(nth, FIRST_COUNT);
    const end = first + this.#get(nth, COUNTS);
    for (let at = first; at < end; at++) {
      const place = this.#countPlaces[at] ?? 0;
      deltas[place] = (deltas[place] ?? 0) + 1;
    }
  }

  /** Keys of all counters; seldom one of them twice. */
  get countKeys(): readonly Uint8Array[] {
    return this.#countKeys;
  }

  groups(nth: number): readonly GroupDelta[] {
    return this.#groups.get(nth) ?? NO_GROUPS;
  }

  #prepare(
    nth: number,
    entry: Entry,
    { limits, places }: { readonly limits: RowLimits; readonly places: Map<number, number> },
  ): void {
    if (entry.events.some(({ properties }) => properties.some(isUnsetText))) return;
    const folded = foldEntry(this.#table, INITIAL_STATE, entry);
    if (folded.kind === 'refused' || folded.status !== 'CREATED') return;
    const derived = deriveRows(this.#table, entry.key, { before: INITIAL_STATE, after: folded.after }, limits);
    if (derived.kind === 'refused') return;
    this.#pieces.add(encodeStateValue(this.#table, folded.after));
    for (const { key, qualifier, value } of derived.puts) {
      this.#pieces.add(key);
      this.#pieces.add(qualifier);
      this.#pieces.add(value);
    }
    this.#set(nth, PUTS, derived.puts.length);
    this.#addCounters(nth, derived, places);
  }

  #addCounters(nth: number, { counts, groups }: DerivedRows, places: Map<number, number>): void {
    this.#set(nth, FIRST_COUNT, this.#countPlaces.length);
    this.#set(nth, COUNTS, counts.length);
    for (const { key, delta } of counts) {
      invariant(delta === 1, 'an edge that is created adds one to its counters');
      this.#countPlaces.push(this.#placeOf(key, places));
    }
    if (groups.length > 0) this.#groups.set(nth, groups);
  }

  /** The place of a counter's key. Two keys of one hash may come to several places: who writes the counters adds them up. */
  #placeOf(key: Uint8Array, places: Map<number, number>): number {
    const hash = xxHash32(key);
    const known = places.get(hash);
    if (known !== undefined && compareBytes(this.#countKeys[known] ?? key, key) === 0) return known;
    const place = this.#countKeys.length;
    this.#countKeys.push(key);
    places.set(hash, place);
    return place;
  }

  #get(nth: number, number: number): number {
    return this.#numbers[nth * NUMBERS + number] ?? 0;
  }

  #set(nth: number, number: number, value: number): void {
    this.#numbers[nth * NUMBERS + number] = value;
  }
}

/** Two texts stand for an unset value (see `reduce`): the cell of such an edge is not made of the values that it names. */
function isUnsetText(value: Value | undefined): boolean {
  return value === '__UNSET__' || value === '__DELETED__';
}
