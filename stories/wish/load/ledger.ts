import type { Wish, WishKey } from '../app/wish-store.ts';

/** What a writer asked for. */
export type WriteOp =
  | { readonly kind: 'add'; readonly wish: Wish }
  | { readonly kind: 'remove'; readonly key: WishKey };

/** What became of a write: acknowledged, or nobody knows. */
export type WriteAnswer =
  | { readonly kind: 'acknowledged'; readonly atMs: number }
  | { readonly kind: 'open'; readonly why: string };

export interface LedgerEntry {
  /** From 0 on, in the order in which writes were sent. */
  readonly requestId: number;
  readonly lane: number;
  readonly op: WriteOp;
  readonly sentMs: number;
  /** Undefined while the write is under way. */
  readonly answer: WriteAnswer | undefined;
}

/**
 * What was written and what was answered, from outside: the truth that stores are compared with. The writes of one key stand in
 * the order in which they were sent, and none was sent before the one before it was answered.
 */
export class Ledger {
  readonly #entries: LedgerEntry[] = [];

  get entries(): readonly LedgerEntry[] {
    return this.#entries;
  }

  begin({ lane, op, sentMs }: Pick<LedgerEntry, 'lane' | 'op' | 'sentMs'>): number {
    const requestId = this.#entries.length;
    this.#entries.push({ requestId, lane, op, sentMs, answer: undefined });
    return requestId;
  }

  end(requestId: number, answer: WriteAnswer): void {
    const entry = this.#entries[requestId];
    if (entry === undefined || entry.answer !== undefined) throw new Error(`request ${requestId} is not under way`);
    this.#entries[requestId] = { ...entry, answer };
  }

  /** One line of JSON per write, for a file that another program reads. */
  print(): string {
    return this.#entries.map((entry) => `${JSON.stringify(entry, printBigint)}\n`).join('');
  }
}

export function keyOf(op: WriteOp): WishKey {
  return op.kind === 'add' ? op.wish : op.key;
}

/** A key as a map's key: `7/42`. */
export function keyText({ userId, productId }: WishKey): string {
  return `${userId}/${productId}`;
}

function printBigint(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
