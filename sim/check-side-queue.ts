import { type ParkedPosition, printParkedPosition } from '@actionbase/core/model/parked-position';
import { decodeFeedRecord } from '@actionbase/core/record/decode-feed-record';
import { decodeLogRecord } from '@actionbase/core/record/decode-log-record';
import type { EdgeOutcome } from '@actionbase/core/record/feed-record';
import { decodeParkedKey, decodeParkedMutation } from '@actionbase/core/record/parked-mutation';
import { QUEUE_ORIGIN } from '@actionbase/engine/admit/admit';
import { PARKED_COUNT, readParkedCount, SIDE_QUEUE_SPACE } from '@actionbase/engine/queue/side-queue-rows';
import { rowsOfSpace } from '@actionbase/engine/space-rows';
import type { Frame } from '@actionbase/ports/log';
import type { MemoryStore } from '@actionbase/ports/memory/memory-store';
import type { Ledger } from './ledger.ts';

/** Where entries of retries stand: frame and entry. */
export type RetriedEntries = ReadonlySet<string>;

/**
 * Goes through log and feed with a side queue of its own: what the queue appended again and what was refused is parked; a
 * retry or a drop takes what is parked, once, and a retry that comes too late does nothing. At the end the store must hold
 * the same. Answers the entries that retries brought to effect.
 */
export async function checkSideQueue(
  { ledger, store }: { readonly ledger: Ledger; readonly store: MemoryStore },
  frames: readonly Frame[],
): Promise<RetriedEntries> {
  const model = new Model(ledger);
  for (const frame of frames) {
    const [stored] = store.readFeed(0, frame.offset, 1);
    if (stored?.offset !== frame.offset) continue;
    const outcomes = new Map<number, EdgeOutcome>();
    for (const outcome of decodeFeedRecord(stored.record).outcomes) {
      if (outcome.kind === 'edge') outcomes.set(outcome.entry, outcome);
    }
    model.pass(frame, outcomes);
  }
  const found = new Map<string, number>();
  for await (const { key, value } of rowsOfSpace(store, SIDE_QUEUE_SPACE)) {
    found.set(printParkedPosition(decodeParkedKey(key)), decodeParkedMutation(value).tries);
  }
  for (const [id, tries] of model.parked) {
    if (found.get(id) !== tries) ledger.violate(`${id} is parked after ${tries} tries, the store has ${found.get(id)}`);
  }
  for (const id of found.keys()) if (!model.parked.has(id)) ledger.violate(`${id} is in the store, but not parked`);
  const count = readParkedCount(store.get(PARKED_COUNT.space, PARKED_COUNT.key));
  if (count !== found.size) ledger.violate(`${found.size} mutations are parked, and counted as ${count}`);
  return model.retried;
}

class Model {
  readonly parked = new Map<string, number>();
  readonly retried = new Set<string>();
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  pass({ epoch, offset, entries: records }: Frame, outcomes: ReadonlyMap<number, EdgeOutcome>): void {
    let entry = 0;
    for (const [record, bytes] of records.entries()) {
      const decoded = decodeLogRecord(bytes);
      if (decoded.kind === 'drop') this.parked.delete(printParkedPosition(decoded.parked));
      if (decoded.kind !== 'mutate' && decoded.kind !== 'retry') continue;
      const mutation = decoded.kind === 'retry' ? decoded.mutation : decoded;
      const mayPark = decoded.kind === 'retry' || mutation.origin?.name === QUEUE_ORIGIN;
      const tries = decoded.kind === 'retry' ? this.#take(decoded.parked, { offset, entry, outcomes }) : 0;
      for (const end = entry + mutation.entries.length; entry < end; entry += 1) {
        if (!mayPark || tries === undefined || outcomes.get(entry)?.status !== 'ERROR') continue;
        this.parked.set(printParkedPosition({ epoch, partition: 0, offset, record, entry }), tries + 1);
      }
    }
  }

  /** How often the mutation was tried before; undefined when it is not parked any more. */
  #take(position: ParkedPosition, { offset, entry, outcomes }: RetryPlace): number | undefined {
    const id = printParkedPosition(position);
    const tries = this.parked.get(id);
    const isApplied = outcomes.has(entry);
    if (isApplied !== (tries !== undefined)) {
      const text =
        tries === undefined ? 'is not parked, and its retry took effect' : 'is parked, and its retry had no effect';
      this.#ledger.violate(`L2: ${id} ${text} in frame ${offset}`);
    }
    this.parked.delete(id);
    if (isApplied) this.retried.add(`${offset}/${entry}`);
    return tries;
  }
}

interface RetryPlace {
  readonly offset: number;
  readonly entry: number;
  readonly outcomes: ReadonlyMap<number, EdgeOutcome>;
}
