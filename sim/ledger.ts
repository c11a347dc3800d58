import type { EdgeKey, EntryStatus, MutationRules } from '@actionbase/core/model/edge';
import type { LogPosition } from '@actionbase/core/model/position';
import type { EdgeRow } from '@actionbase/core/query/edge-row';
import type { MutationItem } from '@actionbase/core/wire/mutation-json';

/** `links` is a HASH table, `temp` comes and goes, `fav` is an alias of one or the other. */
export type SimTable = 'wish' | 'orders' | 'links' | 'temp' | 'fav';

/** A mutation that a client asked for. */
export interface SentMutation {
  readonly requestId: string;
  readonly table: SimTable;
  readonly rules: MutationRules;
  readonly mode: 'SYNC' | 'ASYNC' | null;
  readonly items: readonly MutationItem[];
}

/** What became of one delivery of a mutation, as far as its sender knows. */
export type Delivery =
  | { readonly kind: 'acknowledged'; readonly position: LogPosition; readonly statuses: readonly EntryStatus[] }
  /** Certainly nothing was written. */
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'unknown'; readonly code: string };

export interface MutationRecord {
  readonly sent: SentMutation;
  readonly deliveries: Delivery[];
  /** Deliveries whose answer has not come, because the process died or the run is going on. */
  open: number;
}

/** A get of one key, and between which positions its answer must be true. */
export interface ReadRecord {
  readonly table: 'wish' | 'orders';
  readonly key: EdgeKey;
  /** The last frame that had been acknowledged to anybody before the read began; -1 for none. */
  readonly fromOffset: number;
  /** The last frame of the log when the answer came. */
  readonly toOffset: number;
  readonly row: EdgeRow | null;
}

/** A scan of an index of `wish` with the vertex' count, and between which positions its answer must be true. */
export interface ScanRecord {
  readonly index: string;
  readonly source: bigint;
  readonly fromOffset: number;
  readonly toOffset: number;
  readonly rows: readonly EdgeRow[];
  readonly total: bigint;
}

/** A promise that a run broke, and what the log says of the key concerned. */
export interface Violation {
  readonly sentence: string;
  readonly history: readonly string[];
}

/** What the clients know of a run: the promises that the checkers hold the database to. */
export class Ledger {
  readonly mutations = new Map<string, MutationRecord>();
  readonly reads: ReadRecord[] = [];
  readonly scans: ScanRecord[] = [];
  readonly violations: Violation[] = [];
  acknowledgedOffset = -1;

  begin(sent: SentMutation): MutationRecord {
    const record: MutationRecord = { sent, deliveries: [], open: 0 };
    this.mutations.set(sent.requestId, record);
    return record;
  }

  violate(sentence: string, history: readonly string[] = []): void {
    this.violations.push({ sentence, history });
  }

  close(record: MutationRecord, delivery: Delivery): void {
    record.open -= 1;
    record.deliveries.push(delivery);
    if (delivery.kind !== 'acknowledged') return;
    this.acknowledgedOffset = Math.max(this.acknowledgedOffset, delivery.position.offset);
  }

  get acknowledged(): number {
    let count = 0;
    for (const { deliveries } of this.mutations.values()) {
      count += deliveries.filter((delivery) => delivery.kind === 'acknowledged').length;
    }
    return count;
  }
}
