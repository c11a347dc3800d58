// Hot: once per row of a table that is digested. Benchmark: digest.
import { MalformedBytes } from '@actionbase/core/codec/malformed-bytes';
import { ValueReader } from '@actionbase/core/codec/ordered-value';
import { decodeStateKey, RECORD_TYPE } from '@actionbase/core/codec/row-key';
import { decodeStateValue } from '@actionbase/core/codec/row-value';
import { BUCKETS, bucketOfText, digestText, hashOfText } from '@actionbase/core/digest/row-digest';
import { Failure, invariant } from '@actionbase/core/failure';
import type { EdgeKey, EdgeState } from '@actionbase/core/model/edge';
import type { LogPosition } from '@actionbase/core/model/position';
import type { Table } from '@actionbase/core/model/table';
import { justAfter } from '@actionbase/core/query/byte-order';
import type { Row, Store } from '@actionbase/ports/store';
import type { StateOutcome } from '../audit/feed-follower.ts';
import { PassBroken } from '../audit/pass-broken.ts';
import { readSettled } from '../audit/read-settled.ts';
import { rowName } from '../audit/row-name.ts';
import { StatesSoFar } from '../audit/states-so-far.ts';
import { engineFailures } from '../failures.ts';
import type { EngineLimits } from '../limits.ts';
import { bucketText, type DigestFields, digestFields, digestTexts } from './digest-fields.ts';

export interface TableDigestParts {
  readonly store: Store;
  readonly limits: EngineLimits;
  /** The table as of the last applied frame; undefined when it is gone. */
  readonly tableOf: () => Table | undefined;
  readonly waitFor: (offset: number, signal: AbortSignal) => Promise<void>;
  readonly fields: readonly string[];
  /** Of which bucket the edges are listed; null for the digests of all. */
  readonly bucket: number | null;
  readonly signal: AbortSignal;
}

/** How far a digest is; told after every page. */
export interface DigestProgress {
  readonly kind: 'progress';
  /** Rows read so far, those of indexes and counts included. */
  readonly rows: number;
  /** Active edges found so far. */
  readonly edges: number;
}

/** An edge of the bucket that was asked for. */
export interface DigestedEdge {
  readonly kind: 'edge';
  readonly table: Table;
  readonly edge: EdgeKey;
  readonly state: EdgeState;
}

/** The digests of the active edges as of one position; of one bucket alone when that was asked for. */
export interface DigestSummary {
  readonly kind: 'digest';
  readonly table: Table;
  readonly position: LogPosition;
  /** Active edges. */
  readonly edges: number;
  /** Per bucket the number of its edges, and the sum of their hashes modulo 2^64. */
  readonly rows: readonly number[];
  readonly sums: readonly bigint[];
}

export type DigestEvent = DigestProgress | DigestedEdge | DigestSummary;

/**
 * Adds up the digests of a table's active edges while writes go on, as of one position, in the way of an audit: see
 * `StatesSoFar`. When the table's schema changes meanwhile, or the feed is trimmed under it, it begins again.
 */
export class TableDigest {
  readonly #parts: TableDigestParts;
  #table: Table;
  #fields: DigestFields;
  #rows = 0;
  #edges = 0;
  #counts = new Float64Array(BUCKETS);
  #sums = new BigUint64Array(BUCKETS);
  /** Active edges of the bucket that was asked for, by the names of their states. */
  readonly #listed = new Map<string, { readonly edge: EdgeKey; readonly state: EdgeState }>();

  /** Failures: `unknown-table`, `unknown-field`. */
  constructor(parts: TableDigestParts) {
    this.#parts = parts;
    this.#table = this.#currentTable();
    this.#fields = digestFields(this.#table, parts.fields);
  }

