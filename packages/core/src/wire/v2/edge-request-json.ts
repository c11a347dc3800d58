import type { JsonObject, JsonValue } from '../../codec/json-value.ts';
import { Failure } from '../../failure.ts';
import { coreFailures } from '../../failures.ts';
import type { EventType } from '../../model/edge.ts';
import type { Table } from '../../model/table.ts';
import { castForWrite, castVersion, fitsType } from '../../reduce/cast.ts';
import { describeJson, isJsonObject, type JsonPlace, memberOf, parseWhole } from '../json-place.ts';
import type { MutationItem } from '../mutation-json.ts';
import { parseLabelName } from './entity-name.ts';

/** One edge of a v2 mutation as the request wrote it, not yet cast. */
export interface AskedEdge extends AskedValue {
  /** Null where the request wrote null: that edge alone ends in ERROR. */
  readonly source: JsonValue;
  readonly target: JsonValue;
}

/** What a v2 mutation says of an edge besides its ends. */
export interface AskedValue {
  readonly version: bigint;
  readonly properties: JsonObject;
}

/** Body of a call whose path names the label. */
export interface EdgesBody {
  readonly edges: readonly AskedEdge[];
  /** Who asks: member `audit.actor`. */
  readonly actor: string;
}

/** Body of a call whose path names an edge. */
export interface EdgeValueBody {
  readonly value: AskedValue;
  readonly actor: string;
}

/** What the body says where the path does not name the label. */
export interface LabelledBody {
  readonly database: string;
  readonly table: string;
  readonly actor: string;
  readonly requestId: string;
}

const ACTOR_DEFAULT = 'default';
const NO_PROPERTIES: JsonObject = {};

/** Parses `{"edges":[{"ts","src","tgt","props"?}],"audit"?:{"actor"}}`. Failures: `malformed-json`, `too-many-items`. */
export function parseEdgesBody(json: JsonValue, itemsMax: number): EdgesBody {
  return parseWhole(json, '', (place) => {
    const body = place.object();
    return { edges: readEdges(body.member('edges'), itemsMax), actor: readActor(body) };
  });
}

/** Parses `{"ts","props"?,"audit"?}`. Failure: `malformed-json`. */
export function parseEdgeValueBody(json: JsonValue): EdgeValueBody {
  return parseWhole(json, '', (place) => {
    const body = place.object();
    return { value: readValue(body), actor: readActor(body) };
  });
}

/** Parses `{"label":"service.label","edges":[...],"audit"?,"requestId"?}`. Failures as of `parseEdgesBody`. */
export function parseLabelledEdges(json: JsonValue, itemsMax: number): LabelledBody & EdgesBody {
  return parseWhole(json, '', (place) => {
    const body = place.object();
    return { ...readLabelled(body), edges: readEdges(body.member('edges'), itemsMax) };
  });
}

/** Parses `{"label","edgeId","edgeValue":{"ts","props"?},"audit"?,"requestId"?}`. Failure: `malformed-json`. */
export function parseLabelledEdgeId(json: JsonValue): LabelledBody & EdgeValueBody & { readonly edgeId: string } {
  return parseWhole(json, '', (place) => {
    const body = place.object();
    const edgeId = body.member('edgeId').text();
    return { ...readLabelled(body), edgeId, value: readValue(body.member('edgeValue').object()) };
  });
}

/** An edge that goes on to the engine, or why it alone ends in ERROR. */
export type CheckedEdge =
  | { readonly kind: 'item'; readonly item: MutationItem }
  | { readonly kind: 'refused'; readonly failure: Failure };

/**
 * Casts an edge by v2's rules: a property that does not fit its type is null. An end that does not fit refuses the edge, and so
 * does a text that no row can hold: it would be lost without a word.
 */
export function checkEdge(table: Table, edge: AskedEdge, type: EventType, place: number): CheckedEdge {
  const path = `edges[${place}].`;
  try {
    requireEnd(table.sourceType, edge.source, `${path}src`);
    requireEnd(table.targetType, edge.target, `${path}tgt`);
    const { version, source, target } = edge;
    return { kind: 'item', item: { type, version, source, target, properties: fittingProperties(table, edge, path) } };
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    return { kind: 'refused', failure };
  }
}

function requireEnd(type: Table['sourceType'], json: JsonValue, field: string): void {
  if (json !== null) castForWrite(type, json, field);
  else throw new Failure(coreFailures['cast-failed'], `${field} is null; expected ${type}`, { field });
}

/** The properties, with null in the place of values that do not fit. */
function fittingProperties(table: Table, { properties }: AskedEdge, path: string): JsonObject {
  let fitting = properties;
  for (const { name, type } of table.fields) {
    const value = memberOf(properties, name);
    if (value === undefined || fitsType(type, value)) continue;
    if (type === 'string' || type === 'object') castForWrite(type, value, `${path}props.${name}`);
    fitting = { ...fitting, [name]: null };
  }
  return fitting;
}

function readEdges(place: JsonPlace, itemsMax: number): AskedEdge[] {
  const items = place.items();
  if (items.length > itemsMax) {
    const message = `edges has ${items.length} items; at most ${itemsMax} are allowed in one request`;
    throw new Failure(coreFailures['too-many-items'], message, { items: items.length, itemsMax });
  }
  return items.map((item) => {
    const edge = item.object();
    return { ...readValue(edge), source: readEnd(edge.member('src')), target: readEnd(edge.member('tgt')) };
  });
}

function readEnd(place: JsonPlace): JsonValue {
  if (place.isMissing) place.refuse('is missing');
  return place.value ?? null;
}

function readValue(edge: JsonPlace): AskedValue {
  return { version: readVersion(edge.member('ts')), properties: readProperties(edge.member('props')) };
}

/** As the version of a v3 mutation, but it must be there. */
function readVersion(place: JsonPlace): bigint {
  if (place.isMissing) {
    place.refuse('is missing');
    return 0n;
  }
  try {
    return castVersion(place.value);
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    place.refuse(`is ${describeJson(place.value)}; expected a 64-bit integer`);
    return 0n;
  }
}

function readProperties(place: JsonPlace): JsonObject {
  if (place.isUnset) return NO_PROPERTIES;
  const { value } = place.object();
  return isJsonObject(value) ? value : NO_PROPERTIES;
}

function readActor(body: JsonPlace): string {
  const audit = body.member('audit');
  return audit.isUnset ? ACTOR_DEFAULT : audit.object().member('actor').storableText();
}

function readLabelled(body: JsonPlace): LabelledBody {
  const place = body.member('label');
  const text = place.text();
  const label = parseLabelName(text);
  if (label === undefined && typeof place.value === 'string') {
    place.refuse(`is ${describeJson(text)}; expected "service.label"`);
  }
  const requestId = body.member('requestId');
  return {
    database: '',
    table: '',
    ...label,
    actor: readActor(body),
    requestId: requestId.isUnset ? '' : requestId.storableText(),
  };
}
