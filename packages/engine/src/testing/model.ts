import type { JsonObject } from '@actionbase/core/codec/json-value';
import type { EdgeKey, EdgeState, EntryStatus, MutationRules } from '@actionbase/core/model/edge';
import { INITIAL_STATE } from '@actionbase/core/model/edge';
import type { Table } from '@actionbase/core/model/table';
import type { Direction, Value } from '@actionbase/core/model/value';
import { foldEntry } from '@actionbase/core/reduce/fold-entry';
import { admitItems, groupByKey, type MutationItem } from '@actionbase/core/wire/mutation-json';
import { modelV2 } from './model-v2.ts';

interface ModelEdge {
  readonly key: EdgeKey;
  readonly state: EdgeState;
}

/** What a model's edge looks like from outside, whichever way it was asked for. */
export interface PlainEdge {
  readonly version: bigint;
  readonly source: Value;
  readonly target: Value;
  readonly id: Value | undefined;
  readonly properties: readonly Value[];
}

/** The database in fifty lines: a Map and the reducer (for v2 a table of its rules). No log, no rows, no bytes. */
export class Model {
  readonly #tables = new Map<string, Map<string, ModelEdge>>();

  /** Applies one request; statuses in the order of the request's keys, by v2's rules of its items. */
  mutate(table: Table, items: readonly MutationItem[], rules: MutationRules = 'v3'): EntryStatus[] {
    const admitted = admitItems(table, items);
    if (table.layout === 'NIL') return (rules === 'v2' ? admitted : groupByKey(table, admitted)).map(() => 'IDLE');
    const edges = this.#edges(table);
    const stateOf = (key: EdgeKey): EdgeState => edges.get(nameOf(key))?.state ?? INITIAL_STATE;
    if (rules === 'v2') {
      return admitted.map(({ key, event }) => {
        const { status, state } = modelV2(table, stateOf(key), event);
        edges.set(nameOf(key), { key, state });
        return status;
      });
    }
    return groupByKey(table, admitted).map((entry) => {
      const folded = foldEntry(table, stateOf(entry.key), entry);
      if (folded.kind === 'refused') return 'ERROR';
      edges.set(nameOf(entry.key), { key: entry.key, state: folded.after });
      return folded.status;
    });
  }

  get(table: Table, key: EdgeKey): PlainEdge | undefined {
    const edge = this.#edges(table).get(nameOf(key));
    return edge?.state.active ? plain(table, edge) : undefined;
  }

  count(table: Table, direction: Direction, vertex: Value): number {
    return this.from(table, direction, vertex).length;
  }

  /** Active edges that start at the vertex, unsorted. */
  from(table: Table, direction: Direction, vertex: Value): PlainEdge[] {
    const edges = [...this.#edges(table).values()].filter((edge) => edge.state.active);
    return edges
      .map((edge) => plain(table, edge))
      .filter((edge) => (direction === 'OUT' ? edge.source : edge.target) === vertex);
  }

  #edges(table: Table): Map<string, ModelEdge> {
    const name = `${table.database}.${table.name}`;
    const edges = this.#tables.get(name) ?? new Map<string, ModelEdge>();
    this.#tables.set(name, edges);
    return edges;
  }
}

/** A mutation item with defaults. */
export function anItem(parts: Partial<MutationItem> & { readonly properties?: JsonObject }): MutationItem {
  return { type: 'INSERT', version: 1n, properties: {}, ...parts };
}

function plain(table: Table, edge: ModelEdge): PlainEdge {
  const { key, state } = edge;
  const values = table.fields.map((_, place) => state.properties[place]?.value ?? null);
  if (key.kind === 'edge') {
    return { version: state.version, source: key.source, target: key.target, id: undefined, properties: values };
  }
  const [source = null, target = null] = values;
  return { version: state.version, source, target, id: key.id, properties: values };
}

function nameOf(key: EdgeKey): string {
  return key.kind === 'edge' ? `${String(key.source)} -> ${String(key.target)}` : `#${String(key.id)}`;
}
