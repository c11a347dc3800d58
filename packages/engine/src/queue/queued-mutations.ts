import { invariant } from '@actionbase/core/failure';
import { bindEntry } from '@actionbase/core/record/bind-entry';
import { decodeLogRecord } from '@actionbase/core/record/decode-log-record';
import { encodeMutateRecord } from '@actionbase/core/record/encode-log-record';
import type { MutateRecord } from '@actionbase/core/record/log-record';
import type { Frame } from '@actionbase/ports/log';
import { type AdmittedMutation, QUEUE_ORIGIN } from '../admit/admit.ts';
import { type Catalog, schemaOf } from '../catalog/catalog.ts';

/** Records of one frame that a queue position can tell apart. */
const RECORDS_PER_FRAME = 2 ** 20;

/** A record of the log: the frame's offset and the record's place in it. */
export interface QueuePlace {
  readonly offset: number;
  readonly record: number;
}

/** An asynchronous mutation as it is appended again. */
export interface QueuedMutation {
  readonly mutation: AdmittedMutation;
  /** Where it stands in the log for the first time. */
  readonly place: QueuePlace;
}

/** The asynchronous mutations of frames, from a place on, each to be reduced where it will stand. */
export function* queuedMutations(
  frames: readonly Frame[],
  from: QueuePlace,
  catalog: () => Catalog,
): Generator<QueuedMutation> {
  for (const frame of frames) {
    const first = frame.offset === from.offset ? from.record : 0;
    for (let record = first; record < frame.entries.length; record += 1) {
      const bytes = frame.entries[record];
      const decoded = bytes === undefined ? undefined : decodeLogRecord(bytes);
      if (decoded?.kind !== 'mutate' || decoded.mode.effective !== 'ASYNC') continue;
      const place = { offset: frame.offset, record };
      yield { mutation: synchronous(decoded, place, catalog()), place };
    }
  }
}

/**
 * The place behind the one that a position of the queue's origin names. Such a position has no epoch: offsets go on where the
 * epoch before was left, so those of a later epoch are above all that its inbox knows.
 */
export function placeAfter(position: bigint | undefined): QueuePlace {
  if (position === undefined) return { offset: 0, record: 0 };
  const perFrame = BigInt(RECORDS_PER_FRAME);
  return { offset: Number(position / perFrame), record: Number(position % perFrame) + 1 };
}

export function laterPlace(a: QueuePlace, b: QueuePlace): QueuePlace {
  return a.offset > b.offset || (a.offset === b.offset && a.record >= b.record) ? a : b;
}

/** The same mutation as a synchronous one with its place as origin, under the schema by which it was admitted. */
function synchronous(record: MutateRecord, place: QueuePlace, catalog: Catalog): AdmittedMutation {
  const table = schemaOf(catalog, record.table, record.schemaRevision);
  invariant(table !== undefined, 'the catalog keeps every schema that an entry names');
  const entries = record.entries.map((raw) => {
    const entry = bindEntry(table, raw);
    invariant(entry !== undefined, 'an entry fits the schema by which it was admitted');
    return entry;
  });
  const { rules, stamp, mode, schemaRevision, alias } = record;
  const header = {
    rules,
    stamp,
    mode: { ...mode, effective: 'SYNC' as const },
    table: table.id,
    schemaRevision,
    alias,
    origin: { name: QUEUE_ORIGIN, position: originPosition(place) },
  };
  return { kind: 'mutate', header, table, entries, bytes: encodeMutateRecord(header, table, entries) };
}

function originPosition(place: QueuePlace): bigint {
  invariant(place.record < RECORDS_PER_FRAME, 'a frame holds fewer records than a queue position can tell apart');
  return BigInt(place.offset) * BigInt(RECORDS_PER_FRAME) + BigInt(place.record);
}
