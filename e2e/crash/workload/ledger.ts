import type { EdgeState } from '@actionbase/core/model/edge';
import { INITIAL_STATE } from '@actionbase/core/model/edge';
import type { Table } from '@actionbase/core/model/table';
import { foldEntry, foldEntryV2 } from '@actionbase/core/reduce/fold-entry';
import { admitItems, groupByKey } from '@actionbase/core/wire/mutation-json';
import { CRASH_TABLES, type CrashTableName, compileCrashTable } from './crash-tables.ts';

/** One mutation that a writer sent: all of one key's are sent one after another, by one writer. */
export interface SentMutation {
  readonly table: CrashTableName;
  readonly type: 'INSERT' | 'UPDATE' | 'DELETE';
  readonly version: number;
  readonly source: number;
  readonly target: string | number;
  /** Set for a multi edge. */
  readonly id?: number;
  readonly properties: Readonly<Record<string, number | string | null>>;
}

/** An edge as the server shows it. */
export interface ShownEdge {
  readonly version: number;
  readonly source: number;
  readonly target: string | number;
  readonly id?: number;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** The name by which ledger and server speak of an edge. */
export function edgeName(
  table: CrashTableName,
  { id, source, target }: Pick<SentMutation, 'source' | 'target' | 'id'>,
): string {
  return id === undefined ? `${table} ${source} -> ${target}` : `${table} #${id}`;
}

/** The states that a key may be in: a mutation whose answer never came may have happened or not. */
interface LedgerKey {
  readonly name: string;
  readonly table: CrashTableName;
  readonly source: number;
  states: readonly EdgeState[];
  /** What was sent and answered last, a line each. */
  readonly history: string[];
}

const HISTORY_LINES = 30;

/** What the writers know: the acknowledged mutations, replayed through the pure reducer. */
export class Ledger {
  readonly #tables = new Map<CrashTableName, Table>();
  readonly #keys = new Map<string, LedgerKey>();
  acknowledged = 0;
  unknown = 0;

  /**
   * Notes that mutations of one key were answered; a status that no possible state gives is a violation. Without a status
   * the answer does not tell what they did: they are asynchronous.
   */
  acknowledge(mutations: readonly SentMutation[], status?: string): string | undefined {
    this.acknowledged += mutations.length;
    const key = this.#keyOf(mutations);
    const outcomes = key.states.map((state) => this.#fold(key, state, mutations));
    this.#note(key, `${printSent(mutations)}: ${status ?? 'queued'}`);
    const possible = outcomes.filter((outcome) => status === undefined || outcome.status === status);
    key.states = distinct((possible.length > 0 ? possible : outcomes).map((outcome) => outcome.state));
    if (possible.length > 0) return undefined;
    const expected = outcomes.map((outcome) => outcome.status).join(' or ');
    return `${key.name}: answered ${status}, expected ${expected}${printHistory(key)}`;
  }

  /** Notes that mutations of one key were never answered: they happened as a whole, or not at all. */
  leaveOpen(mutations: readonly SentMutation[]): void {
    this.unknown += mutations.length;
    const key = this.#keyOf(mutations);
    this.#note(key, `${printSent(mutations)}: no answer`);
    key.states = distinct([...key.states, ...key.states.map((state) => this.#fold(key, state, mutations).state)]);
  }

  /** Compares the edges that are shown of a key with what is possible; narrows what was open. Violations as sentences. */
  compare(shownEdges: ReadonlyMap<string, ShownEdge>): string[] {
    const violations: string[] = [];
    for (const key of this.#keys.values()) {
      const shown = printShown(shownEdges.get(key.name));
      const possible = key.states.filter((state) => this.#print(key, state) === shown);
      this.#note(key, `compared: ${shown}`);
      if (possible.length > 0) key.states = possible;
      else {
        const expected = key.states.map((state) => this.#print(key, state)).join(' or ');
        violations.push(`${key.name} shows ${shown}, expected ${expected}${printHistory(key)}`);
      }
    }
    for (const name of shownEdges.keys())
      if (!this.#keys.has(name)) violations.push(`${name} is there and was never sent`);
    return violations;
  }

  /** How many active edges a source of a table of unique edges has, by what was compared last. */
  activeOf(table: CrashTableName, source: number): number {
    let count = 0;
    for (const key of this.#keys.values()) {
      if (key.table === table && key.source === source) count += Number(key.states[0]?.active === true);
    }
    return count;
  }

  #fold(
    { table: name }: LedgerKey,
    state: EdgeState,
    mutations: readonly SentMutation[],
  ): { state: EdgeState; status: string } {
    const table = this.#tableOf(name);
    const items = mutations.map((mutation) => ({ ...mutation, version: BigInt(mutation.version) }));
    const [entry] = groupByKey(table, admitItems(table, items));
    if (entry === undefined) throw new Error('a request of the ledger has one key');
    const fold = CRASH_TABLES[name].calls === 'v2' ? foldEntryV2 : foldEntry;
    const folded = fold(table, state, entry);
    if (folded.kind === 'refused') return { state, status: 'ERROR' };
    return { state: folded.after, status: folded.status };
  }

  #keyOf(mutations: readonly SentMutation[]): LedgerKey {
    const [first] = mutations;
    if (first === undefined) throw new Error('a request of the ledger has one key');
    const { table, source } = first;
    const name = edgeName(table, first);
    const key = this.#keys.get(name) ?? { name, table, source, states: [INITIAL_STATE], history: [] };
    this.#keys.set(name, key);
    return key;
  }

  #note(key: LedgerKey, line: string): void {
    if (key.history.at(-1) === line) return;
    key.history.push(line);
    if (key.history.length > HISTORY_LINES) key.history.shift();
  }

  #tableOf(name: CrashTableName): Table {
    const table = this.#tables.get(name) ?? compileCrashTable(name);
    this.#tables.set(name, table);
    return table;
  }

  #print({ table }: LedgerKey, state: EdgeState): string {
    if (!state.active) return printShown(undefined);
    const values: Record<string, unknown> = {};
    this.#tableOf(table).fields.forEach((field, place) => {
      const value = state.properties[place]?.value ?? null;
      values[field.name] = typeof value === 'bigint' ? Number(value) : value;
    });
    const { _source: source, _target: target, ...properties } = values;
    return printEdge(Number(state.version), source === undefined ? [] : [source, target], properties);
  }
}

/** The ends of a unique edge are its name; those of a multi edge may change, and are printed. */
function printShown(edge: ShownEdge | undefined): string {
  if (edge === undefined) return 'no edge';
  return printEdge(edge.version, edge.id === undefined ? [] : [edge.source, edge.target], edge.properties);
}

function printEdge(version: number, ends: readonly unknown[], properties: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ version, ends, properties });
}

function printSent(mutations: readonly SentMutation[]): string {
  return mutations
    .map(({ type, version, source, target, properties }) => {
      return `${type} ${version} ${source} -> ${target} ${JSON.stringify(properties)}`;
    })
    .join(', ');
}

function printHistory({ history }: LedgerKey): string {
  return `\n${history.map((line) => `    ${line}`).join('\n')}`;
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
