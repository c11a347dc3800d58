// Hot: once per row of an answer.
import { decodeCursor, encodeCursor } from '@actionbase/core/codec/cursor';
import { decodeCacheQualifier, encodeCacheKey } from '@actionbase/core/codec/row-key';
import { decodeIndexValue } from '@actionbase/core/codec/row-value';
import { Failure } from '@actionbase/core/failure';
import type { Table, TableCache } from '@actionbase/core/model/table';
import type { Direction, Value } from '@actionbase/core/model/value';
import { compareBytes, justAfter } from '@actionbase/core/query/byte-order';
import { type EdgeRow, rowOfIndex } from '@actionbase/core/query/edge-row';
import type { Cell, StoreReader } from '@actionbase/ports/store';
import { requireIndexed } from '../catalog/table-layout.ts';
import { engineFailures } from '../failures.ts';
import type { EngineLimits } from '../limits.ts';
import { type EdgeFrame, NOTHING } from './edge-reader.ts';
import { requireReady } from './require-ready.ts';
import type { ReadSource } from './timed-reads.ts';

export interface SeekQuery {
  readonly cache: string;
  readonly direction: Direction;
  readonly start: Value;
  readonly limit: number;
  /** Cursor of the last row of the page before. */
  readonly offset: string | undefined;
}

/**
 * One page of a cache, from one vertex, all of it as of one position. Only the first entries of a cache can be reached, as
 * many as its `limit` says: what lies behind them is as if it were not there.
 */
export async function readSeek(
  store: ReadSource,
  table: Table,
  query: SeekQuery,
  limits: EngineLimits,
): Promise<EdgeFrame> {
  if (table.layout === 'NIL') return NOTHING;
  const cache = requireCache(table, query.cache);
  // One read of the store needs no snapshot, which costs more than the read.
  if (entriesToRead(cache, query, limits) <= limits.pageRowsMax) return seekIn(store, table, query, limits);
  using reader = store.snapshot();
  return await seekIn(reader, table, query, limits);
}

/**
 * As `readSeek`, by a reader that stands at one position already. A cursor does not tell how many entries lie before it,
 * so they are counted from the first one on; `limit` keeps that short.
 */
export async function seekIn(
  reader: StoreReader,
  table: Table,
  query: SeekQuery,
  limits: EngineLimits,
): Promise<EdgeFrame> {
  if (table.layout === 'NIL') return NOTHING;
  const cache = requireCache(table, query.cache);
  const { direction, start: vertex, limit } = query;
  const cursor = query.offset === undefined ? undefined : decodeCursor(query.offset);
  const key = encodeCacheKey(table, cache, direction, vertex);
  // A key that is longer than a row's may be has no row.
  if (key.length > reader.keyBytesMax) return frameOf([], null);
  const rows: EdgeRow[] = [];
  let last: Uint8Array | undefined;
  let start: Uint8Array | undefined;
  for (let left = limit === 0 ? 0 : entriesToRead(cache, query, limits); left > 0; ) {
    const page = await reader.scanCells({ space: table.id, key, start, limit: Math.min(left, limits.pageRowsMax) });
    for (const cell of page.cells) {
      if (cursor !== undefined && compareBytes(cell.qualifier, cursor) <= 0) continue;
      if (rows.length === limit && last !== undefined) return frameOf(rows, encodeCursor(last));
      rows.push(readCell(table, cache, query, cell));
      last = cell.qualifier;
    }
    const end = page.cells.at(-1);
    if (!page.more || end === undefined) break;
    left -= page.cells.length;
    start = justAfter(end.qualifier);
  }
  return frameOf(rows, null);
}

/** How many entries of the row are looked at: one more than the page has tells whether another page follows. */
function entriesToRead(cache: TableCache, query: SeekQuery, limits: EngineLimits): number {
  const reach = Math.min(cache.limit, limits.seekEntriesMax);
  return query.offset === undefined ? Math.min(query.limit + 1, reach) : reach;
}

function readCell(table: Table, cache: TableCache, query: SeekQuery, cell: Cell): EdgeRow {
  const { far } = decodeCacheQualifier(table, cache, query.direction, cell.qualifier);
  return rowOfIndex(table, query.direction, query.start, far, decodeIndexValue(table, cell.value));
}

function frameOf(rows: readonly EdgeRow[], offset: string | null): EdgeFrame {
  return { rows, total: BigInt(rows.length), offset, hasNext: offset !== null };
}

function requireCache(table: Table, name: string): TableCache {
  requireIndexed(table);
  const cache = table.caches.find((one) => one.name === name);
  if (cache !== undefined) {
    requireReady(table, 'cache', cache);
    return cache;
  }
  const known = table.caches.map((one) => one.name).join(', ') || 'none';
  const message = `Cache not found: ${name}. \`${table.database}.${table.name}\` has: ${known}.`;
  throw new Failure(engineFailures['unknown-cache'], message, { cache: name });
}
