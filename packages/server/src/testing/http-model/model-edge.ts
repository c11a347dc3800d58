import type { PlainJson } from './plain-json.ts';

/** All that is known of one edge, as the specification's tables have it. */
export interface ModelEdge {
  readonly active: boolean;
  /** Null before the first event. */
  readonly version: bigint | null;
  readonly createdAt: bigint | null;
  readonly deletedAt: bigint | null;
  readonly properties: ReadonlyMap<string, ModelCell>;
}

export interface ModelCell {
  readonly version: bigint;
  readonly value: PlainJson;
}

export interface ModelEvent {
  readonly type: 'INSERT' | 'UPDATE' | 'DELETE';
  readonly version: bigint;
  /** What the request named, a multi edge's `_source` and `_target` included. */
  readonly named: ReadonlyMap<string, PlainJson>;
}

export const NO_EDGE: ModelEdge = {
  active: false,
  version: null,
  createdAt: null,
  deletedAt: null,
  properties: new Map(),
};

/** A field of an edge; one that may not be null refuses an active edge without it. */
export interface ModelField {
  readonly name: string;
  readonly nullable: boolean;
}

export type ModelStatus = 'CREATED' | 'UPDATED' | 'DELETED' | 'IDLE' | 'ERROR' | 'PURGED';

export interface ModelFold {
  readonly edge: ModelEdge;
  readonly status: ModelStatus;
}

/** The events of one request for one key, in order of their versions, by the rules of v3 (spec 3.4, 3.5). */
export function foldEvents(fields: readonly ModelField[], before: ModelEdge, events: readonly ModelEvent[]): ModelFold {
  let edge = before;
  for (const event of events.toSorted((a, b) => (a.version < b.version ? -1 : a.version > b.version ? 1 : 0))) {
    edge = nextEdge(fields, edge, event);
    if (lacksValue(fields, edge)) return { edge: before, status: 'ERROR' };
  }
  return { edge, status: statusOf(before, edge) };
}

/** Whether an active edge has no value where it needs one. */
export function lacksValue(fields: readonly ModelField[], edge: ModelEdge): boolean {
  return (
    edge.active && fields.some(({ name, nullable }) => !nullable && (edge.properties.get(name)?.value ?? null) === null)
  );
}

export function statusOf(before: ModelEdge, after: ModelEdge): ModelStatus {
  if (textOf(before) === textOf(after)) return 'IDLE';
  if (before.active) return after.active ? 'UPDATED' : 'DELETED';
  return after.active ? 'CREATED' : 'IDLE';
}

function nextEdge(fields: readonly ModelField[], edge: ModelEdge, event: ModelEvent): ModelEdge {
  const { type, version } = event;
  let { createdAt, deletedAt } = edge;
  let ends = false;
  const overrides = version === edge.version;
  if (type === 'INSERT' && (createdAt === null || version >= createdAt)) {
    createdAt = version;
    if (overrides && deletedAt === createdAt) deletedAt = null;
  }
  if (type === 'DELETE' && (deletedAt === null || version >= deletedAt)) {
    deletedAt = version;
    ends = true;
    if (overrides && createdAt === deletedAt) createdAt = null;
  }
  const properties = new Map<string, ModelCell>();
  for (const { name } of fields) {
    const cell = nextCell(event, edge.properties.get(name), event.named.get(name));
    if (cell !== undefined) properties.set(name, cell);
  }
  // v2 leaves edges that are active though both times are equal; what is active ends by a DELETE only.
  const lives = createdAt !== null && (deletedAt === null || createdAt > deletedAt);
  return {
    active: lives || (edge.active && !ends),
    version: edge.version === null || version > edge.version ? version : edge.version,
    createdAt,
    deletedAt,
    properties,
  };
}

function nextCell(
  { type, version }: ModelEvent,
  cell: ModelCell | undefined,
  value: PlainJson | undefined,
): ModelCell | undefined {
  if (cell !== undefined && version < cell.version) return cell;
  if (type === 'DELETE') return { version, value: null };
  if (type === 'UPDATE') return value === undefined ? cell : { version, value };
  const isAddition = (value ?? null) === null && cell !== undefined && cell.version === version && cell.value !== null;
  return isAddition ? cell : { version, value: value ?? null };
}

/** A text that two edges share when they are the same record. */
function textOf({ active, version, createdAt, deletedAt, properties }: ModelEdge): string {
  const cells = [...properties].map(
    ([name, cell]) => `${name}@${cell.version}=${typeof cell.value}:${String(cell.value)}`,
  );
  return [active, version, createdAt, deletedAt, ...cells.sort()].join('|');
}
