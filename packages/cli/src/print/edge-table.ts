import type { Edge, Json } from '@actionbase/client';
import { printJson } from '@actionbase/core/codec/json-text';
import type { JsonObject } from '@actionbase/core/codec/json-value';
import type { TextTable } from './text-table.ts';

/** Edges as a table: version, source, target, then a column for each property. */
export function edgeTable(edges: readonly Edge[]): TextTable {
  const names = [...new Set(edges.flatMap((edge) => Object.keys(edge.properties)))];
  return {
    columns: ['VERSION', 'SOURCE', 'TARGET', ...names],
    rows: edges.map(({ version, source, target, properties }) => [
      String(version),
      printCell(source),
      printCell(target),
      ...names.map((name) => printCell(properties[name] ?? null)),
    ]),
  };
}

/** An edge as a JSON document has it. */
export function edgeJson({ version, source, target, properties }: Edge): JsonObject {
  return { version, source, target, properties };
}

/** Text as it is, an unset value as "-", everything else as JSON. */
export function printCell(value: Json): string {
  if (value === null) return '-';
  return typeof value === 'string' ? value : printJson(value);
}
