// Hot: runs for every edge that is loaded. Benchmark: bulk.
import type { KeyWriter } from '../codec/key-writer.ts';
import { MalformedBytes } from '../codec/malformed-bytes.ts';
import type { ValueReader } from '../codec/ordered-value.ts';
import { invariant } from '../failure.ts';
import type { EntryStatus } from '../model/edge.ts';
import { type TableId, tableId } from '../model/table.ts';
import type { EdgeOutcome } from './feed-record.ts';
import { freshCellsOf, readLoadEntries, readLoadRows, writeLoadRows } from './load-record.ts';
import type { LoadRows, RequestStamp } from './log-record.ts';
import { codeOfWord, STATUSES, wordOfCode } from './record-format.ts';
import { readStamp, writeStamp } from './request-stamp-bytes.ts';

/**
 * What became of a load, as it is written into the feed: in short, since nearly always every edge was created where there
 * was none. `readLoadOutcome` tells it edge by edge, as of any other request.
 */
export interface LoadOutcome {
  readonly kind: 'load';
  readonly stamp: RequestStamp;
  readonly alias: string | null;
  readonly table: TableId;
  readonly schemaRevision: number;
  readonly rows: LoadRows;
  /** What became of those edges that were not created from nothing, by their places. */
  readonly exceptions: readonly LoadException[];
}

export interface LoadException {
  /** Of the edge in the load, from 0. */
  readonly place: number;
  readonly status: EntryStatus;
  /** As in `EdgeOutcome`. */
  readonly refusal: string | null;
  readonly before: Uint8Array | null;
  readonly after: Uint8Array | null;
}

/**
 * Layout: stamp, alias or null, int32 table id, int32 schema revision, the edges as `writeLoadRows` has them, int32 number of
 * exceptions; per exception int32 place, int8 status, refusal or null, state cell before or null, state cell after or null.
 * A cell is its length as int32 and its bytes as they are.
 *
 *     2c8000019483bfde9d 342d00 342d00  05     2b80000007 2b80000001  2981 …     2b80000001  2b80000000 2984   05      2b8000000b …
 *     stamp                             alias  table      revision    the edges  exceptions  place      IDLE   refusal before, after
 */
export function writeLoadOutcome(writer: KeyWriter, outcome: LoadOutcome): void {
  writeStamp(writer, outcome.stamp);
  writer.writeValue('string', outcome.alias);
  writer.writeInt32(outcome.table);
  writer.writeInt32(outcome.schemaRevision);
  writeLoadRows(writer, outcome.rows);
  writer.writeInt32(outcome.exceptions.length);
  for (const { place, status, refusal, before, after } of outcome.exceptions) {
    writer.writeInt32(place);
    writer.writeInt8(codeOfWord(STATUSES, status));
    writer.writeValue('string', refusal);
    writeCell(writer, before);
    writeCell(writer, after);
  }
}

/** What became of each edge of the load, in their order. */
export function readLoadOutcome(reader: ValueReader): EdgeOutcome[] {
  const stamp = readStamp(reader);
  const alias = reader.nextTextOrNull();
  const table = tableId(reader.nextInt32());
  const schemaRevision = reader.nextInt32();
  const rows = readLoadRows(reader);
  const exceptions = readExceptions(reader);
  const cells = freshCellsOf(rows);
  const shared = {
    kind: 'edge',
    rules: 'v3',
    stamp,
    alias,
    table,
    schemaRevision,
    eventCount: 1,
    message: null,
  } as const;
  return readLoadEntries(rows).map(({ key, events }, entry): EdgeOutcome => {
    const [lastEvent] = events;
    invariant(lastEvent !== undefined, 'an edge of a load has one event');
    const other = exceptions.get(entry);
    const { status, refusal, before, after } = other ?? {
      status: 'CREATED',
      refusal: null,
      before: null,
      after: cells[entry] ?? null,
    };
    return { ...shared, status, refusal, key, entry, lastEvent, before, after };
  });
}

function readExceptions(reader: ValueReader): Map<number, LoadException> {
  const exceptions = new Map<number, LoadException>();
  const count = reader.nextInt32();
  // Each turn reads at least one byte or throws, so a count that is too large ends where the bytes end.
  for (let i = 0; i < count; i++) {
    const place = reader.nextInt32();
    const start = reader.offset;
    const status = wordOfCode(STATUSES, reader.nextInt8(), start);
    const refusal = reader.nextTextOrNull();
    const before = readCell(reader);
    const after = readCell(reader);
    if (exceptions.has(place)) throw new MalformedBytes(`an edge of a load has two outcomes: ${place}`, start);
    exceptions.set(place, { place, status, refusal, before, after });
  }
  return exceptions;
}

function writeCell(writer: KeyWriter, cell: Uint8Array | null): void {
  if (cell === null) {
    writer.writeNull();
  } else {
    writer.writeInt32(cell.length);
    writer.writeBytes(cell);
  }
}

function readCell(reader: ValueReader): Uint8Array | null {
  return reader.nextIsNull() ? null : reader.nextBytes(reader.nextInt32());
}
