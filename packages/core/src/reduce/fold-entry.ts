// Hot: runs once per entry.
import type { FailureKind } from '../failure.ts';
import { coreFailures } from '../failures.ts';
import type { EdgeState, Entry, EntryStatus } from '../model/edge.ts';
import type { Table } from '../model/table.ts';
import { missingProperty, reduce } from './reduce.ts';

/** What became of an entry: a state, or a refusal that leaves the state as it was. */
export type Folded = FoldedState | FoldRefusal;

export interface FoldedState {
  readonly kind: 'done';
  readonly after: EdgeState;
  readonly status: Exclude<EntryStatus, 'QUEUED' | 'ERROR'>;
  /** False when the record is equal to the one before: then nothing is written. An IDLE entry may still be a change. */
  readonly changed: boolean;
  /** What the number of active edges changes by. */
  readonly delta: -1 | 0 | 1;
}

export interface FoldRefusal {
  readonly kind: 'refused';
  readonly failure: FailureKind;
  readonly field: string;
  readonly message: string;
}

/**
 * Folds the events of one entry, which are sorted by version, into one state change. The state is checked after each
 * event, and the first refusal refuses the whole entry. Only the net effect decides the status.
 */
export function foldEntry(table: Table, before: EdgeState, entry: Entry): Folded {
  let after = before;
  for (const event of entry.events) {
    after = reduce(table, after, event);
    const field = missingProperty(table, after);
    if (field !== undefined) return refuse(table, field);
  }
  if (sameState(before, after)) return { kind: 'done', after: before, status: 'IDLE', changed: false, delta: 0 };
  if (before.active) {
    return after.active
      ? { kind: 'done', after, status: 'UPDATED', changed: true, delta: 0 }
      : { kind: 'done', after, status: 'DELETED', changed: true, delta: -1 };
  }
  return after.active
    ? { kind: 'done', after, status: 'CREATED', changed: true, delta: 1 }
    : { kind: 'done', after, status: 'IDLE', changed: true, delta: 0 };
}

/**
 * Whether two states are the same record: time stamps and versions count, a property never seen differs from an unset
 * one.
 */
export function sameState(a: EdgeState, b: EdgeState): boolean {
  if (a === b) return true;
  if (a.active !== b.active || a.version !== b.version || a.createdAt !== b.createdAt || a.deletedAt !== b.deletedAt)
    return false;
  const count = Math.max(a.properties.length, b.properties.length);
  for (let place = 0; place < count; place++) {
    const x = a.properties[place];
    const y = b.properties[place];
    if (x === y) continue;
    if (x === undefined || y === undefined || x.version !== y.version || !Object.is(x.value, y.value)) return false;
  }
  return true;
}

function refuse(table: Table, field: string): FoldRefusal {
  const message = `${field} must be provided: ${table.database}.${table.name} declares it as not nullable`;
  return { kind: 'refused', failure: coreFailures['missing-property'], field, message };
}
