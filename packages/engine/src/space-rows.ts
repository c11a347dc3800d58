import { justAfter } from '@actionbase/core/query/byte-order';
import type { Row, RowPage, StoreReader } from '@actionbase/ports/store';

const PAGE_ROWS = 1000;
const EVERY_ROW = new Uint8Array(0);

/** All plain rows of a space in key order, read page by page. */
export function rowsOfSpace(reader: StoreReader, space: number): AsyncGenerator<Row> {
  return pages(async (start) => reader.scan({ space, start, limit: PAGE_ROWS }));
}

/** All cells of a space's wide rows, each under its row's key followed by its qualifier. */
export function cellsOfSpace(reader: StoreReader, space: number): AsyncGenerator<Row> {
  return pages(async (start) => {
    const page = await reader.scanCells({ space, key: EVERY_ROW, start, limit: PAGE_ROWS });
    return { rows: page.cells.map(({ qualifier, value }) => ({ key: qualifier, value })), more: page.more };
  });
}

async function* pages(read: (start: Uint8Array | undefined) => Promise<RowPage>): AsyncGenerator<Row> {
  let start: Uint8Array | undefined;
  for (;;) {
    const page = await read(start);
    yield* page.rows;
    const last = page.rows.at(-1);
    if (!page.more || last === undefined) return;
    start = justAfter(last.key);
  }
}
