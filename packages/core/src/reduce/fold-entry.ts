// Hot: runs once per entry.
import type { FailureKind } from '../failure.ts';
import { coreFailures } from '../failures.ts';
import { type EdgeState, type Entry, type EntryStatus, INITIAL_STATE, type MutationRules } from '../model/edge.ts';
import type { Table } from '../model/table.ts';
import { missingProperty, reduce } from './reduce.ts';
import { reduceV2 } from './reduce-v2.ts';

/** What became of an entry: a state, or a refusal that leaves the state as it was. */
export type Folded = FoldedState | FoldRefusal;

export interface FoldedState {
  readonly kind: 'done';
  /** `INITIAL_STATE` itself where there is no state any more (PURGED), or was none and is none. */
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
 * Folds the events of one entry, which are sorted by version, into one state change, by the rules of the v3 calls. The state
 * is checked after each event, and the first refusal refuses the whole entry. Only the net effect decides the status.
 * `before` is `INITIAL_STATE` itself where there is no state.
 */
export function foldEntry(table: Table, before: EdgeState, entry: Entry): Folded {
  let after = before;
  for (const event of entry.events) {
    after = reduce(table, after, event);
    const field = missingProperty(table, after);
    if (field !== undefined) {
      return refuse(field, `${field} must be provided: ${table.database}.${table.name} declares it as not nullable`);
    }
  }
  return netEffect(before, after);
}

/**
 * As `foldEntry`, by the rules of the v2 calls, whose entries hold one event each. Besides, an active edge of which only
 * createdAt or deletedAt has risen is IDLE: these calls compare what a reader sees.
 */
export function foldEntryV2(table: Table, before: EdgeState, entry: Entry): Folded {
  let after = before;
  for (const event of entry.events) {
    after = reduceV2(table, after, event);
    const field = missingProperty(table, after);
    if (field !== undefined) return refuse(field, `Validation error(s): Field is not null : ${field}`);
  }
  const effect = netEffect(before, after);
  return effect.status === 'UPDATED' && sameEdge(before, after) ? { ...effect, status: 'IDLE' } : effect;
}

/** How an entry is folded, by the rules that its record names. */
export const FOLD_BY_RULES: Readonly<Record<MutationRules, typeof foldEntry>> = { v3: foldEntry, v2: foldEntryV2 };

function netEffect(before: EdgeState, after: EdgeState): FoldedState {
  if (after === INITIAL_STATE && before !== INITIAL_STATE) {
    return { kind: 'done', after, status: 'PURGED', changed: true, delta: before.active ? -1 : 0 };
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
  return a === b || (a.createdAt === b.createdAt && a.deletedAt === b.deletedAt && sameEdge(a, b));
}

/** Whether two states are the same but for createdAt and deletedAt. Null values of one version are equal. */
function sameEdge(a: EdgeState, b: EdgeState): boolean {
  if (a.active !== b.active || a.version !== b.version) return false;
  const count = Math.max(a.properties.length, b.properties.length);
  for (let place = 0; place < count; place++) {
    const x = a.properties[place];
    const y = b.properties[place];
    if (x === y) continue;
    if (x === undefined || y === undefined || x.version !== y.version || !Object.is(x.value, y.value)) return false;
  }
  return true;
}

function refuse(field: string, message: string): FoldRefusal {
  return { kind: 'refused', failure: coreFailures['missing-property'], field, message };
}
