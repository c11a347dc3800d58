import { decodeStateValue } from '@actionbase/core/codec/row-value';
import type { EdgeKey } from '@actionbase/core/model/edge';
import type { Table } from '@actionbase/core/model/table';
import type { RawKey } from '@actionbase/core/record/log-record';
import type { ReadRecord } from './ledger.ts';
import type { Remains } from './remains.ts';
import type { World } from './world.ts';

const NAMES = ['wish', 'orders'] as const;

/** A state cell that an edge got in a frame. */
interface Version {
  readonly offset: number;
  readonly cell: Uint8Array | null;
}

/**
 * Law L6 and linearizability of single keys: every get shows its edge as of some frame between the last that was
 * acknowledged before the read began and the last that was in the log when it was answered.
 */
export function checkReads({ ledger, outcomes }: Remains, { tables }: Pick<World, 'tables'>): void {
  const histories = new Map<string, Version[]>();
  for (const { offset, outcome } of outcomes) {
    // A refusal changes nothing, and does not always name the state.
    if (outcome.status === 'QUEUED' || outcome.status === 'ERROR') continue;
    const table = NAMES.find((one) => tables[one].id === outcome.table);
    if (table === undefined) continue;
    const name = `${table} ${nameOfRaw(outcome.key)}`;
    const history = histories.get(name) ?? [];
    history.push({ offset, cell: outcome.after });
    histories.set(name, history);
  }
  for (const read of ledger.reads) {
    const name = `${read.table} ${nameOf(read.key)}`;
    const history = histories.get(name) ?? [];
    const before = history.findLast(({ offset }) => offset <= read.fromOffset) ?? { offset: -1, cell: null };
    const during = history.filter(({ offset }) => offset > read.fromOffset && offset <= read.toOffset);
    if ([before, ...during].some(({ cell }) => shows(tables[read.table], cell, read))) continue;
    const versions = [before, ...during].map(
      ({ offset, cell }) => `frame ${offset}: ${textOf(tables[read.table], cell)}`,
    );
    const gave = read.row === null ? 'nothing' : `version ${read.row.version}`;
    ledger.violate(
      `L6: a get of ${name} between frames ${read.fromOffset} and ${read.toOffset} gave ${gave}`,
      versions,
    );
  }
}

function shows(table: Table, cell: Uint8Array | null, { row }: ReadRecord): boolean {
  const state = cell === null ? undefined : decodeStateValue(table, cell);
  if (!state?.active) return row === null;
  if (row === null || row.version !== state.version) return false;
  return table.fields.every((_, place) => Object.is(row.values[place] ?? null, state.properties[place]?.value ?? null));
}

function textOf(table: Table, cell: Uint8Array | null): string {
  const state = cell === null ? undefined : decodeStateValue(table, cell);
  return state?.active ? `version ${state.version}` : 'nothing';
}

function nameOf(key: EdgeKey): string {
  return key.kind === 'edge' ? `${key.source} -> ${key.target}` : `${key.id}`;
}

function nameOfRaw(key: RawKey): string {
  return key.kind === 'edge' ? `${key.source.value} -> ${key.target.value}` : `${key.id.value}`;
}
