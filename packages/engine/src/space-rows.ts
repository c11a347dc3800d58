import { justAfter } from '@actionbase/core/query/byte-order';
import type { Row, RowPage, StoreReader } from '@actionbase/ports/store';

const PAGE_ROWS = 1000;
const EVERY_ROW = new Uint8Array(0);

/** Plain rows with start <= key < end; an undefined bound is open. */
export interface KeyBounds {
  readonly start?: Uint8Array | undefined;
  readonly end?: Uint8Array | undefined;
}

/** All plain rows of a space, or those within bounds, in key order, read page by page. */
export function rowsOfSpace(reader: StoreReader, space: number, { start, end }: KeyBounds = {}): AsyncGenerator<Row> {
  return pages(async (from) => reader.scan({ space, start: from, end, limit: PAGE_ROWS }), start);
}

/** All cells of a space's wide rows, each under its row's key followed by its qualifier. */
export function cellsOfSpace(reader: StoreReader, space: number): AsyncGenerator<Row> {
  return pages(async (start) => {
    const page = await reader.scanCells({ space, key: EVERY_ROW, start, limit: PAGE_ROWS });
    return { rows: page.cells.map(({ qualifier, value }) => ({ key: qualifier, value })), more: page.more };
  });
}

async function* pages(
  read: (start: Uint8Array | undefined) => Promise<RowPage>,
  first?: Uint8Array,
): AsyncGenerator<Row> {
  let start = first;
  for (;;) {
    const page = await read(start);
    yield* page.rows;
    const last = page.rows.at(-1);
    if (!page.more || last === undefined) return;
    start = justAfter(last.key);
  }
}
