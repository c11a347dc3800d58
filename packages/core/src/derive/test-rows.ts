import { encodeCountKey } from '../codec/row-key.ts';
import { invariant } from '../failure.ts';
import { type EdgeEvent, type EdgeKey, type EdgeState, INITIAL_STATE, type MutationRules } from '../model/edge.ts';
import type { Table } from '../model/table.ts';
import type { Direction, Value } from '../model/value.ts';
import { FOLD_BY_RULES, type Folded } from '../reduce/fold-entry.ts';
import { sortEvents } from '../reduce/sort-events.ts';
import { type Derived, type DerivedRows, deriveRows } from './derive-rows.ts';

export const WIDE_LIMITS = { keyBytesMax: 100_000, valueBytesMax: 1_000_000 } as const;

/**
 * Test support: the derived cells of one table in a map, which holds `deriveRows` to its word when rows are applied.
 */
export class RowMap {
  /** Index rows and cache cells: hex of key and qualifier to hex of the value. */
  readonly cells = new Map<string, string>();
  /** Counts and group sums other than 0. */
  readonly sums = new Map<string, bigint>();

  apply(rows: DerivedRows): void {
    const named = new Set<string>();
    for (const { key, qualifier } of rows.deletes) {
      const name = once(named, nameOf(key, qualifier));
      invariant(this.cells.delete(name), `the deleted cell ${name} is there`);
    }
    for (const { key, qualifier, value } of rows.puts) {
      const name = once(named, nameOf(key, qualifier));
      const text = hex(value);
      invariant(this.cells.get(name) !== text, `the put of ${name} changes its bytes`);
      this.cells.set(name, text);
    }
    for (const { key, delta } of rows.counts) this.#add(once(named, nameOf(key)), BigInt(delta));
    for (const { key, qualifier, delta } of rows.groups) this.#add(once(named, nameOf(key, qualifier)), delta);
  }

  count(table: Table, direction: Direction, vertex: Value): number {
    return Number(this.sums.get(nameOf(encodeCountKey(table, direction, vertex))) ?? 0n);
  }

  #add(name: string, delta: bigint): void {
    invariant(delta !== 0n, `the delta of ${name} is not 0`);
    const sum = BigInt.asIntN(64, (this.sums.get(name) ?? 0n) + delta);
    if (sum === 0n) this.sums.delete(name);
    else this.sums.set(name, sum);
  }
}

/** Test support: a table with its states and the rows derived from them, one entry after the other. */
export class RowModel {
  readonly table: Table;
  readonly states = new Map<string, { readonly key: EdgeKey; readonly state: EdgeState }>();
  readonly rows = new RowMap();

  constructor(table: Table) {
    this.table = table;
  }

  /** Folds and derives by v3's rules; answers the status, or the code of the refusal, which changes nothing. */
  mutate(key: EdgeKey, ...events: readonly EdgeEvent[]): string {
    return this.mutateBy('v3', key, events);
  }

  mutateBy(rules: MutationRules, key: EdgeKey, events: readonly EdgeEvent[]): string {
    const name = nameOfEdge(key);
    const before = this.states.get(name)?.state ?? INITIAL_STATE;
    const folded: Folded = FOLD_BY_RULES[rules](this.table, before, { key, events: sortEvents(events) });
    if (folded.kind === 'refused') return folded.failure.code;
    if (!folded.changed) return folded.status;
    const derived = deriveRows(this.table, key, { before, after: folded.after }, WIDE_LIMITS);
    if (derived.kind === 'refused') return derived.failure.code;
    this.states.set(name, { key, state: folded.after });
    this.rows.apply(derived);
    return folded.status;
  }

  /** The rows that the states give, each derived from nothing. */
  recount(): RowMap {
    const recounted = new RowMap();
    for (const { key, state } of this.states.values()) {
      recounted.apply(rowsOf(deriveRows(this.table, key, { before: INITIAL_STATE, after: state }, WIDE_LIMITS)));
    }
    return recounted;
  }
}

export function rowsOf(derived: Derived): DerivedRows {
  invariant(derived.kind === 'rows', 'rows are derived');
  return derived;
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The name of a cell in a `RowMap`. */
export function nameOf(key: Uint8Array, qualifier?: Uint8Array): string {
  return qualifier === undefined ? hex(key) : `${hex(key)} ${hex(qualifier)}`;
}

function nameOfEdge(key: EdgeKey): string {
  return key.kind === 'edge' ? `${String(key.source)} ${String(key.target)}` : String(key.id);
}

function once(named: Set<string>, name: string): string {
  invariant(!named.has(name), `the cell ${name} is named once`);
  named.add(name);
  return name;
}
