import { keyOwner } from '@actionbase/core/codec/record-type';
import { decodeStateKey } from '@actionbase/core/codec/row-key';
import { decodeStateValue, indexValueOfState } from '@actionbase/core/codec/row-value';
import { hashText } from '@actionbase/core/codec/xxhash32';
import { type DerivedRows, deriveRows, type RowLimits } from '@actionbase/core/derive/derive-rows';
import { invariant } from '@actionbase/core/failure';
import { type EdgeKey, type EdgeState, INITIAL_STATE } from '@actionbase/core/model/edge';
import type { Rework, ReworkFailure, ReworkName } from '@actionbase/core/model/rework';
import type { Table } from '@actionbase/core/model/table';
import { justAfter } from '@actionbase/core/query/byte-order';
import type { ReworkRecord } from '@actionbase/core/record/log-record';
import type { Row, RowPage, StoreReader } from '@actionbase/ports/store';
import type { FrameOverlay } from '../apply/frame-overlay.ts';
import { isSameName, onlyNames } from './table-reworks.ts';

/** Rows that one read of the store asks for. It bounds memory only: what a step does is the same with any number. */
const PAGE_ROWS = 250;

const EVERY_ROW = new Uint8Array(0);

export interface PassInput {
  readonly reader: StoreReader;
  readonly overlay: FrameOverlay;
  readonly table: Table;
  readonly rework: Rework;
  /** Key of the last row that was passed; no bytes before the first. */
  readonly cursor: Uint8Array;
  readonly record: ReworkRecord;
  readonly rules: Pick<RowLimits, 'keyBytesMax'>;
}

/** What one step of a rework has passed. */
export interface PassedRows {
  readonly rows: number;
  readonly states: number;
  /** Undefined when there was no row. */
  readonly lastKey: Uint8Array | undefined;
  /** Whether no row is left in this phase. */
  readonly isEnd: boolean;
  /** Names that are still being built. */
  readonly builds: readonly ReworkName[];
  readonly failed: readonly ReworkFailure[];
}

/** Passes plain rows: derives the rows of new names from the states among them, and deletes index rows of dropped names. */
export async function passRows(input: PassInput): Promise<PassedRows> {
  const { reader, overlay, table } = input;
  const removed = codesOf(input.rework.removes, 'index');
  const builder = new RowBuilder(input);
  const passage = await pass(
    input,
    (start, limit) => reader.scan({ space: table.id, start, limit }),
    (row) => {
      const owner = keyOwner(row.key, table.saltBytes);
      if (owner.type === 'state') return builder.build(row);
      if (owner.type === 'index' && owner.code !== null && removed.has(owner.code)) {
        overlay.putRow({ space: table.id, key: row.key, value: undefined });
      }
      return 0;
    },
  );
  return { ...passage, states: builder.states, builds: builder.builds, failed: builder.failed };
}

/** Passes cells of wide rows and deletes those of dropped groups and caches. */
export async function passCells(input: PassInput): Promise<PassedRows> {
  const { reader, overlay, table, rework } = input;
  const groups = codesOf(rework.removes, 'group');
  const caches = codesOf(rework.removes, 'cache');
  const passage = await pass(
    input,
    async (start, limit) => {
      const page = await reader.scanCells({ space: table.id, key: EVERY_ROW, start, limit });
      return { rows: page.cells.map(({ qualifier, value }) => ({ key: qualifier, value })), more: page.more };
    },
    ({ key }) => {
      const { type, code, sizeBytes } = keyOwner(key, table.saltBytes);
      const removed = type === 'group' ? groups : caches;
      if (code === null || !removed.has(code)) return 0;
      const address = { key: key.subarray(0, sizeBytes), qualifier: key.subarray(sizeBytes) };
      overlay.putRow({ space: table.id, ...address, value: undefined });
      return 0;
    },
  );
  return { ...passage, states: 0, builds: rework.builds, failed: [] };
}

type Passage = Pick<PassedRows, 'rows' | 'lastKey' | 'isEnd'>;

