// Hot: once per row of a store.
import { hash } from 'node:crypto';
import { recordTypeOf } from '@actionbase/core/codec/record-type';
import { ENGINE_SPACE, readCatalog } from '@actionbase/engine/catalog/catalog-rows';
import { NIL_TABLE_ID } from '@actionbase/engine/catalog/nil-table';
import { SIDE_QUEUE_SPACE } from '@actionbase/engine/queue/side-queue-rows';
import { cellsOfSpace, rowsOfSpace } from '@actionbase/engine/space-rows';
import type { StoreReader } from '@actionbase/ports/store';

/** What a store holds at one position, in numbers. Equal digests: equal rows. */
export interface StoreDigest {
  /** Additive hash, 64 hexadecimal digits. */
  readonly hash: string;
  /** Rows and cells, those of the metadata included. */
  readonly rows: number;
  /** In the order of their ids. */
  readonly tables: readonly TableDigest[];
}

export interface TableDigest {
  readonly name: string;
  /** State rows: edges that are or were. */
  readonly states: number;
  readonly rows: number;
  readonly hash: string;
}

const SALT_BYTES = 0;
const HASH_WORDS = 8;
const HEAD_BYTES = 9;
/** Rows between two signs of progress, after which others get their turn. */
const STEP_ROWS = 10_000;

/**
 * Digests all that a position decides: the rows of the metadata and of every table, what is parked, and the inbox. Left out is what may
 * differ between two stores of one position: the feed, which is trimmed by age, and what is left of deleted tables.
 *
 * A row's hash is the SHA-256 of this, cut into eight numbers of 32 bits; the hashes of all rows are added up number by
 * number, so that their order does not matter.
 *
 *     kind 1: 0 row, 1 cell, 2 inbox | space 4 | length of the key 4 | key | value
 */
export async function digestStore(
  reader: StoreReader,
  onRows: (rows: number) => void = () => {},
): Promise<StoreDigest> {
  const catalog = await readCatalog(reader, SALT_BYTES);
  const names = new Map<number, string | null>([
    [ENGINE_SPACE, null],
    [SIDE_QUEUE_SPACE, null],
  ]);
  for (const { table } of [...catalog.tablesById.values()].sort((a, b) => a.table.id - b.table.id)) {
    // The built-in table that keeps nothing.
    if (table.id !== NIL_TABLE_ID) names.set(table.id, `${table.database}.${table.name}`);
  }
  const total = new RowSum();
  const tables: TableDigest[] = [];
  let told = 0;
  for (const [space, name] of names) {
    const sum = new RowSum();
    let states = 0;
    for await (const { key, value } of rowsOfSpace(reader, space)) {
      sum.add(0, space, key, value);
      if (name !== null && recordTypeOf(key, SALT_BYTES) === 'state') states += 1;
      if (total.rows + sum.rows < told + STEP_ROWS) continue;
      told = total.rows + sum.rows;
      onRows(told);
    }
    for await (const { key, value } of cellsOfSpace(reader, space)) sum.add(1, space, key, value);
    total.addSum(sum);
    if (name !== null) tables.push({ name, states, rows: sum.rows, hash: sum.print() });
  }
  const { rows } = total;
  for (const [origin, position] of (await reader.progress(0))?.inbox ?? []) {
    total.add(2, 0, new TextEncoder().encode(origin), new TextEncoder().encode(String(position)));
  }
  return { hash: total.print(), rows, tables };
}

/** A sum of row hashes. */
class RowSum {
  rows = 0;
  readonly #words = new Uint32Array(HASH_WORDS);

  add(kind: number, space: number, key: Uint8Array, value: Uint8Array): void {
    const bytes = Buffer.allocUnsafe(HEAD_BYTES + key.length + value.length);
    bytes[0] = kind;
    bytes.writeUInt32BE(space, 1);
    bytes.writeUInt32BE(key.length, 5);
    bytes.set(key, HEAD_BYTES);
    bytes.set(value, HEAD_BYTES + key.length);
    const digest = hash('sha256', bytes, 'buffer');
    for (let word = 0; word < HASH_WORDS; word++) this.#addWord(word, digest.readUInt32BE(4 * word));
    this.rows += 1;
  }

  addSum(other: RowSum): void {
    for (let word = 0; word < HASH_WORDS; word++) this.#addWord(word, other.#words[word] ?? 0);
    this.rows += other.rows;
  }

  print(): string {
    return Array.from(this.#words, (word) => word.toString(16).padStart(8, '0')).join('');
  }

  #addWord(place: number, value: number): void {
    this.#words[place] = (this.#words[place] ?? 0) + value;
  }
}
