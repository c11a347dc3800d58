import { printJson, printValue } from '@actionbase/core/codec/json-text';
import { JsonSplice, type OutputObject, type OutputValue } from '@actionbase/core/codec/output-value';
import { vertexTypeOf } from '@actionbase/core/codec/row-key';
import type { EdgeKey } from '@actionbase/core/model/edge';
import { printPosition } from '@actionbase/core/model/position';
import type { Table } from '@actionbase/core/model/table';
import type { PropertyType, Value } from '@actionbase/core/model/value';
import type { AuditEvent, AuditSummary, FindingEvent } from '@actionbase/engine/audit/auditor';
import type { Finding, RowContent, Touch } from '@actionbase/engine/audit/finding';
import { hexText } from '@actionbase/engine/audit/hex-text';

/** Prints what an audit tells, one line of JSON per event. */
export function printAuditLine(event: AuditEvent): string {
  switch (event.kind) {
    case 'progress': {
      const { kind: _kind, ...progress } = event;
      return `${printJson({ progress })}\n`;
    }
    case 'summary':
      return `${printJson({ summary: summaryOf(event) })}\n`;
    default:
      return `${printJson({ difference: differenceOf(event) })}\n`;
  }
}

function summaryOf({ kind: _kind, table, position, ...counts }: AuditSummary): OutputObject {
  return { table: nameOf(table), position: position === null ? null : printPosition(position), ...counts };
}

function differenceOf({ kind: stage, table, finding, touches }: FindingEvent): OutputObject {
  const { row, problem, edge, address, expected, found } = finding;
  return {
    stage,
    table: nameOf(table),
    row: finding.kind,
    name: row !== null && 'name' in row ? row.name : null,
    direction: row?.direction ?? null,
    vertex: row === null ? null : typed(vertexTypeOf(table, row.direction), row.vertex),
    values: row === null ? null : valuesOf(table, finding),
    edge: edge === null ? null : edgeOf(table, edge),
    problem,
    key: hexText(address.key),
    qualifier: address.qualifier === undefined ? null : hexText(address.qualifier),
    expected: contentOf(table, expected),
    found: contentOf(table, found),
    touchedBy: touches.map(touchOf),
  };
}

function touchOf({ position, stampMs, requestId, actor, type, version, status }: Touch): OutputObject {
  return { position: printPosition(position), stampMs, requestId, actor, op: type, version, status };
}

function edgeOf(table: Table, edge: EdgeKey): OutputObject {
  if (edge.kind === 'multiEdge') return { id: typed(table.idType, edge.id) };
  return { source: typed(table.sourceType, edge.source), target: typed(table.targetType, edge.target) };
}

/** The values of the fields of the row's index, cache or group. */
function valuesOf(table: Table, { row }: Finding): OutputValue {
  if (row === null || row.kind === 'count') return null;
  const named = { index: table.indexes, cache: table.caches, group: table.groups }[row.kind];
  const fields = named.find(({ name }) => name === row.name)?.fields ?? [];
  return row.values.map((value, place) => typed(fields[place]?.type ?? null, value));
}

/** A number as it is, an edge's version and properties, or what cannot be read as hexadecimal text. */
function contentOf(table: Table, content: RowContent | null): OutputValue {
  if (content === null) return null;
  if (content.kind === 'number') return content.number;
  if (content.kind === 'bytes') return hexText(content.bytes);
  const { version, values } = content;
  const named = table.fields.flatMap(({ name, type }, place) => {
    const value = values[place];
    return value === undefined ? [] : [[name, typed(type, value)] as const];
  });
  return { version, properties: Object.fromEntries(named) };
}

function typed(type: PropertyType | null, value: Value): OutputValue {
  return value === null ? null : new JsonSplice(printValue(type, value));
}

function nameOf({ database, name }: Table): string {
  return `${database}.${name}`;
}
