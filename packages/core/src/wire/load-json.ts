// Hot: reads and casts every edge that is loaded. Benchmark: bulk.
import { printJson } from '../codec/json-text.ts';
import type { JsonValue } from '../codec/json-value.ts';
import { Failure, invariant } from '../failure.ts';
import { coreFailures } from '../failures.ts';
import type { Entry } from '../model/edge.ts';
import type { Table } from '../model/table.ts';
import type { PropertyType, Value } from '../model/value.ts';
import { castVersion, castWithinType } from '../reduce/cast.ts';
import { describeJson, JsonProblems, parseWhole } from './json-place.ts';

/** What a load call asks for, not yet cast. */
export interface LoadCall {
  /** Names of the properties that follow the ends of an edge in each row. */
  readonly properties: readonly string[];
  readonly rows: readonly (readonly JsonValue[])[];
}

/** What became of a load, by the numbers of its edges; the refused ones by their rows, the first of them. */
export interface LoadCounts {
  readonly created: number;
  readonly updated: number;
  /** Nothing to change, or nothing that a reader sees: something newer was there. */
  readonly idle: number;
  readonly refused: number;
  readonly refusals: readonly LoadRefusal[];
}

export interface LoadRefusal {
  /** The row of the request, from 0. */
  readonly row: number;
  readonly code: string;
  readonly message: string;
}

/** What a row begins with: unique edges have no id. */
const LEADING = { edge: ['version', 'source', 'target'], multiEdge: ['version', 'id', 'source', 'target'] } as const;

/**
 * Parses `{"properties": ["created_at"], "rows": [[7, "Alice", "Phone", 5]]}`. Failures: `malformed-json` that names row and
 * place; `too-many-items` for more than `rowsMax` rows.
 */
export function parseLoad(json: JsonValue, kind: Table['kind'], rowsMax: number): LoadCall {
  return parseWhole(json, '', (place) => {
    const body = place.object();
    const properties = body
      .member('properties')
      .items()
      .map((name) => name.text());
    const { value } = body.member('rows');
    const problems = new JsonProblems();
    const list: readonly JsonValue[] = Array.isArray(value) ? value : [];
    if (!Array.isArray(value)) problems.add('rows', `is ${describeJson(value)}; expected an array`);
    if (list.length > rowsMax) {
      const message = `rows has ${list.length} items; at most ${rowsMax} are allowed in one request`;
      throw new Failure(coreFailures['too-many-items'], message, { items: list.length, itemsMax: rowsMax });
    }
    const width = LEADING[kind].length + properties.length;
    const rows: (readonly JsonValue[])[] = [];
    for (let i = 0; i < list.length; i++) {
      const row = list[i];
      if (Array.isArray(row) && row.length === width) rows.push(row);
      else
        problems.add(
          `rows[${i}]`,
          `is ${describeRow(row)}; expected an array of ${width}: ${LEADING[kind].join(', ')} and the properties`,
        );
    }
    problems.throwIfAny();
    return { properties, rows };
  });
}

/**
 * The edges of a load, each an INSERT and an entry of its own, cast to their table's types. Properties of the table that the
 * call does not name are unset. Failures: `cast-failed`, also for a number that is not within its integer type, and
 * `malformed-json`, both name row and field; `malformed-json` also for a property that the table does not have.
 */
export function castLoad(table: Table, { properties, rows }: LoadCall): Entry[] {
  const leading = LEADING[table.kind].length;
  const columns = columnsOf(table, properties);
  const entries: Entry[] = [];
  for (let nth = 0; nth < rows.length; nth++) {
    const row = rows[nth];
    invariant(row !== undefined, 'a place below the number of rows is a row');
    const values: Value[] = [];
    for (let place = 0; place < table.fields.length; place++) {
      const field = table.fields[place];
      const column = columns[place];
      const json = column === undefined ? undefined : row[column];
      if (field === undefined || json === undefined || json === null) values.push(null);
      else values.push(castCell(field.type, json, { nth, name: field.name }));
    }
    const version = versionOf(row[0], nth);
    const event = { type: 'INSERT', version, properties: values } as const;
    if (table.kind === 'edge') {
      const source = castEnd(table.sourceType, row[1], { nth, name: 'source' });
      const target = castEnd(table.targetType, row[2], { nth, name: 'target' });
      entries.push({ key: { kind: 'edge', source, target }, events: [event] });
    } else {
      invariant(table.idType !== null && leading === 4, 'a multi edge has an id');
      entries.push({
        key: { kind: 'multiEdge', id: castEnd(table.idType, row[1], { nth, name: 'id' }) },
        events: [event],
      });
    }
  }
  return entries;
}

/** Prints what a load did. */
export function printLoadCounts(position: string | null, counts: LoadCounts): string {
  const { created, updated, idle, refused, refusals } = counts;
  return printJson({
    position,
    created,
    updated,
    idle,
    refused,
    refusals: refusals.map((refusal) => ({ ...refusal })),
  });
}

/** For each field of the table its place in a row; undefined where rows have none. Of a multi edge the ends are fields. */
function columnsOf(table: Table, properties: readonly string[]): readonly (number | undefined)[] {
  const columns = new Array<number | undefined>(table.fields.length).fill(undefined);
  const leading = LEADING[table.kind].length;
  const hidden = table.kind === 'multiEdge' ? 2 : 0;
  if (hidden > 0) columns.splice(0, hidden, 2, 3);
  const problems = new JsonProblems();
  for (const [nth, name] of properties.entries()) {
    const place = table.fieldIndexByName.get(name);
    if (place === undefined || place < hidden)
      problems.add(`properties[${nth}]`, `is "${name}"; the table has no such property`);
    else if (columns[place] !== undefined) problems.add(`properties[${nth}]`, `is "${name}" a second time`);
    else columns[place] = leading + nth;
  }
  problems.throwIfAny();
  return columns;
}

interface CellPlace {
  readonly nth: number;
  readonly name: string;
}

function castCell(type: PropertyType, json: JsonValue, { nth, name }: CellPlace): Value {
  // What nearly every value is costs no path and no call.
  if (type === 'long' && typeof json === 'number') return BigInt(json);
  return castWithinType(type, json, `rows[${nth}].${name}`);
}

function castEnd(type: PropertyType, json: JsonValue | undefined, place: CellPlace): Value {
  const value = json === undefined || json === null ? null : castCell(type, json, place);
  if (value !== null) return value;
  const path = `rows[${place.nth}].${place.name}`;
  throw new Failure(coreFailures['malformed-json'], `${path} is missing or null`, { path });
}

function versionOf(json: JsonValue | undefined, nth: number): bigint {
  if (typeof json === 'number') return BigInt(json);
  try {
    return castVersion(json);
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    const path = `rows[${nth}].version`;
    const message = `${path} is ${describeJson(json)}; expected a 64-bit integer`;
    throw new Failure(coreFailures['malformed-json'], message, { path }, cause);
  }
}

function describeRow(row: JsonValue | undefined): string {
  return Array.isArray(row) ? `an array of ${row.length}` : describeJson(row);
}
