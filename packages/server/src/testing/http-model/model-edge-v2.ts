import {
  lacksValue,
  type ModelCell,
  type ModelEdge,
  type ModelEvent,
  type ModelField,
  type ModelFold,
  NO_EDGE,
} from './model-edge.ts';

export type ModelOpV2 = ModelEvent['type'] | 'PURGE';

/** An event of a v2 call, where the call says what is done. */
export type ModelEventV2 = Omit<ModelEvent, 'type'> & { readonly op: ModelOpV2 };

/** One item of a v2 call, by the table of spec 3.10. A PURGE forgets the edge, whatever its version. */
export function foldV2(fields: readonly ModelField[], before: ModelEdge, event: ModelEventV2): ModelFold {
  const { op, version } = event;
  const isKnown = before.version !== null;
  if (op === 'PURGE') return { edge: NO_EDGE, status: isKnown ? 'PURGED' : 'IDLE' };
  const after: ModelEdge = {
    active: activeAfter(before, event),
    version: maximum(before.version, version),
    createdAt: op === 'INSERT' ? maximum(before.createdAt, version) : before.createdAt,
    deletedAt: op === 'DELETE' ? maximum(before.deletedAt, version) : before.deletedAt,
    properties: propertiesAfter(fields, before, event),
  };
  if (lacksValue(fields, after)) return { edge: before, status: 'ERROR' };
  return { edge: after, status: statusOf(before, after) };
}

function activeAfter(before: ModelEdge, event: ModelEventV2): boolean {
  switch (event.op) {
    case 'INSERT':
      return before.active || counts(before, event);
    case 'DELETE':
      return before.active && !counts(before, event);
    default:
      return before.active;
  }
}

/** Conditions of the table: an INSERT is measured by the last DELETE, a DELETE by the last INSERT. */
function counts(before: ModelEdge, { op, version }: ModelEventV2): boolean {
  const opposite = op === 'INSERT' ? before.deletedAt : before.createdAt;
  return opposite === null || version >= opposite || (before.version !== null && version >= before.version);
}

function propertiesAfter(
  fields: readonly ModelField[],
  before: ModelEdge,
  event: ModelEventV2,
): ReadonlyMap<string, ModelCell> {
  const { op, version, named } = event;
  const properties = new Map(before.properties);
  for (const { name, nullable } of fields) {
    const stored = properties.get(name);
    const isOlder = stored !== undefined && stored.version > version;
    if (op === 'DELETE') {
      if (counts(before, event) && !isOlder) properties.set(name, { version, value: null });
      continue;
    }
    const value = named.get(name);
    if (value !== undefined && !isOlder) properties.set(name, { version, value });
    const isMissing = value === undefined && stored === undefined;
    if (op === 'INSERT' && isMissing && nullable && counts(before, event))
      properties.set(name, { version, value: null });
  }
  return properties;
}

/** An active edge is UPDATED when something that can be seen has changed, its times not counted. */
function statusOf(before: ModelEdge, after: ModelEdge): ModelFold['status'] {
  if (before.active && after.active) return textOf(before) === textOf(after) ? 'IDLE' : 'UPDATED';
  if (before.active === after.active) return 'IDLE';
  return after.active ? 'CREATED' : 'DELETED';
}

function textOf({ version, properties }: ModelEdge): string {
  const cells = [...properties].map(([name, cell]) => `${name}@${cell.version}=${typeof cell.value}:${cell.value}`);
  return [version, ...cells.sort()].join('|');
}

function maximum(time: bigint | null, version: bigint): bigint {
  return time === null || version > time ? version : time;
}
