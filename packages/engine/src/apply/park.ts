import { invariant } from '@actionbase/core/failure';
import { encodeRawMutateRecord } from '@actionbase/core/record/encode-log-record';
import type { ParkedMutation } from '@actionbase/core/record/parked-mutation';
import { QUEUE_ORIGIN, type RecordHeader } from '../admit/admit.ts';
import { type Catalog, schemaOf } from '../catalog/catalog.ts';
import { type ReadMutation, rawEntries } from './frame-item.ts';

/** Whether entries of a record that are refused are parked: nobody waits for the answer of what the queue appends again. */
export function parksRefused(header: RecordHeader): boolean {
  return header.origin?.name === QUEUE_ORIGIN;
}

export interface RefusedEntry {
  readonly mutation: ReadMutation;
  /** Place of the entry in the mutation. */
  readonly nth: number;
  readonly refusal: { readonly code: string; readonly message: string };
  readonly catalog: Catalog;
  readonly tries: number;
  readonly parkedMs: number;
}

/** What the side queue keeps of a refused entry: decided by the log alone. */
export function parkedMutation({ mutation, nth, refusal, catalog, tries, parkedMs }: RefusedEntry): ParkedMutation {
  const { header } = mutation;
  const entry = rawEntries(mutation)[nth];
  invariant(entry !== undefined, 'a refused entry stands in its record');
  const table = schemaOf(catalog, header.table, header.schemaRevision);
  invariant(table !== undefined, 'the catalog keeps every schema that a record names');
  const record = encodeRawMutateRecord(header, [entry]);
  return { ...refusal, database: table.database, table: table.name, tries, parkedMs, record };
}
