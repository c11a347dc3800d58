import assert from 'node:assert/strict';
import type { Cell, FrameWrite, Row, RowWrite, Store, StoreReader } from '../store.ts';

/** Builders and expectations that the laws of `Store` share. */

export function bytes(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values);
}

export function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

export function filled(length: number, byte: number): Uint8Array {
  return new Uint8Array(length).fill(byte);
}

export function put(space: number, key: Uint8Array, value: Uint8Array): RowWrite {
  return { space, key, value };
}

export function putCell(space: number, key: Uint8Array, qualifier: Uint8Array, value: Uint8Array): RowWrite {
  return { space, key, qualifier, value };
}

export function remove(space: number, key: Uint8Array): RowWrite {
  return { space, key, value: undefined };
}

/** A frame with nothing in it but what is given; its feed record is its offset, printed. */
export function aFrame(given: Partial<FrameWrite> & { readonly offset: number }): FrameWrite {
  const { offset } = given;
  return { epoch: 1, stampMs: 1_000 + offset, rows: [], feed: text(`feed ${offset}`), inbox: [], ...given };
}

/** Writes the rows as the store's next frame in partition 0. */
export async function writeRows(store: Store, rows: readonly RowWrite[]): Promise<void> {
  const progress = await store.progress(0);
  await store.write(0, [aFrame({ offset: (progress?.offset ?? -1) + 1, rows })]);
}

const historySpace = 40;
const historyCells = text('wide');
/** A frame of the history removes the row that the frame so many before it has put. */
const historyRowsKept = 3;

/**
 * Frame `offset` of a history in which every frame overwrites, adds and removes: so rows, cells, feed, inbox and progress
 * all tell which frame was the last.
 */
export function historyFrame(offset: number): FrameWrite {
  const number = text(String(offset).padStart(6, '0'));
  const rows: RowWrite[] = [
    put(historySpace, text('first'), number),
    put(historySpace, number, filled(200, offset % 256)),
    putCell(historySpace, historyCells, number, number),
    put(historySpace, text('last'), number),
  ];
  const gone = offset - historyRowsKept;
  if (gone >= 0) rows.push(remove(historySpace, text(String(gone).padStart(6, '0'))));
  return aFrame({ offset, rows, inbox: [{ origin: 'elsewhere', position: BigInt(offset) * 10n }] });
}

/** Checks that a reader holds the history's frames 0 to its progress, whole, and nothing else; gives the last offset or -1. */
export async function checkHistory(reader: StoreReader): Promise<number> {
  const progress = await reader.progress(0);
  const last = progress?.offset ?? -1;
  const rows: Row[] = [];
  const cells: Cell[] = [];
  for (let offset = 0; offset <= last; offset += 1) {
    const number = text(String(offset).padStart(6, '0'));
    if (offset > last - historyRowsKept) rows.push({ key: number, value: filled(200, offset % 256) });
    cells.push({ qualifier: number, value: number });
  }
  const number = text(String(last).padStart(6, '0'));
  if (last >= 0) rows.push({ key: text('first'), value: number }, { key: text('last'), value: number });
  assert.deepEqual((await reader.scan({ space: historySpace, limit: 1_000 })).rows, rows);
  assert.deepEqual((await reader.scanCells({ space: historySpace, key: historyCells, limit: 10_000 })).cells, cells);
  assert.equal((await reader.readFeed(0, 0, 10_000)).length, last + 1);
  if (last >= 0) {
    const inbox = new Map([['elsewhere', BigInt(last) * 10n]]);
    assert.deepEqual(progress, { epoch: 1, offset: last, stampMs: 1_000 + last, inbox });
  }
  return last;
}
