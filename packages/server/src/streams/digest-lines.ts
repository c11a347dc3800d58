import { printJson, printValue } from '@actionbase/core/codec/json-text';
import { JsonSplice, type OutputObject, type OutputValue } from '@actionbase/core/codec/output-value';
import { vertexOf } from '@actionbase/core/derive/edge-view';
import { printPosition } from '@actionbase/core/model/position';
import type { PropertyType, Value } from '@actionbase/core/model/value';
import type { DigestEvent, DigestedEdge, DigestSummary } from '@actionbase/engine/digest/table-digest';

/** Prints what a digest tells, one line of JSON per event. */
export function printDigestLine(event: DigestEvent): string {
  switch (event.kind) {
    case 'progress': {
      const { kind: _kind, ...progress } = event;
      return `${printJson({ progress })}\n`;
    }
    case 'edge':
      return `${printJson({ edge: edgeOf(event) })}\n`;
    default:
      return `${printJson({ digest: digestOf(event) })}\n`;
  }
}

/** Empty buckets are left out. Sums are 16 hexadecimal digits: they need 64 bits, without a sign. */
function digestOf({ table, position, edges, rows, sums }: DigestSummary): OutputObject {
  const buckets: OutputObject[] = [];
  for (const [bucket, count] of rows.entries()) {
    if (count > 0) buckets.push({ bucket, rows: count, sum: (sums[bucket] ?? 0n).toString(16).padStart(16, '0') });
  }
  return { table: `${table.database}.${table.name}`, position: printPosition(position), edges, buckets };
}

/** As reads show it; a multi edge has its id besides. */
function edgeOf({ table, edge, state }: DigestedEdge): OutputObject {
  const hidden = table.kind === 'multiEdge' ? 2 : 0;
  const named = table.fields.slice(hidden).map(({ name, type }, place) => {
    const value = state.properties[hidden + place]?.value ?? null;
    return [name, typed(type, value)] as const;
  });
  return {
    version: state.version,
    ...(edge.kind === 'multiEdge' ? { id: typed(table.idType, edge.id) } : {}),
    source: typed(table.sourceType, vertexOf(edge, state, 'OUT')),
    target: typed(table.targetType, vertexOf(edge, state, 'IN')),
    properties: Object.fromEntries(named),
  };
}

function typed(type: PropertyType | null, value: Value): OutputValue {
  return value === null ? null : new JsonSplice(printValue(type, value));
}
