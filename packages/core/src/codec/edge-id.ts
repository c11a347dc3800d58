import { Failure } from '../failure.ts';
import { coreFailures } from '../failures.ts';
import type { EdgeKey } from '../model/edge.ts';
import type { Table } from '../model/table.ts';
import { decodeBase64Url } from './base64url.ts';
import { encodeCursor, masked } from './cursor.ts';
import { parseJson, printValue } from './json-text.ts';
import type { JsonValue } from './json-value.ts';
import { KeyWriter } from './key-writer.ts';
import { MalformedBytes } from './malformed-bytes.ts';
import { ValueReader } from './ordered-value.ts';

/** Longer texts are refused before they are decoded: no key is so long. */
const EDGE_ID_LENGTH_MAX = 16_384;
const SHOWN_LENGTH_MAX = 64;

/** The two ends that an edge id names, as a request would write them in JSON. */
export interface EdgeIdEnds {
  readonly source: JsonValue;
  readonly target: JsonValue;
}

/**
 * The text that names an edge in v2 paths: source and target, written and hidden as in a cursor. A multi edge has its id in
 * both places, as in its state key.
 *
 *     Alice -> Phone: bgSN7qiN3shnXm6PsMA
 */
export function encodeEdgeId(table: Table, key: EdgeKey): string {
  const writer = new KeyWriter();
  writer.writeValue(table.idType ?? table.sourceType, key.kind === 'edge' ? key.source : key.id);
  writer.writeValue(table.idType ?? table.targetType, key.kind === 'edge' ? key.target : key.id);
  return encodeCursor(writer.take());
}

/** The ends that an edge id names. Whatever is no edge id is the failure `invalid-edge-id`. */
export function decodeEdgeId(text: string): EdgeIdEnds {
  const bytes = text.length <= EDGE_ID_LENGTH_MAX ? decodeBase64Url(text) : undefined;
  if (bytes === undefined) throw invalid(text, undefined);
  const reader = new ValueReader(masked(bytes));
  try {
    const source = readEnd(reader);
    const target = readEnd(reader);
    reader.expectEnd();
    return { source, target };
  } catch (cause) {
    if (!(cause instanceof MalformedBytes || cause instanceof Failure)) throw cause;
    throw invalid(text, cause);
  }
}

/** Vertices are longs or texts; the id of a multi edge is of any type, and an object's text may be no JSON. */
function readEnd(reader: ValueReader): JsonValue {
  const start = reader.offset;
  reader.next();
  const { type, value, order } = reader;
  if (type === null || order === 'DESC') throw new MalformedBytes('no end of an edge stands', start);
  return parseJson(printValue(type, value));
}

function invalid(text: string, cause: unknown): Failure {
  const shown = text.length <= SHOWN_LENGTH_MAX ? text : `${text.slice(0, SHOWN_LENGTH_MAX)}…`;
  const message = `edgeId '${shown}' names no edge; expected one that an earlier answer gave in its column edgeId`;
  return new Failure(coreFailures['invalid-edge-id'], message, { field: 'edgeId', value: shown }, cause);
}
