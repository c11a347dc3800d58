import { Failure } from '@actionbase/core/failure';
import type { Table } from '@actionbase/core/model/table';
import type { Store } from '@actionbase/ports/store';
import { type Catalog, resolveTable } from '../catalog/catalog.ts';
import { engineFailures } from '../failures.ts';
import type { EngineLimits } from '../limits.ts';
import { type DigestEvent, TableDigest, type TableDigestParts } from './table-digest.ts';

/** What is to be digested. */
export interface DigestRequest {
  readonly database: string;
  /** A table, or an alias. */
  readonly table: string;
  /** At least one: what the digest of an edge is made of, in this order. The first one decides the bucket. */
  readonly fields: readonly string[];
  /** Of which bucket the edges are listed; null for the digests of all. */
  readonly bucket: number | null;
}

/** A digest under way; close it, whatever becomes of it. */
export interface DigestRun {
  readonly events: AsyncGenerator<DigestEvent, undefined>;
  close(): void;
}

export interface DigestParts {
  readonly store: Store;
  readonly limits: EngineLimits;
  readonly catalog: () => Catalog;
  readonly waitFor: TableDigestParts['waitFor'];
}

/** Begins a digest. Failures: `unknown-table`, `unknown-field`. */
export function startDigest(parts: DigestParts, request: DigestRequest): DigestRun {
  const { store, limits, catalog, waitFor } = parts;
  const { id } = resolveTable(catalog(), request.database, request.table).table;
  const running = new AbortController();
  const tableOf = (): Table | undefined => catalog().tablesById.get(id)?.table;
  const { fields, bucket } = request;
  const digest = new TableDigest({ store, limits, tableOf, waitFor, fields, bucket, signal: running.signal });
  return {
    events: digest.run(),
    close: () => running.abort(new Failure(engineFailures['engine-stopped'], 'the digest was ended')),
  };
}
