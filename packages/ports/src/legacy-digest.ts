import { BUCKETS, bucketOfText, digestText, hashOfText } from '@actionbase/core/digest/row-digest';
import { Failure } from '@actionbase/core/failure';
import { portFailures } from './failures.ts';
import type { ColumnForm, DigestField, DigestSum, LegacyRow, LegacyValue } from './legacy.ts';

const HASHES = 2n ** 64n;

/** The text of a column's value in digests; null for a null. */
export function fieldText(value: LegacyValue, form: ColumnForm): string | null {
  if (value === null) return null;
  if (typeof value === 'number') throw refused(`${value} is a floating number, whose text is not the same everywhere`);
  if (form === 'plain') return String(value);
  if (form === 'boolean') {
    if (typeof value === 'bigint') return value === 0n ? '0' : '1';
    throw refused(`${JSON.stringify(value)} should be an integer, for the form boolean`);
  }
  const ms = typeof value === 'string' ? millisecondsOf(value) : Number.NaN;
  if (Number.isNaN(ms)) throw refused(`${String(value)} should be a time, for the form milliseconds`);
  return String(ms);
}

/** Milliseconds since the epoch of a time as the old database prints it, in UTC; not a number for what is no time. */
export function millisecondsOf(text: string): number {
  return Date.parse(text.includes(' ') ? `${text.replace(' ', 'T')}Z` : `${text}T00:00:00Z`);
}

/** Digests of rows by buckets, row by row: what a server computes by one statement. */
export class RowDigests {
  readonly #fields: readonly DigestField[];
  readonly #rows: number[] = new Array<number>(BUCKETS).fill(0);
  readonly #sums: bigint[] = new Array<bigint>(BUCKETS).fill(0n);

  constructor(fields: readonly DigestField[]) {
    this.#fields = fields;
  }

  add(row: LegacyRow): void {
    const texts = this.#fields.map(({ column, form }) => fieldText(row[column] ?? null, form));
    const [source] = texts;
    if (source === undefined || source === null) throw refused('the first field of a digest has a value in every row');
    const bucket = bucketOfText(source);
    this.#rows[bucket] = (this.#rows[bucket] ?? 0) + 1;
    this.#sums[bucket] = ((this.#sums[bucket] ?? 0n) + hashOfText(digestText(texts))) % HASHES;
  }

  sums(): readonly DigestSum[] {
    return this.#sums.map((sum, bucket) => ({ rows: this.#rows[bucket] ?? 0, sum }));
  }
}

function refused(message: string): Failure {
  return new Failure(portFailures['legacy-refused'], message);
}
