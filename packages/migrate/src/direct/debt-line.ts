import { parseJson, printJson } from '@actionbase/core/codec/json-text';
import type { JsonObject, JsonValue } from '@actionbase/core/codec/json-value';
import { crc32 } from '@actionbase/core/digest/crc32';
import { isJsonObject, memberOf } from '@actionbase/core/wire/json-place';
import type { KeyedEdge } from './new-side.ts';

/** What the debt's file says, line by line. */
export type DebtLine =
  /** The new side lacks this edge. */
  | { readonly kind: 'owed'; readonly edge: KeyedEdge }
  /** It has this version of the edge, or a later one. */
  | { readonly kind: 'paid'; readonly edge: Pick<KeyedEdge, 'source' | 'target' | 'version'> }
  /** The old side is about to be written; what becomes of it is not known until `settled`. */
  | { readonly kind: 'meant'; readonly id: number; readonly edge: Pick<KeyedEdge, 'source' | 'target'> }
  | { readonly kind: 'settled'; readonly id: number };

/**
 * Prints a line: the CRC-32 of the rest, as eight hexadecimal digits, and a JSON object.
 *     3b5ea3f8 {"k":"paid","s":7,"t":"sku-a","v":3500000000000000}
 */
export function printDebtLine(line: DebtLine): string {
  const json = printJson(membersOf(line));
  return `${checksum(json)} ${json}\n`;
}

/** Parses a line without its line break; undefined when it is damaged, for example by a crash while it was written. */
export function parseDebtLine(text: string): DebtLine | undefined {
  const json = text.slice(9);
  if (text[8] !== ' ' || text.slice(0, 8) !== checksum(json)) return undefined;
  const body = parseJson(json);
  return isJsonObject(body) ? lineOf(body) : undefined;
}

function membersOf(line: DebtLine): JsonObject {
  switch (line.kind) {
    case 'owed':
      return { k: 'owed', ...endsOf(line.edge), v: line.edge.version, p: line.edge.properties };
    case 'paid':
      return { k: 'paid', ...endsOf(line.edge), v: line.edge.version };
    case 'meant':
      return { k: 'meant', i: line.id, ...endsOf(line.edge) };
    case 'settled':
      return { k: 'settled', i: line.id };
  }
}

function endsOf({ source, target }: Pick<KeyedEdge, 'source' | 'target'>): JsonObject {
  return { s: source, t: target };
}

function lineOf(body: JsonObject): DebtLine | undefined {
  const [kind, id] = [memberOf(body, 'k'), memberOf(body, 'i')];
  if (kind === 'settled') return typeof id === 'number' ? { kind, id } : undefined;
  const [source, target] = [endOf(memberOf(body, 's')), endOf(memberOf(body, 't'))];
  if (source === undefined || target === undefined) return undefined;
  if (kind === 'meant') return typeof id === 'number' ? { kind, id, edge: { source, target } } : undefined;
  const version = endOf(memberOf(body, 'v'));
  if (typeof version !== 'bigint') return undefined;
  if (kind === 'paid') return { kind, edge: { source, target, version } };
  const properties = memberOf(body, 'p');
  if (kind !== 'owed' || (properties !== null && !isJsonObject(properties))) return undefined;
  return { kind, edge: { source, target, version, properties } };
}

function endOf(value: JsonValue | undefined): string | bigint | undefined {
  if (typeof value === 'string' || typeof value === 'bigint') return value;
  return typeof value === 'number' ? BigInt(value) : undefined;
}

const utf8 = new TextEncoder();

function checksum(text: string): string {
  const bytes = utf8.encode(text);
  return crc32(bytes, bytes.length).toString(16).padStart(8, '0');
}
