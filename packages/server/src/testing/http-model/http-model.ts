import {
  foldEvents,
  type ModelEdge,
  type ModelEvent,
  type ModelField,
  type ModelStatus,
  NO_EDGE,
} from './model-edge.ts';
import { foldV2, type ModelOpV2 } from './model-edge-v2.ts';
import {
  DECLARATIONS,
  MODEL_CACHE_LIMIT,
  type ModelOrder,
  type ModelTable,
  type ModeV2,
  type TableName,
} from './model-table.ts';
import type { PlainJson } from './plain-json.ts';

/** What identifies an edge: source and target, or an id. */
export type ModelKey = readonly [source: PlainJson, target: PlainJson] | readonly [id: PlainJson];

export interface ModelItem {
  readonly key: ModelKey;
  readonly event: ModelEvent;
}

/** An active edge as it is answered. */
export interface SeenEdge {
  readonly version: bigint;
  readonly source: PlainJson;
  readonly target: PlainJson;
  /** In the order of the schema; of a multi edge `_id` first. */
  readonly properties: { readonly [name: string]: PlainJson };
  /** What ends its rows' keys: the far vertex, or the id. */
  readonly id: PlainJson | undefined;
}

export interface ModelResult {
  readonly key: ModelKey;
  readonly status: ModelStatus;
  readonly count: number;
}

/** What one item of a v2 call did; the state is null when there is none, and for an ERROR. */
export interface ModelResultV2 {
  readonly status: ModelStatus;
  readonly state: ModelStateV2 | null;
}

/** A state as v2 shows it: with the properties that it has, active or not. */
export interface ModelStateV2 {
  readonly key: ModelKey;
  readonly edge: ModelEdge;
}

/** The alias `far` of another service, and whether it stands for its table. */
export interface FarAlias {
  readonly target: TableName;
  readonly active: boolean;
}

interface KnownEdge {
  readonly key: ModelKey;
  readonly edge: ModelEdge;
}

interface KnownTable {
  declaration: ModelTable;
  active: boolean;
  edges: Map<string, KnownEdge>;
}

export type ModelDirection = 'OUT' | 'IN';

