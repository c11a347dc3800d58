// Hot: runs for every applied frame. Benchmark: codec.
import { KeyWriter } from '../codec/key-writer.ts';
import type { CatalogEntity } from '../model/catalog.ts';
import { printCatalogEntity } from './catalog-entity-json.ts';
import type { CatalogOutcome, EdgeOutcome, FeedRecord } from './feed-record.ts';
import { type LoadOutcome, writeLoadOutcome } from './load-outcome.ts';
import { writeRawEvent, writeRawKey } from './raw-entry-bytes.ts';
import { codeOfWord, RECORD_FORMAT, STATUSES } from './record-format.ts';
import { writeStamp } from './request-stamp-bytes.ts';

/**
 * Codes of the kinds of outcomes. That of an entry by v2's rules is a kind of its own: it ends with a message. A metadata
 * change without its effect stands in records of before the feed kept it.
 */
export const OUTCOME_CODE = { edge: 1, catalog: 2, catalogWithEffect: 3, edgeV2: 5, load: 6 } as const;

// Space for one call; empty in meaning between calls, which are synchronous.
const writer = new KeyWriter();

/** As `FeedRecord`, but what became of a load is one outcome. */
export interface FeedRecordToWrite extends Omit<FeedRecord, 'outcomes'> {
  readonly outcomes: readonly (FeedRecord['outcomes'][number] | LoadOutcome)[];
}

/**
 * The feed record of one frame. All parts but the first byte and the cells are ordered values (see `KeyWriter`), ascending.
 * Layout: format 01, int64 offset, int64 previous offset, int64 stamp, int32 number of outcomes, the outcomes. A load is one
 * of them: int8 kind 6, then as `writeLoadOutcome` has it.
 *
 *     01  2c800000000000002a  2c8000000000000029  2c8000019483bfde9d  2b80000000
 *     format  offset 42       previous 41         stamp               no outcome
 */
export function encodeFeedRecord(record: FeedRecordToWrite): Uint8Array {
  writer.reset();
  writer.writeByte(RECORD_FORMAT);
  writer.writeSafeInteger(record.offset);
  writer.writeSafeInteger(record.previousOffset);
  writer.writeSafeInteger(record.stampMs);
  writer.writeInt32(record.outcomes.length);
  for (const outcome of record.outcomes) {
    if (outcome.kind === 'edge') {
      writer.writeInt8(outcome.rules === 'v2' ? OUTCOME_CODE.edgeV2 : OUTCOME_CODE.edge);
      writeEdgeOutcome(outcome);
      if (outcome.rules === 'v2') writer.writeValue('string', outcome.message);
    } else if (outcome.kind === 'load') {
      writer.writeInt8(OUTCOME_CODE.load);
      writeLoadOutcome(writer, outcome);
    } else {
      writeCatalogOutcome(outcome);
    }
  }
  return writer.take();
}

/**
 * Layout: int8 kind 1, or 5 by v2's rules (already written), stamp, alias or null, int32 table id, int32 schema revision, int8 status, refusal
 * or null, key, int32 place of the entry in its frame, int32 number of events, the last event, state cell before or null,
 * state cell after or null. A cell is its length as int32 and its bytes as they are. By v2's rules, the
 * message or null follows. Records of the first version of all, of kind 1, lack the place of the entry.
 *
 *     2981  2c8000019483bfde9d 34723100 342d00  05     2b80000007 2b80000001  2981     05
 *     kind  stamp                               alias  table      revision    CREATED  refusal
 *     2981 34416c69636500 3450686f6e6500  2b80000000 2b80000001  2981 2c8000000000000001 2b80000000  05      2b8000000b 2981 …
 *     key                                 entry      events      the last event                      before  after
 */
function writeEdgeOutcome(outcome: EdgeOutcome): void {
  writeStamp(writer, outcome.stamp);
  writer.writeValue('string', outcome.alias);
  writer.writeInt32(outcome.table);
  writer.writeInt32(outcome.schemaRevision);
  writer.writeInt8(codeOfWord(STATUSES, outcome.status));
  writer.writeValue('string', outcome.refusal);
  writeRawKey(writer, outcome.key);
  writer.writeInt32(outcome.entry);
  writer.writeInt32(outcome.eventCount);
  writeRawEvent(writer, outcome.lastEvent);
  writeCell(outcome.before);
  writeCell(outcome.after);
}

/**
 * Layout: int8 kind 3, stamp, the change as JSON text, refusal or null, int32 number of entries before it, the entity
 * before and after, each as JSON text (`printCatalogEntity`) or null. Without an effect: kind 2, and ends with the refusal.
 *
 *     2983  2c8000019483bfde9d 34723100 342d00  32 {"kind":"create-database","database":"d","comment":""} 00  05
 *     kind  stamp                               change                                                      refusal
 *     2b80000001  05      32 {"kind":"database","definition":{"database":"d","active":true,…}} 00
 *     entries     before  after
 */
function writeCatalogOutcome({ stamp, change, refusal, effect }: CatalogOutcome): void {
  writer.writeInt8(effect === null ? OUTCOME_CODE.catalog : OUTCOME_CODE.catalogWithEffect);
  writeStamp(writer, stamp);
  writer.writeJson(JSON.stringify(change));
  writer.writeValue('string', refusal);
  if (effect === null) return;
  writer.writeInt32(effect.entriesBefore);
  writeEntity(effect.before);
  writeEntity(effect.after);
}

function writeEntity(entity: CatalogEntity | null): void {
  if (entity === null) {
    writer.writeNull();
  } else {
    writer.writeJson(printCatalogEntity(entity));
  }
}

function writeCell(cell: Uint8Array | null): void {
  if (cell === null) {
    writer.writeNull();
  } else {
    writer.writeInt32(cell.length);
    writer.writeBytes(cell);
  }
}
