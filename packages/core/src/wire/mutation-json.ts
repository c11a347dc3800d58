// Hot: reads and prints every item of every mutation request.
import { printValue } from '../codec/json-text.ts';
import type { JsonObject, JsonValue } from '../codec/json-value.ts';
import { Failure, invariant } from '../failure.ts';
import { coreFailures } from '../failures.ts';
import type { EdgeEvent, EdgeKey, Entry, EntryStatus, EventType } from '../model/edge.ts';
import type { Table } from '../model/table.ts';
import type { PropertyType, Value } from '../model/value.ts';
import { castForWrite, castVersion } from '../reduce/cast.ts';
import { sortEvents } from '../reduce/sort-events.ts';
import { describeJson, isJsonObject, JsonProblems, memberOf } from './json-place.ts';

/** One mutation as the request wrote it, not yet cast. Of a multi edge, an end that was missing or null is undefined. */
export interface MutationItem {
  readonly type: EventType;
  readonly version: bigint;
  readonly source?: JsonValue | undefined;
  readonly target?: JsonValue | undefined;
  readonly id?: JsonValue | undefined;
  readonly properties: JsonObject;
}

const NO_PROPERTIES: JsonObject = {};

/**
 * Parses `{"mutations":[{"type":"INSERT","edge":{...}}]}`. A version that is missing, null or empty text is 0, one in text
 * or with a fraction is read as the reference does; missing properties are none. Members that nobody knows are ignored.
 * All other departures are one `malformed-json` that names each by its path; more than `itemsMax` items are
 * `too-many-items`.
 */
export function parseMutations(json: JsonValue, kind: 'edge' | 'multiEdge', itemsMax: number): readonly MutationItem[] {
  const mutations = isJsonObject(json) ? memberOf(json, 'mutations') : undefined;
  const problems = new JsonProblems();
  if (!Array.isArray(mutations)) {
    problems.add('mutations', `is ${describeJson(mutations)}; expected an array`);
    problems.throwIfAny();
    return [];
  }
  const list: readonly JsonValue[] = mutations;
  if (list.length > itemsMax) {
    throw new Failure(
      coreFailures['too-many-items'],
      `mutations has ${list.length} items; at most ${itemsMax} are allowed in one request`,
      { items: list.length, itemsMax },
    );
  }
  const items: MutationItem[] = [];
  for (let place = 0; place < list.length; place += 1) {
    const item = parseItem(list[place], { kind, place, problems });
    if (item !== undefined) items.push(item);
  }
  problems.throwIfAny();
  return items;
}

/** One mutation, cast to its table's types. */
export interface AdmittedItem {
  readonly key: EdgeKey;
  readonly event: EdgeEvent;
}

/**
 * Casts every item, or throws the `cast-failed` of the first one that does not fit, named by its path. Properties that the
 * table does not have are ignored; null unsets a property, of a multi edge too; its ends become hidden properties.
 */
export function admitItems(table: Table, items: readonly MutationItem[]): AdmittedItem[] {
  const admitted: AdmittedItem[] = [];
  for (let place = 0; place < items.length; place += 1) {
    const item = items[place];
    if (item !== undefined) admitted.push(admitItem(table, item, `mutations[${place}].edge.`));
  }
  return admitted;
}

/** Puts the events of each key together, sorted by version; entries stand in the order of their first items. */
export function groupByKey(table: Table, admitted: readonly AdmittedItem[]): Entry[] {
  const groups = new Map<string, { readonly key: EdgeKey; readonly events: EdgeEvent[] }>();
  for (const { key, event } of admitted) {
    invariant(key.kind === table.kind, "a key is of its table's kind");
    const text = textOfKey(key);
    const group = groups.get(text);
    if (group === undefined) groups.set(text, { key, events: [event] });
    else group.events.push(event);
  }
  return Array.from(groups.values(), ({ key, events }) => ({ key, events: sortEvents(events) }));
}

/** What became of one entry, as the answer to its request tells it. */
export interface MutationResult {
  readonly key: EdgeKey;
  readonly status: EntryStatus;
  /** How many items were merged into the entry. */
  readonly count: number;
  /** Why, when status is ERROR. */
  readonly code?: string | undefined;
  readonly message?: string | undefined;
}

/**
 * Prints `{"results":[...]}`, sorted by the text "source:target" or the id's text, by UTF-16 units. An ERROR has count 0 and
 * the members `code` and `message`.
 */
export function printMutationResults(table: Table, results: readonly MutationResult[]): string {
  const sorted = results.map((result) => ({ result, order: orderText(table, result.key) }));
  sorted.sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0));
  let text = '';
  for (const { result } of sorted) text += (text === '' ? '' : ',') + printResult(table, result);
  return `{"results":[${text}]}`;
}

interface ItemContext {
  readonly kind: 'edge' | 'multiEdge';
  readonly place: number;
  readonly problems: JsonProblems;
}

