import { compileTable } from '@actionbase/core/model/compile-table';
import type { EdgeState } from '@actionbase/core/model/edge';
import { INITIAL_STATE } from '@actionbase/core/model/edge';
import { type Table, tableId } from '@actionbase/core/model/table';
import { foldEntry } from '@actionbase/core/reduce/fold-entry';
import { admitItems, groupByKey } from '@actionbase/core/wire/mutation-json';
import { wishSchema } from '@actionbase/engine/testing/wish-tables';

/** One mutation that a writer sent: all of one key's are sent one after another, by one writer. */
export interface SentMutation {
  readonly type: 'INSERT' | 'UPDATE' | 'DELETE';
  readonly version: number;
  readonly source: number;
  readonly target: string;
  readonly properties: Readonly<Record<string, number | string | null>>;
}

/** An edge as the server shows it: null when it is not active. */
export type ShownEdge = { readonly version: number; readonly properties: Readonly<Record<string, unknown>> } | null;

/** The state of a key, and what else it may be: a mutation whose answer never came may have happened or not. */
interface LedgerKey {
  readonly source: number;
  readonly target: string;
  states: EdgeState[];
  acknowledged: number;
}

/** What the writers know: the acknowledged mutations, replayed through the pure reducer. */
export class Ledger {
  readonly #table: Table = compileTable({
    id: tableId(1),
    database: 'crash',
    table: 'wish',
    schema: wishSchema,
    schemaRevision: 1,
    mode: 'SYNC',
    layout: 'INDEXED',
    event: false,
    readOnly: false,
    storage: 'datastore://crash/wish',
    active: true,
    comment: '',
    revision: 1,
    createdAt: 0,
    createdBy: '',
    updatedAt: 0,
    updatedBy: '',
  });
  readonly #keys = new Map<string, LedgerKey>();
  acknowledged = 0;
  unknown = 0;

  /** Notes an answered request; a status that no possible state gives is a violation. */
  acknowledge(mutations: readonly SentMutation[], status: string): string | undefined {
    this.acknowledged += mutations.length;
    const key = this.#keyOf(mutations);
    const outcomes = key.states.map((state) => this.#fold(state, mutations));
    const possible = outcomes.filter((outcome) => outcome.status === status);
    key.acknowledged += mutations.length;
    key.states = distinct(possible.map((outcome) => outcome.state));
    if (possible.length > 0) return undefined;
    key.states = distinct(outcomes.map((outcome) => outcome.state));
    const expected = outcomes.map((outcome) => outcome.status).join(' or ');
    return `${key.source} -> ${key.target}: answered ${status}, expected ${expected}`;
  }

  /** Notes a request that was never answered: it happened as a whole, or not at all. */
  leaveOpen(mutations: readonly SentMutation[]): void {
    this.unknown += mutations.length;
    const key = this.#keyOf(mutations);
    key.states = distinct([...key.states, ...key.states.map((state) => this.#fold(state, mutations).state)]);
  }

  /** Compares what the server shows of every key with what is possible; narrows what was open. Violations as sentences. */
  async compare(show: (source: number, target: string) => Promise<ShownEdge>): Promise<string[]> {
    const violations: string[] = [];
    for (const key of this.#keys.values()) {
      const shown = printShown(await show(key.source, key.target));
      const possible = key.states.filter((state) => this.#print(state) === shown);
      if (possible.length > 0) key.states = possible;
      else {
        const expected = key.states.map((state) => this.#print(state)).join(' or ');
        violations.push(`${key.source} -> ${key.target} shows ${shown}, expected ${expected}`);
      }
    }
    return violations;
  }

  /** Smallest and largest number of active edges of a source that the possible states give. */
  countBounds(source: number): { readonly min: number; readonly max: number } {
    let min = 0;
    let max = 0;
    for (const key of this.#keys.values()) {
      if (key.source !== source) continue;
      min += Number(key.states.every((state) => state.active));
      max += Number(key.states.some((state) => state.active));
    }
    return { min, max };
  }

  #fold(state: EdgeState, mutations: readonly SentMutation[]): { state: EdgeState; status: string } {
    const items = mutations.map((mutation) => ({ ...mutation, version: BigInt(mutation.version) }));
    const [entry] = groupByKey(this.#table, admitItems(this.#table, items));
    if (entry === undefined) throw new Error('a request of the ledger has one key');
    const folded = foldEntry(this.#table, state, entry);
    if (folded.kind === 'refused') return { state, status: 'ERROR' };
    return { state: folded.after, status: folded.status };
  }

  #keyOf(mutations: readonly SentMutation[]): LedgerKey {
    const { source = 0, target = '' } = mutations[0] ?? {};
    const name = `${source} ${target}`;
    const key = this.#keys.get(name) ?? { source, target, states: [INITIAL_STATE], acknowledged: 0 };
    this.#keys.set(name, key);
    return key;
  }

  #print(state: EdgeState): string {
    if (!state.active) return printShown(null);
    const properties: Record<string, unknown> = {};
    this.#table.fields.forEach((field, place) => {
      const value = state.properties[place]?.value ?? null;
      properties[field.name] = typeof value === 'bigint' ? Number(value) : value;
    });
    return printShown({ version: Number(state.version), properties });
  }
}

function printShown(edge: ShownEdge): string {
  return edge === null ? 'no edge' : JSON.stringify({ version: edge.version, properties: edge.properties });
}

function distinct(states: readonly EdgeState[]): EdgeState[] {
  const byText = new Map<string, EdgeState>();
  for (const state of states)
    byText.set(
      JSON.stringify(state, (_, value) => (typeof value === 'bigint' ? `${value}n` : value)),
      state,
    );
  return [...byText.values()];
}
