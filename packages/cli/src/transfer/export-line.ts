// Hot: once per edge of an export.
import { printValue } from '@actionbase/core/codec/json-text';
import { MULTI_EDGE_SOURCE, MULTI_EDGE_TARGET } from '@actionbase/core/model/compile-table';
import type { EdgeKey, EdgeState, PropertyCell } from '@actionbase/core/model/edge';
import type { Table, TableField } from '@actionbase/core/model/table';

/** One edge, as it is stored. */
export interface ExportedEdge {
  readonly key: EdgeKey;
  readonly state: EdgeState;
}

/**
 * Prints an active edge as a line that `load` takes too; properties that are not set are left out.
 *
 *     {"source":7,"target":"sku-a","version":12,"properties":{"at":1000}}
 *     {"id":100,"source":7,"target":5,"version":12,"properties":{"amount":3}}
 */
export function printEdgeLine(table: Table, { key, state }: ExportedEdge): string {
  const ends: string[] = [];
  const properties: string[] = [];
  for (const [field, cell] of cellsOf(table, state)) {
    if (cell.value === null) continue;
    const end = END_OF_FIELD[field.name];
    const value = printValue(field.type, cell.value);
    if (table.kind === 'multiEdge' && end !== undefined) ends.push(`"${end}":${value}`);
    else properties.push(`${JSON.stringify(field.name)}:${value}`);
  }
  const head = [...printKey(table, key), ...ends].join(',');
  return `{${head},"version":${state.version},"properties":{${properties.join(',')}}}\n`;
}

/**
 * Prints a state: all that is known of an edge, active or not, each property with its version. A multi edge's ends are
 * properties there.
 *
 *     {"source":7,"target":"sku-a","active":true,"version":12,"createdAt":10,"deletedAt":null,
 *      "properties":{"at":{"version":10,"value":1000},"color":{"version":12,"value":null}}}
 */
export function printStateLine(table: Table, { key, state }: ExportedEdge): string {
  const { active, version, createdAt, deletedAt } = state;
  const cells: string[] = [];
  for (const [field, cell] of cellsOf(table, state)) {
    const value = printValue(field.type, cell.value);
    cells.push(`${JSON.stringify(field.name)}:{"version":${cell.version},"value":${value}}`);
  }
  const times = `"active":${active},"version":${version},"createdAt":${createdAt},"deletedAt":${deletedAt}`;
  return `{${printKey(table, key).join(',')},${times},"properties":{${cells.join(',')}}}\n`;
}

const END_OF_FIELD: Readonly<Record<string, string>> = { [MULTI_EDGE_SOURCE]: 'source', [MULTI_EDGE_TARGET]: 'target' };

function printKey(table: Table, key: EdgeKey): string[] {
  if (key.kind === 'multiEdge') return [`"id":${printValue(table.idType, key.id)}`];
  return [
    `"source":${printValue(table.sourceType, key.source)}`,
    `"target":${printValue(table.targetType, key.target)}`,
  ];
}

function* cellsOf(table: Table, { properties }: EdgeState): Generator<readonly [TableField, PropertyCell]> {
  for (const [place, field] of table.fields.entries()) {
    const cell = properties[place];
    if (cell !== undefined) yield [field, cell];
  }
}