  /** Failures: `digest-unsettled`, `unknown-table` when the table is deleted meanwhile, `unknown-field` when a property is. */
  async *run(): AsyncGenerator<DigestEvent, undefined> {
    const { auditRestartsMax } = this.#parts.limits;
    for (let attempt = 0; ; attempt++) {
      try {
        this.#begin();
        const position = yield* this.#pass();
        for (const listed of this.#listed.values()) yield { kind: 'edge', table: this.#table, ...listed };
        yield {
          kind: 'digest',
          table: this.#table,
          position,
          edges: this.#edges,
          rows: Array.from(this.#counts),
          sums: Array.from(this.#sums),
        };
        return undefined;
      } catch (error) {
        if (!(error instanceof PassBroken)) throw error;
        if (attempt < auditRestartsMax) continue;
        const message = `the digest began again ${attempt} times, the last time since ${error.message}; start it later`;
        throw new Failure(engineFailures['digest-unsettled'], message, { attempts: attempt }, error);
      }
    }
  }

  #begin(): void {
    this.#table = this.#currentTable();
    this.#fields = digestFields(this.#table, this.#parts.fields);
    this.#edges = 0;
    this.#counts = new Float64Array(BUCKETS);
    this.#sums = new BigUint64Array(BUCKETS);
    this.#listed.clear();
  }

  async *#pass(): AsyncGenerator<DigestProgress, LogPosition> {
    const { store, limits } = this.#parts;
    const space = this.#table.id;
    const soFar = new StatesSoFar({
      store,
      table: this.#table,
      framesMax: limits.auditFeedFramesMax,
      onChange: (change) => this.#correct(change),
    });
    const isSame = (): boolean => this.#currentTable().revision === this.#table.revision;
    let start: Uint8Array | undefined;
    for (;;) {
      await soFar.catchUp();
      const { result, position } = await readSettled({ ...this.#parts, isSame }, async (reader, offset) => {
        await soFar.followTo(reader, offset);
        const { rows, more } = await reader.scan({ space, start, limit: limits.digestPageRowsMax });
        for (const row of rows) this.#addRow(row);
        return { last: rows.at(-1)?.key, more, rows: rows.length };
      });
      const { last, more, rows } = result;
      this.#rows += rows;
      yield { kind: 'progress', rows: this.#rows, edges: this.#edges };
      if (!more || last === undefined) return position;
      soFar.reach(last);
      start = startAfter(this.#table, last);
    }
  }

  #addRow({ key, value }: Row): void {
    if (!isStateKey(this.#table, key)) return;
    const state = decodeStateValue(this.#table, value);
    if (!state.active) return;
    this.#add(decodeStateKey(this.#table, key), state, { key, sign: 1 });
  }

  #correct({ edge, stateKey: key, outcome: { before, after } }: StateOutcome): void {
    const was = before === null ? undefined : decodeStateValue(this.#table, before);
    const is = after === null ? undefined : decodeStateValue(this.#table, after);
    if (was?.active === true) this.#add(edge, was, { key, sign: -1 });
    if (is?.active === true) this.#add(edge, is, { key, sign: 1 });
  }

  #add(edge: EdgeKey, state: EdgeState, { key, sign }: { readonly key: Uint8Array; readonly sign: 1 | -1 }): void {
    const wanted = this.#parts.bucket;
    if (wanted !== null && bucketOfText(bucketText(this.#fields, edge, state)) !== wanted) return;
    const texts = digestTexts(this.#fields, edge, state);
    const bucket = bucketOfText(texts[0] ?? '');
    const hash = hashOfText(digestText(texts));
    this.#edges += sign;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + sign;
    // Both arrays wrap modulo 2^64 by themselves.
    this.#sums[bucket] = (this.#sums[bucket] ?? 0n) + (sign === 1 ? hash : -hash);
    if (wanted !== null) this.#list(edge, state, { key, sign });
  }

  #list(edge: EdgeKey, state: EdgeState, { key, sign }: { readonly key: Uint8Array; readonly sign: 1 | -1 }): void {
    const name = rowName({ key });
    if (sign === -1) this.#listed.delete(name);
    else this.#listed.set(name, { edge, state });
    const { digestEdgesMax } = this.#parts.limits;
    if (this.#listed.size <= digestEdgesMax) return;
    const message = `the bucket has more than ${digestEdgesMax} edges; they are too many to be listed`;
    throw new Failure(engineFailures['request-too-large'], message, { max: digestEdgesMax });
  }

  #currentTable(): Table {
    const table = this.#parts.tableOf();
    if (table === undefined) throw new Failure(engineFailures['unknown-table'], 'the table was deleted meanwhile');
    return table;
  }
}

function isStateKey(table: Table, key: Uint8Array): boolean {
  return typeAt(table, key)?.type === RECORD_TYPE.state;
}

/** The record type of a key, and where it stands; undefined when the bytes are no key. */
function typeAt(table: Table, key: Uint8Array): { readonly type: number; readonly offset: number } | undefined {
  try {
    const reader = new ValueReader(key, table.saltBytes);
    reader.skip();
    reader.nextInt32();
    const { offset } = reader;
    return { type: reader.nextInt8(), offset };
  } catch (error) {
    if (error instanceof MalformedBytes) return undefined;
    throw error;
  }
}

/**
 * Where the page after a row begins. Index rows stand before the states of their vertex: a page that ended among them is
 * followed by one that begins with these states, so that what many edges share (a product that all wish for) is not read
 * whole. With a salt the rows of a vertex do not lie together.
 */
function startAfter(table: Table, last: Uint8Array): Uint8Array {
  const found = typeAt(table, last);
  if (table.saltBytes > 0 || found === undefined || found.type >= RECORD_TYPE.state) return justAfter(last);
  const start = last.slice(0, found.offset + 2);
  const typeByte = start.length - 1;
  invariant(typeByte > 0, 'a record type stands behind a vertex');
  start[typeByte] = (RECORD_TYPE.state ^ 0x80) & 0xff;
  return start;
}
