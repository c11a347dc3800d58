// Hot: builds the text of every answer that holds edges.
import { printValue } from '../codec/json-text.ts';
import type { Table } from '../model/table.ts';
import type { EdgeRow } from '../query/edge-row.ts';

/** One page of edges. */
export interface EdgeFrame {
  readonly rows: readonly EdgeRow[];
  /** -1: not asked for. */
  readonly total: bigint | number;
  /** Cursor of the last row, or null when nothing follows. */
  readonly offset: string | null;
  readonly hasNext: boolean;
}

/** The answer of a table that holds nothing by definition (NIL). */
export const EMPTY_FRAME = '{"edges":[],"count":0,"total":0,"offset":null,"hasNext":false,"context":{}}';

/**
 * Prints a frame; members in the reference's order, properties in the schema's, unset ones as null. A multi edge's
 * properties begin with `_id`; its hidden `_source` and `_target` are not among them.
 */
export function printEdgeFrame(table: Table, frame: EdgeFrame): string {
  const { rows } = frame;
  const names = table.fields.map((field) => `${JSON.stringify(field.name)}:`);
  let edges = '';
  for (let place = 0; place < rows.length; place += 1) {
    const row = rows[place];
    if (row !== undefined) edges += (place === 0 ? '' : ',') + printEdge(table, names, row);
  }
  const offset = frame.offset === null ? 'null' : JSON.stringify(frame.offset);
  return `{"edges":[${edges}],"count":${rows.length},"total":${frame.total},"offset":${offset},"hasNext":${frame.hasNext},"context":{}}`;
}

function printEdge(table: Table, names: readonly string[], row: EdgeRow): string {
  const source = printValue(table.sourceType, row.source);
  const target = printValue(table.targetType, row.target);
  const properties = printProperties(table, names, row);
  return `{"version":${row.version},"source":${source},"target":${target},"properties":{${properties}},"context":{}}`;
}

/** The first two fields of a multi edge's table are its hidden ends. */
const HIDDEN_FIELDS = 2;

function printProperties(table: Table, names: readonly string[], row: EdgeRow): string {
  const { fields, idType } = table;
  let text = idType === null ? '' : `"_id":${printValue(idType, row.id ?? null)}`;
  for (let place = idType === null ? 0 : HIDDEN_FIELDS; place < fields.length; place += 1) {
    const field = fields[place];
    if (field === undefined) continue;
    if (text !== '') text += ',';
    text += names[place] + printValue(field.type, row.values[place] ?? null);
  }
  return text;
}