/** Undefined after noting at least one problem. */
function parseItem(json: JsonValue | undefined, context: ItemContext): MutationItem | undefined {
  if (!isJsonObject(json)) return refuse(context, '', `is ${describeJson(json)}; expected an object`);
  const type = parseType(memberOf(json, 'type'), context);
  const edge = memberOf(json, 'edge');
  if (!isJsonObject(edge)) return refuse(context, '.edge', lacking(edge, 'an object'));
  const version = parseVersion(memberOf(edge, 'version'), context);
  const properties = parseProperties(memberOf(edge, 'properties'), context);
  const source = memberOf(edge, 'source') ?? undefined;
  const target = memberOf(edge, 'target') ?? undefined;
  const id = context.kind === 'edge' ? undefined : (memberOf(edge, 'id') ?? undefined);
  if (context.kind === 'edge') {
    if (source === undefined) return refuse(context, '.edge.source', 'is missing or null');
    if (target === undefined) return refuse(context, '.edge.target', 'is missing or null');
  } else if (id === undefined) {
    return refuse(context, '.edge.id', 'is missing or null');
  }
  if (type === undefined || version === undefined || properties === undefined) return undefined;
  return { type, version, source, target, id, properties };
}

function parseType(json: JsonValue | undefined, context: ItemContext): EventType | undefined {
  if (json === 'INSERT' || json === 'UPDATE' || json === 'DELETE') return json;
  return refuse(context, '.type', lacking(json, 'INSERT, UPDATE or DELETE'));
}

function parseVersion(json: JsonValue | undefined, context: ItemContext): bigint | undefined {
  try {
    return castVersion(json);
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    return refuse(context, '.edge.version', `is ${describeJson(json)}; expected a 64-bit integer`);
  }
}

function parseProperties(json: JsonValue | undefined, context: ItemContext): JsonObject | undefined {
  if (json === undefined) return NO_PROPERTIES;
  if (isJsonObject(json)) return json;
  return refuse(context, '.edge.properties', lacking(json, 'an object'));
}

function lacking(json: JsonValue | undefined, expected: string): string {
  return json === undefined ? 'is missing' : `is ${describeJson(json)}; expected ${expected}`;
}

function refuse(context: ItemContext, path: string, sentence: string): undefined {
  context.problems.add(`mutations[${context.place}]${path}`, sentence);
}

function admitItem(table: Table, item: MutationItem, path: string): AdmittedItem {
  const event = { type: item.type, version: item.version, properties: castProperties(table, item, path) };
  if (table.kind === 'multiEdge') {
    invariant(item.id !== undefined && table.idType !== null, 'a multi edge has an id');
    return { key: { kind: 'multiEdge', id: castForWrite(table.idType, item.id, `${path}id`) }, event };
  }
  invariant(item.source !== undefined && item.target !== undefined, 'a unique edge has a source and a target');
  const source = castForWrite(table.sourceType, item.source, `${path}source`);
  const target = castForWrite(table.targetType, item.target, `${path}target`);
  return { key: { kind: 'edge', source, target }, event };
}

/** The first two fields of a multi edge's table are its hidden ends; the request names them beside the properties. */
const HIDDEN_FIELDS = 2;

function castProperties(table: Table, item: MutationItem, path: string): (Value | undefined)[] {
  const values: (Value | undefined)[] = [];
  if (table.kind === 'multiEdge') {
    values.push(item.source === undefined ? undefined : castForWrite(table.sourceType, item.source, `${path}source`));
    values.push(item.target === undefined ? undefined : castForWrite(table.targetType, item.target, `${path}target`));
  }
  for (let place = table.kind === 'multiEdge' ? HIDDEN_FIELDS : 0; place < table.fields.length; place += 1) {
    const field = table.fields[place];
    if (field === undefined) continue;
    const json = memberOf(item.properties, field.name);
    if (json === undefined || json === null) values.push(json);
    else values.push(castForWrite(field.type, json, `${path}properties.${field.name}`));
  }
  return values;
}

/** A text that two keys of one table share only when they are equal. U+0000 is in no key. */
function textOfKey(key: EdgeKey): string {
  return key.kind === 'edge' ? `${textOf(key.source)}\u0000${textOf(key.target)}` : textOf(key.id);
}

function textOf(value: Value): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function orderText(table: Table, key: EdgeKey): string {
  if (key.kind === 'multiEdge') return plainText(table.idType ?? 'string', key.id);
  return `${plainText(table.sourceType, key.source)}:${plainText(table.targetType, key.target)}`;
}

function plainText(type: PropertyType, value: Value): string {
  return typeof value === 'string' ? value : printValue(type, value);
}

function printResult(table: Table, result: MutationResult): string {
  const { key, status } = result;
  const id =
    key.kind === 'edge'
      ? `"source":${printValue(table.sourceType, key.source)},"target":${printValue(table.targetType, key.target)}`
      : `"id":${printValue(table.idType ?? 'string', key.id)}`;
  if (status !== 'ERROR') return `{${id},"status":"${status}","count":${result.count}}`;
  const code = result.code === undefined ? '' : `,"code":${JSON.stringify(result.code)}`;
  const message = result.message === undefined ? '' : `,"message":${JSON.stringify(result.message)}`;
  return `{${id},"status":"ERROR","count":0${code}${message}}`;
}
