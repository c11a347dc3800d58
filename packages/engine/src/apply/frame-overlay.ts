// Hot: once per entry. Benchmark: embedded.
import {
  decodeCount,
  decodeGroupCell,
  decodeStateValue,
  encodeCount,
  encodeGroupCell,
  encodeStateValue,
} from '@actionbase/core/codec/row-value';
import type { CountDelta, GroupDelta } from '@actionbase/core/derive/derived';
import { invariant } from '@actionbase/core/failure';
import { type EdgeState, INITIAL_STATE } from '@actionbase/core/model/edge';
import type { Table } from '@actionbase/core/model/table';
import type { RowAddress, RowWrite, StoreReader } from '@actionbase/ports/store';

/** A state as the frame sees it: from the store at first, then as the frame's own entries left it. */
export interface KnownState {
  readonly address: RowAddress;
  /** The state cell; null where there is no row. */
  bytes: Uint8Array | null;
  /** The schema revision that `state` is aligned with; 0 before it was decoded. */
  revision: number;
  state: EdgeState;
  changed: boolean;
}

interface PendingCount {
  readonly address: RowAddress;
  delta: number;
}

interface PendingGroup {
  readonly address: RowAddress;
  delta: bigint;
}

/**
 * What a frame has changed so far, over what the store holds. Entries of one frame see one another through it; the store
 * is read twice per frame (states before, counters at the end) and written once.
 */
export class FrameOverlay {
  readonly #states = new Map<string, KnownState>();
  readonly #rows = new Map<string, RowWrite>();
  readonly #counts = new Map<string, PendingCount>();
  readonly #groups = new Map<string, PendingGroup>();
  readonly #touchedSpaces = new Set<number>();

  /** The states of the addresses, in their order; reads those that are not known yet. One address has one state. */
  async load(reader: StoreReader, addresses: readonly RowAddress[]): Promise<KnownState[]> {
    const missing: KnownState[] = [];
    const states = addresses.map((address) => {
      const name = nameOf(address);
      let known = this.#states.get(name);
      if (known === undefined) {
        known = { address, bytes: null, revision: 0, state: INITIAL_STATE, changed: false };
        this.#states.set(name, known);
        missing.push(known);
      }
      return known;
    });
    if (missing.length === 0) return states;
    const values = await reader.getMany(missing.map((known) => known.address));
    missing.forEach((known, place) => {
      known.bytes = values[place] ?? null;
    });
    return states;
  }

  /** Replaces a state; returns the new cell. `INITIAL_STATE` itself, which a purged edge has, is no row: null. */
  setState(table: Table, known: KnownState, after: EdgeState): Uint8Array | null {
    const bytes = after === INITIAL_STATE ? null : encodeStateValue(table, after);
    known.bytes = bytes;
    known.state = after;
    known.changed = true;
    this.#touchedSpaces.add(known.address.space);
    return bytes;
  }

  /** Puts (or, with undefined, deletes) an index row or a cache cell. */
  putRow(row: RowWrite): void {
    this.#rows.set(nameOf(row), row);
  }

  addCount(space: number, count: CountDelta): void {
    const address = { space, key: count.key };
    const name = nameOf(address);
    const pending = this.#counts.get(name);
    if (pending === undefined) this.#counts.set(name, { address, delta: count.delta });
    else pending.delta += count.delta;
  }

  addGroup(space: number, group: GroupDelta): void {
    const address = { space, key: group.key, qualifier: group.qualifier };
    const name = nameOf(address);
    const pending = this.#groups.get(name);
    if (pending === undefined) this.#groups.set(name, { address, delta: group.delta });
    else pending.delta += group.delta;
  }

  /** Whether this frame has written states into the space. */
  touches(space: number): boolean {
    return this.#touchedSpaces.has(space);
  }

  /** All rows that the frame changes: derived rows first, states last, so that a state row vouches for what stands before it. */
  async writes(reader: StoreReader, stampMs: number): Promise<RowWrite[]> {
    const rows = [...this.#rows.values()];
    await this.#writeGroups(reader, stampMs, rows);
    await this.#writeCounts(reader, rows);
    for (const known of this.#states.values()) {
      if (known.changed) rows.push({ ...known.address, value: known.bytes ?? undefined });
    }
    return rows;
  }

  async #writeCounts(reader: StoreReader, rows: RowWrite[]): Promise<void> {
    const pending = [...this.#counts.values()].filter((count) => count.delta !== 0);
    if (pending.length === 0) return;
    const values = await reader.getMany(pending.map((count) => count.address));
    pending.forEach((count, place) => {
      const bytes = values[place];
      const total = (bytes === undefined ? 0n : decodeCount(bytes)) + BigInt(count.delta);
      invariant(total >= 0n, 'a count row never goes below zero');
      rows.push({ ...count.address, value: total === 0n ? undefined : encodeCount(total) });
    });
  }

  async #writeGroups(reader: StoreReader, stampMs: number, rows: RowWrite[]): Promise<void> {
    const pending = [...this.#groups.values()].filter((group) => group.delta !== 0n);
    if (pending.length === 0) return;
    const values = await reader.getMany(pending.map((group) => group.address));
    pending.forEach((group, place) => {
      const bytes = values[place];
      const sum = BigInt.asIntN(64, (bytes === undefined ? 0n : decodeGroupCell(bytes).sum) + group.delta);
      rows.push({ ...group.address, value: sum === 0n ? undefined : encodeGroupCell({ sum, lastMs: stampMs }) });
    });
  }
}

/** Whether a state was stored under another schema of its table: encoded today it has other bytes. */
export function isRealigned(table: Table, known: KnownState): boolean {
  if (table.revision === 1 || known.bytes === null) return false;
  const stored = known.bytes;
  const today = encodeStateValue(table, known.state);
  return stored.length !== today.length || today.some((byte, place) => byte !== stored[place]);
}

/** Decodes a loaded state, aligned with the table's fields. */
export function align(table: Table, known: KnownState): void {
  if (known.revision === table.revision) return;
  known.state = known.bytes === null ? INITIAL_STATE : decodeStateValue(table, known.bytes);
  known.revision = table.revision;
}

/** A text that two addresses share exactly when they are equal: the space, the key's length and the bytes. */
function nameOf(address: RowAddress): string {
  const { space, key, qualifier } = address;
  const name = `${space}:${key.length}:${byteText(key)}`;
  return qualifier === undefined ? name : name + byteText(qualifier);
}

/** Longest array that is spread into one call; longer ones go in pieces. */
const CHARACTERS_PER_CALL = 4096;

/** One character of code 0 to 255 per byte. */
function byteText(bytes: Uint8Array): string {
  if (bytes.length <= CHARACTERS_PER_CALL) return String.fromCharCode.apply(null, bytes as unknown as number[]);
  let text = '';
  for (let start = 0; start < bytes.length; start += CHARACTERS_PER_CALL) {
    text += byteText(bytes.subarray(start, start + CHARACTERS_PER_CALL));
  }
  return text;
}
