import type { JsonObject } from '@actionbase/core/codec/json-value';
import { memberOf, parseWhole } from '@actionbase/core/wire/json-place';
import { ActionbaseError } from './actionbase-error.ts';
import type { HttpTransport } from './http-transport.ts';
import { type Json, type JsonMembers, plainJson } from './plain-json.ts';
import { errorOfLine, parseLine } from './stream-line.ts';

export interface AuditOptions {
  /** Whether what differs is derived again. */
  readonly repair?: boolean | undefined;
  /** Rows to read in a second; the server's own rate when missing. */
  readonly ratePerS?: number | undefined;
  /** Ends the audit. */
  readonly signal?: AbortSignal | undefined;
}

/** What an audit tells; `text` is the line as the server wrote it. */
export type AuditLine =
  | { readonly kind: 'progress'; readonly progress: AuditProgress; readonly text: string }
  | { readonly kind: 'difference'; readonly difference: AuditDifference; readonly text: string }
  | { readonly kind: 'summary'; readonly summary: AuditSummary; readonly text: string };

export interface AuditProgress {
  /** cells, rows, counters, trace or repair. */
  readonly phase: string;
  readonly pass: number;
  readonly rows: number;
  readonly differences: number;
}

/** A row that is not what the states say; docs/audit.md explains the members. */
export interface AuditDifference {
  /** found, or left after the repair. */
  readonly stage: string;
  readonly table: string;
  /** index, cache, count, group, state or unknown. */
  readonly row: string;
  readonly name: string | null;
  readonly direction: string | null;
  readonly vertex: Json;
  readonly values: Json;
  readonly edge: Json;
  /** missing, wrong, orphan or unreadable. */
  readonly problem: string;
  /** Hexadecimal. */
  readonly key: string;
  readonly qualifier: string | null;
  readonly expected: Json;
  readonly found: Json;
  readonly touchedBy: readonly JsonMembers[];
}

export interface AuditSummary {
  readonly table: string;
  readonly position: string | null;
  readonly states: number;
  readonly activeEdges: number;
  readonly rows: number;
  readonly found: number;
  readonly listed: number;
  /** Null without a repair. */
  readonly repaired: number | null;
  readonly left: number;
}

/** The server tells every second how far it is, but a repair of counters may read a whole table at once. */
const SILENCE_MS_MAX = 600_000;

/** Reads an audit, once. It is not begun again when the connection is lost; `ActionbaseError` tells what went wrong. */
export class AuditReader implements AsyncIterable<AuditLine> {
  readonly #transport: HttpTransport;
  readonly #call: AuditOptions & { readonly database: string; readonly table: string };

  constructor(transport: HttpTransport, call: AuditOptions & { readonly database: string; readonly table: string }) {
    this.#transport = transport;
    this.#call = call;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<AuditLine, undefined> {
    const { signal, database, table, repair = false, ratePerS } = this.#call;
    const body = { database, table, repair, ...(ratePerS === undefined ? {} : { ratePerS }) };
    const path = ['actionbase', 'v1', 'audit'];
    const call = { method: 'POST', path, body, repeatable: false, options: { signal } } as const;
    let isWhole = false;
    for await (const text of this.#transport.readLines(call, SILENCE_MS_MAX)) {
      const line = readLine(text);
      isWhole = line.kind === 'summary';
      yield line;
    }
    if (isWhole) return undefined;
    const message = 'the audit ended without its summary: the connection was lost, or the server stopped';
    throw new ActionbaseError({ status: 200, code: 'connection-lost', message, retry: 'later' });
  }
}

function readLine(text: string): AuditLine {
  const line = parseLine(text);
  const error = memberOf(line, 'error');
  if (error !== undefined) throw errorOfLine(error);
  if (memberOf(line, 'progress') !== undefined) return { kind: 'progress', progress: readProgress(line), text };
  if (memberOf(line, 'summary') !== undefined) return { kind: 'summary', summary: readSummary(line), text };
  return { kind: 'difference', difference: readDifference(line), text };
}

function readProgress(line: JsonObject): AuditProgress {
  return parseWhole(line, '', (place) => {
    const progress = place.member('progress').object();
    const number = (name: string): number => progress.member(name).integer(0, Number.MAX_SAFE_INTEGER);
    return {
      phase: progress.member('phase').text(),
      pass: number('pass'),
      rows: number('rows'),
      differences: number('differences'),
    };
  });
}

function readSummary(line: JsonObject): AuditSummary {
  return parseWhole(line, '', (place) => {
    const summary = place.member('summary').object();
    const number = (name: string): number => summary.member(name).integer(0, Number.MAX_SAFE_INTEGER);
    return {
      table: summary.member('table').text(),
      position: summary.member('position').isUnset ? null : summary.member('position').text(),
      states: number('states'),
      activeEdges: number('activeEdges'),
      rows: number('rows'),
      found: number('found'),
      listed: number('listed'),
      repaired: summary.member('repaired').isUnset ? null : number('repaired'),
      left: number('left'),
    };
  });
}

function readDifference(line: JsonObject): AuditDifference {
  return parseWhole(line, '', (place) => {
    const difference = place.member('difference').object();
    const text = (name: string): string => difference.member(name).text();
    const textOrNull = (name: string): string | null => (difference.member(name).isUnset ? null : text(name));
    const json = (name: string): Json => plainJson(difference.member(name).value ?? null);
    return {
      stage: text('stage'),
      table: text('table'),
      row: text('row'),
      name: textOrNull('name'),
      direction: textOrNull('direction'),
      vertex: json('vertex'),
      values: json('values'),
      edge: json('edge'),
      problem: text('problem'),
      key: text('key'),
      qualifier: textOrNull('qualifier'),
      expected: json('expected'),
      found: json('found'),
      touchedBy: difference
        .member('touchedBy')
        .items()
        .map((touch) => membersOf(plainJson(touch.value ?? null))),
    };
  });
}

function membersOf(value: Json): JsonMembers {
  return typeof value === 'object' && value !== null && !isList(value) ? value : {};
}

/** `Array.isArray` does not narrow a readonly array. */
function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
