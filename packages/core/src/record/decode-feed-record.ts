// Hot: runs for every feed record read. Benchmark: codec.
import { MalformedBytes } from '../codec/malformed-bytes.ts';
import { ValueReader } from '../codec/ordered-value.ts';
import { VALUE_HEADER } from '../codec/value-header.ts';
import type { CatalogEntity } from '../model/catalog.ts';
import type { MutationRules } from '../model/edge.ts';
import { tableId } from '../model/table.ts';
import { readCatalogEntity } from './catalog-entity-json.ts';
import { OUTCOME_CODE } from './encode-feed-record.ts';
import type { CatalogOutcome, ChangeEffect, EdgeOutcome, FeedRecord, Outcome } from './feed-record.ts';
import { readLoadOutcome } from './load-outcome.ts';
import { readRawEvent, readRawKey } from './raw-entry-bytes.ts';
import { readCatalogChange } from './read-catalog-change.ts';
import { RECORD_FORMAT, STATUSES, wordOfCode } from './record-format.ts';
import { readStamp } from './request-stamp-bytes.ts';

/**
 * The feed record of these bytes; see `encodeFeedRecord` for the layout. Any bytes give a record or `MalformedBytes`; what
 * is made is never larger than the bytes warrant, whatever lengths they claim. Cells are copies.
 */
export function decodeFeedRecord(bytes: Uint8Array): FeedRecord {
  if (bytes[0] !== RECORD_FORMAT) throw new MalformedBytes(`feed record format ${bytes[0]} is not known`, 0);
  const reader = new ValueReader(bytes, 1);
  const offset = reader.nextSafeInteger();
  const previousOffset = reader.nextSafeInteger();
  const stampMs = reader.nextSafeInteger();
  const outcomes: Outcome[] = [];
  const count = reader.nextInt32();
  // Each turn reads at least one byte or throws, so a count that is too large ends where the bytes end.
  let entries = 0;
  for (let i = 0; i < count; i++) entries = readOutcomes(reader, outcomes, entries);
  reader.expectEnd();
  return { offset, previousOffset, stampMs, outcomes };
}

/**
 * Adds what one written outcome tells: of a load one outcome per edge. `place` is where an entry stands that does not say it
 * itself: behind the one before it. Answers the place behind.
 */
function readOutcomes(reader: ValueReader, outcomes: Outcome[], place: number): number {
  const start = reader.offset;
  const kind = reader.nextInt8();
  if (kind === OUTCOME_CODE.edge) outcomes.push(readEdgeOutcome(reader, 'v3', place));
  else if (kind === OUTCOME_CODE.edgeV2) outcomes.push(readEdgeOutcome(reader, 'v2', place));
  else if (kind === OUTCOME_CODE.load) for (const outcome of readLoadOutcome(reader)) outcomes.push(outcome);
  else if (kind === OUTCOME_CODE.catalog || kind === OUTCOME_CODE.catalogWithEffect) {
    outcomes.push(readCatalogOutcome(reader, kind));
  } else throw new MalformedBytes(`${kind} is no kind of outcome`, start);
  const last = outcomes.at(-1);
  return last?.kind === 'edge' ? last.entry + 1 : place;
}

function readEdgeOutcome(reader: ValueReader, rules: MutationRules, place: number): EdgeOutcome {
  const stamp = readStamp(reader);
  const alias = reader.nextTextOrNull();
  const table = tableId(reader.nextInt32());
  const schemaRevision = reader.nextInt32();
  const start = reader.offset;
  const status = wordOfCode(STATUSES, reader.nextInt8(), start);
  const refusal = reader.nextTextOrNull();
  const key = readRawKey(reader);
  const number = reader.nextInt32();
  // The first records of all do not tell their place: there the last event follows the number of events at once.
  const hasPlace = reader.bytes[reader.offset] !== VALUE_HEADER.int8;
  return {
    kind: 'edge',
    rules,
    stamp,
    alias,
    table,
    schemaRevision,
    status,
    refusal,
    key,
    entry: hasPlace ? number : place,
    eventCount: hasPlace ? reader.nextInt32() : number,
    lastEvent: readRawEvent(reader),
    before: readCell(reader),
    after: readCell(reader),
    message: rules === 'v2' ? reader.nextTextOrNull() : null,
  };
}

function readCatalogOutcome(reader: ValueReader, kind: 2 | 3): CatalogOutcome {
  return {
    kind: 'catalog',
    stamp: readStamp(reader),
    change: readCatalogChange(reader),
    refusal: reader.nextTextOrNull(),
    effect: kind === OUTCOME_CODE.catalog ? null : readEffect(reader),
  };
}

function readEffect(reader: ValueReader): ChangeEffect {
  return { entriesBefore: reader.nextInt32(), before: readEntity(reader), after: readEntity(reader) };
}

function readEntity(reader: ValueReader): CatalogEntity | null {
  return reader.nextIsNull() ? null : readCatalogEntity(reader);
}

function readCell(reader: ValueReader): Uint8Array | null {
  return reader.nextIsNull() ? null : reader.nextBytes(reader.nextInt32());
}
