import { parseJson } from '@actionbase/core/codec/json-text';
import { Failure } from '@actionbase/core/failure';
import { type JsonPlace, parseWhole } from '@actionbase/core/wire/json-place';
import { commandFailures } from '../failures.ts';

/** What an export holds: edges that are active, or the states of all edges that ever were, with every version. */
export type ExportKind = 'edges' | 'states';

/** What an export says about itself. */
export interface ExportHead {
  readonly kind: ExportKind;
  /** The table, as "database.table". */
  readonly table: string;
  /** All rows are as of this position; null for a database that never was written. */
  readonly position: string | null;
  /** Time of that position. */
  readonly time: string | null;
  /** The table's schema as JSON text, for those who make the table elsewhere. */
  readonly schema: string;
}

const FORMAT = 1;

/** Name under which a Parquet file holds the head. */
export const HEAD_NAME = 'actionbase.export';

/** Prints a head as JSON text. */
export function printHead({ kind, table, position, time, schema }: ExportHead): string {
  const rest = JSON.stringify({ format: FORMAT, kind, table, position, time });
  return `${rest.slice(0, -1)},"schema":${schema}}`;
}

/** Parses a head. Failure: `export-unreadable`. */
export function parseHead(text: string, path: string): Pick<ExportHead, 'kind' | 'table'> {
  try {
    return parseWhole(parseJson(text), '', readHead);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw unreadable(path, error.message, error);
  }
}

/** The failure of a file that is no whole export. */
export function unreadable(path: string, why: string, cause?: unknown): Failure {
  return new Failure(commandFailures['export-unreadable'], `${path} is not an export: ${why}`, { path }, cause);
}

function readHead(place: JsonPlace): Pick<ExportHead, 'kind' | 'table'> {
  const head = place.object();
  head.member('format').integer(FORMAT, FORMAT);
  return { kind: head.member('kind').oneOf(['edges', 'states']), table: head.member('table').text() };
}
