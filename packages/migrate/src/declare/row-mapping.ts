import type { JsonObject, JsonValue } from '@actionbase/core/codec/json-value';
import type { ColumnForm, DigestField, LegacyRow, LegacyValue, VersionMin } from '@actionbase/ports/legacy';
import { millisecondsOf } from '@actionbase/ports/legacy-digest';
import type { ColumnMapping, EdgeMapping } from './migration.ts';

/** A row of the old table as an edge, without its version. */
export interface MappedEdge {
  readonly source: string | bigint;
  readonly target: string | bigint;
  readonly properties: JsonObject;
}

/**
 * Turns rows of the old table into edges and back. Versions of edges are twice those of rows, so that the deletion of a row,
 * which brings no version of its own in the change log, has room just above the row that it deletes.
 */
export class RowMapping {
  readonly #edge: EdgeMapping;
  /** Source, target and properties in the order of their names: what digests are made of, on both sides. */
  readonly digestFields: readonly DigestField[];
  readonly propertyNames: readonly string[];
  /** Columns that are read, the version's included. */
  readonly columns: readonly string[];

  constructor(edge: EdgeMapping) {
    this.#edge = edge;
    this.propertyNames = Object.keys(edge.properties).sort();
    const properties = this.propertyNames.map((name) => this.#property(name));
    this.digestFields = [edge.source, edge.target, ...properties];
    const version = edge.version.kind === 'column' ? [edge.version.column] : [];
    this.columns = [...new Set([...this.digestFields.map(({ column }) => column), ...version])];
  }

  get sourceField(): DigestField {
    return this.#edge.source;
  }

  get targetField(): DigestField {
    return this.#edge.target;
  }

  /** Columns of the key of an edge whose ends have these texts. */
  keyOfTexts(source: string, target: string): LegacyRow {
    return { [this.#edge.source.column]: source, [this.#edge.target.column]: target };
  }

  get takesVersionsFromLog(): boolean {
    return this.#edge.version.kind === 'log';
  }

  edgeOf(row: LegacyRow): MappedEdge {
    const properties: Record<string, JsonValue> = {};
    for (const name of this.propertyNames) properties[name] = formed(row, this.#property(name));
    return {
      source: vertexOf(row, this.#edge.source),
      target: vertexOf(row, this.#edge.target),
      properties,
    };
  }

  /** Columns of the key. */
  keyOf(edge: Pick<MappedEdge, 'source' | 'target'>): LegacyRow {
    const { source, target } = this.#edge;
    return { [source.column]: unformed(edge.source, source.form), [target.column]: unformed(edge.target, target.form) };
  }

  /** The other columns, but the version's. */
  valuesOf(properties: JsonObject): LegacyRow {
    const values: Record<string, LegacyValue> = {};
    for (const name of this.propertyNames) {
      const { column, form } = this.#property(name);
      values[column] = unformed(properties[name] ?? null, form);
    }
    return values;
  }

  /** Asks the old side for rows from a version on; undefined asks for all. */
  countedFrom(versionMin: bigint | undefined): VersionMin | undefined {
    const { version } = this.#edge;
    if (versionMin === undefined || version.kind === 'log') return undefined;
    return { column: version.column, value: versionMin };
  }

  /** The version of the row; of a mapping whose versions come from the log, the rank of the position that wrote it. */
  rowVersion(row: LegacyRow, rank: bigint): bigint {
    const { version } = this.#edge;
    if (version.kind === 'log') return rank;
    const value = row[version.column];
    if (typeof value === 'bigint') return value;
    throw new TypeError(`column ${version.column}: ${String(value)} should be an integer, the version of the row`);
  }

  #property(name: string): ColumnMapping {
    const mapping = this.#edge.properties[name];
    if (mapping === undefined) throw new TypeError(`there is no property ${name}`);
    return mapping;
  }
}

/** Says why an edge can't be: of its ends and properties the first integer beyond 64 bits. Undefined when it can. */
export function unfitInteger({ source, target, properties }: MappedEdge): string | undefined {
  for (const value of [source, target, ...Object.values(properties)]) {
    if (typeof value === 'bigint' && BigInt.asIntN(64, value) !== value) {
      return `${value} is not from -2^63 to 2^63 - 1, as the integers of an edge are`;
    }
  }
  return undefined;
}

/** The version of an edge whose row has, or would have, this version. */
export function edgeVersionOf(rowVersion: bigint): bigint {
  return rowVersion * 2n;
}

/** The version that deletes an edge whose last row had this version: above it, and below every later row's. */
export function deletionVersionOf(lastRowVersion: bigint): bigint {
  return lastRowVersion * 2n + 1n;
}

/** The version of the row that stands for an edge of this version. */
export function rowVersionOf(edgeVersion: bigint): bigint {
  return edgeVersion >> 1n;
}

function vertexOf(row: LegacyRow, mapping: ColumnMapping): string | bigint {
  const value = formed(row, mapping);
  if (typeof value === 'string' || typeof value === 'bigint') return value;
  throw new TypeError(
    `column ${mapping.column}: ${String(value)} should be an integer or a text, as an end of an edge`,
  );
}

function formed(row: LegacyRow, { column, form }: ColumnMapping): JsonValue {
  const value = row[column];
  if (value === undefined) throw new TypeError(`the row has no column ${column}`);
  if (value === null || form === 'plain') return value;
  return form === 'boolean' ? toBoolean(value, column) : toMilliseconds(value, column);
}

function toBoolean(value: LegacyValue, column: string): boolean {
  if (typeof value === 'bigint') return value !== 0n;
  throw new TypeError(`column ${column}: ${String(value)} should be an integer, for the form boolean`);
}

function toMilliseconds(value: LegacyValue, column: string): bigint {
  const ms = typeof value === 'string' ? millisecondsOf(value) : Number.NaN;
  if (!Number.isNaN(ms)) return BigInt(ms);
  throw new TypeError(`column ${column}: ${String(value)} should be a time, for the form milliseconds`);
}

function unformed(value: JsonValue | bigint, form: ColumnForm): LegacyValue {
  if (value === null) return null;
  if (form === 'boolean') return value === true ? 1n : 0n;
  if (form === 'milliseconds') return new Date(Number(value)).toISOString().replace('T', ' ').replace('Z', '');
  if (typeof value === 'bigint' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  throw new TypeError(`${JSON.stringify(value)} should be a text or a number, to be the value of a column`);
}