/**
 * Passes rows from the cursor on until there are none, or until the step's rows or bytes are spent; the last row may spend
 * more. `passRow` answers how many bytes it added to the frame. That the end is reached shows only where something of the
 * step is left to spend, so it doesn't depend on what a store says of rows that nobody asked for.
 */
async function pass(
  { cursor, record }: PassInput,
  read: (start: Uint8Array | undefined, limit: number) => RowPage | Promise<RowPage>,
  passRow: (row: Row) => number,
): Promise<Passage> {
  const { rowsMax, bytesMax } = record;
  let start = cursor.length === 0 ? undefined : justAfter(cursor);
  let lastKey: Uint8Array | undefined;
  let rows = 0;
  let bytes = 0;
  for (;;) {
    const page = await read(start, Math.min(PAGE_ROWS, rowsMax - rows));
    for (const row of page.rows) {
      rows += 1;
      lastKey = row.key;
      bytes += row.key.length + row.value.length + passRow(row);
      if (rows >= rowsMax || bytes >= bytesMax) return { rows, lastKey, isEnd: false };
    }
    if (!page.more || lastKey === undefined || page.rows.length === 0) return { rows, lastKey, isEnd: true };
    start = justAfter(lastKey);
  }
}

/** Derives the rows of names that are being built from one state after another. */
class RowBuilder {
  states = 0;
  builds: readonly ReworkName[];
  readonly failed: ReworkFailure[] = [];
  readonly #input: PassInput;
  #table: Table;

  constructor(input: PassInput) {
    this.#input = input;
    this.builds = input.rework.builds;
    this.#table = onlyNames(input.table, this.builds);
  }

  /** Adds the new rows of a state to the frame; answers their bytes. */
  build(row: Row): number {
    this.states += 1;
    if (this.builds.length === 0) return 0;
    const { table } = this.#input;
    const state = decodeStateValue(table, row.value);

    return this.#add(row, this.#derive(decodeStateKey(table, row.key), state));
  }

  #derive(key: EdgeKey, after: EdgeState): DerivedRows {
    const derived = this.#deriveOf(this.#table, key, after);
    if (derived.kind === 'rows') return derived;
    for (const name of this.builds) {
      const alone = this.#deriveOf(onlyNames(this.#table, [name]), key, after);
      if (alone.kind === 'refused') this.failed.push({ ...name, edge: printKey(key), reason: alone.message });
    }
    this.builds = this.builds.filter((name) => !this.failed.some((other) => isSameName(name, other)));
    this.#table = onlyNames(this.#table, this.builds);
    const rest = this.#deriveOf(this.#table, key, after);
    invariant(rest.kind === 'rows', 'each name that refuses a state does so alone too');
    return rest;
  }

  /** The state has its row already, so only the keys of the new ones can be refused. */
  #deriveOf(table: Table, key: EdgeKey, after: EdgeState): ReturnType<typeof deriveRows> {
    const limits = { ...this.#input.rules, valueBytesMax: Number.MAX_SAFE_INTEGER };
    return deriveRows(table, key, { before: INITIAL_STATE, after }, limits);
  }

  /** Counts are there already: they do not depend on names. */
  #add(row: Row, { puts, groups }: DerivedRows): number {
    const { overlay, table } = this.#input;
    const space = table.id;
    let bytes = 0;
    const value = puts.length === 0 ? undefined : indexValueOfState(row.value);
    for (const { key, qualifier } of puts) {
      overlay.putRow({ space, key, ...(qualifier && { qualifier }), value });
      bytes += key.length + (qualifier?.length ?? 0) + (value?.length ?? 0);
    }
    for (const group of groups) {
      overlay.addGroup(space, group);
      bytes += group.key.length + group.qualifier.length;
    }
    return bytes;
  }
}

function codesOf(names: readonly ReworkName[], kind: ReworkName['kind']): ReadonlySet<number> {
  return new Set(names.filter((name) => name.kind === kind).map(({ name }) => hashText(name)));
}

function printKey(key: EdgeKey): string {
  return key.kind === 'edge' ? `${String(key.source)} -> ${String(key.target)}` : `id ${String(key.id)}`;
}