/** The database as a Map of edges that every question goes through from the beginning: no rows, no counters, no order. */
export class HttpModel {
  far: FarAlias = { target: 'wish', active: true };
  /** Mode of the table `links`; the others are SYNC. */
  linksMode: ModeV2 = 'SYNC';
  readonly #tables: Readonly<Record<TableName, KnownTable>> = {
    wish: { declaration: DECLARATIONS.wish, active: true, edges: new Map() },
    orders: { declaration: DECLARATIONS.orders, active: true, edges: new Map() },
    links: { declaration: DECLARATIONS.links, active: true, edges: new Map() },
  };

  isActive(table: TableName): boolean {
    return this.#tables[table].active;
  }

  setActive(table: TableName, active: boolean): void {
    this.#tables[table].active = active;
  }

  /** The table was deleted and made again: empty, as it was declared at first. */
  recreate(table: TableName): void {
    const known = this.#tables[table];
    known.declaration = DECLARATIONS[table];
    known.active = true;
    known.edges = new Map();
    if (table === 'links') this.linksMode = 'SYNC';
  }

  declaration(table: TableName): ModelTable {
    return this.#tables[table].declaration;
  }

  redeclare(table: TableName, declaration: ModelTable): void {
    this.#tables[table].declaration = declaration;
  }

  /** One result per key, in the order in which an answer lists them. */
  mutate(table: TableName, items: readonly ModelItem[]): ModelResult[] {
    const { edges, declaration } = this.#tables[table];
    const groups = new Map<string, { key: ModelKey; events: ModelEvent[] }>();
    for (const { key, event } of items) {
      const name = key.join(':');
      const group = groups.get(name) ?? { key, events: [] };
      group.events.push(event);
      groups.set(name, group);
    }
    const results = [...groups].map(([name, { key, events }]): ModelResult => {
      const { edge, status } = foldEvents(fieldsOf(declaration), edges.get(name)?.edge ?? NO_EDGE, events);
      edges.set(name, { key, edge });
      return { key, status, count: status === 'ERROR' ? 0 : events.length };
    });
    return results.sort((a, b) => (a.key.join(':') < b.key.join(':') ? -1 : 1));
  }

  /** One result per item, in their order: each sees what the ones before it did. */
  mutateV2(table: TableName, op: ModelOpV2, items: readonly ModelItem[]): ModelResultV2[] {
    const { edges, declaration } = this.#tables[table];
    return items.map(({ key, event }) => {
      const name = key.join(':');
      const { edge, status } = foldV2(fieldsOf(declaration), edges.get(name)?.edge ?? NO_EDGE, { ...event, op });
      edges.set(name, { key, edge });
      return { status, state: status === 'ERROR' || edge.version === null ? null : { key, edge } };
    });
  }

  /** The edge of a key, active or not; undefined when nothing is known of it. */
  state(table: TableName, key: ModelKey): { readonly seen: SeenEdge; readonly active: boolean } | undefined {
    const known = this.#tables[table].edges.get(key.join(':'));
    if (known === undefined || known.edge.version === null) return undefined;
    return { seen: seen(this.declaration(table), known), active: known.edge.active };
  }

  get(table: TableName, key: ModelKey): SeenEdge | undefined {
    const known = this.#tables[table].edges.get(key.join(':'));
    return known?.edge.active ? seen(this.declaration(table), known) : undefined;
  }

  /** Active edges of a vertex, in no order. */
  from(table: TableName, direction: ModelDirection, vertex: PlainJson): SeenEdge[] {
    const { edges, declaration } = this.#tables[table];
    return [...edges.values()]
      .filter(({ edge }) => edge.active)
      .map((known) => seen(declaration, known))
      .filter((edge) => (direction === 'OUT' ? edge.source : edge.target) === vertex);
  }

  /** Active edges of a vertex in the order of these fields, then of what ends their keys. */
  sorted(table: TableName, question: SortedQuestion): SeenEdge[] {
    const { direction, vertex, fields } = question;
    const far = (edge: SeenEdge): PlainJson => edge.id ?? (direction === 'OUT' ? edge.target : edge.source);
    return this.from(table, direction, vertex).sort((a, b) => {
      for (const { field, order } of fields) {
        const difference = compareValues(a.properties[field] ?? null, b.properties[field] ?? null);
        if (difference !== 0) return order === 'ASC' ? difference : -difference;
      }
      return compareValues(far(a), far(b));
    });
  }

  /** What a seek can reach in a cache. */
  reachable(table: TableName, cache: string, question: Omit<SortedQuestion, 'fields'>): SeenEdge[] {
    const fields = this.declaration(table).caches.get(cache) ?? [];
    return this.sorted(table, { ...question, fields }).slice(0, MODEL_CACHE_LIMIT);
  }
}

export interface SortedQuestion {
  readonly direction: ModelDirection;
  readonly vertex: PlainJson;
  readonly fields: readonly ModelOrder[];
}

/** Order of values of one type; null is lower than all others. */
export function compareValues(a: PlainJson, b: PlainJson): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : a > b ? 1 : 0;
}

function fieldsOf({ kind, properties }: ModelTable): ModelField[] {
  const ends = ['_source', '_target'].map((name) => ({ name, nullable: false }));
  return kind === 'multiEdge' ? [...ends, ...properties] : [...properties];
}

function seen({ kind, properties }: ModelTable, { key, edge }: KnownEdge): SeenEdge {
  const value = (name: string): PlainJson => edge.properties.get(name)?.value ?? null;
  const named = properties.map(({ name }): [string, PlainJson] => [name, value(name)]);
  const version = edge.version ?? 0n;
  if (kind === 'edge') {
    const [source, target = null] = key;
    return { version, source, target, properties: Object.fromEntries(named), id: undefined };
  }
  const [id] = key;
  const ends = { source: value('_source'), target: value('_target') };
  return { version, ...ends, properties: { _id: id, ...Object.fromEntries(named) }, id };
}
