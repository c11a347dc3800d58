import type { MutationMode } from '../../model/catalog.ts';
import type { TableLayout, TableSchema } from '../../model/schema.ts';
import type { PropertyType, VertexType } from '../../model/value.ts';
import { ownMember } from '../../query/own-member.ts';
import type { JsonPlace } from '../json-place.ts';
import { SCALAR_TYPE_WORDS, SCALAR_TYPES } from '../scalar-types.ts';

/** What v2 calls the type of a label: kind and layout of a table in one word. */
export const LABEL_TYPES = ['INDEXED', 'HASH', 'MULTI_EDGE', 'NIL'] as const;
export type LabelType = (typeof LABEL_TYPES)[number];

/** The layout that a type stands for; a table of multi edges has all rows. */
export function layoutOfType(type: LabelType): TableLayout {
  return type === 'MULTI_EDGE' ? 'INDEXED' : type;
}

export function typeOfTable(kind: TableSchema['kind'], layout: TableLayout): LabelType {
  return layout === 'INDEXED' && kind === 'multiEdge' ? 'MULTI_EDGE' : layout;
}

/** v2 calls DROP IGNORE. */
export function readV2Mode(place: JsonPlace): MutationMode {
  const mode = place.oneOf(['SYNC', 'ASYNC', 'IGNORE']);
  return mode === 'IGNORE' ? 'DROP' : mode;
}

export function printV2Mode(mode: MutationMode): string {
  return mode === 'DROP' ? 'IGNORE' : mode;
}

const PROPERTY_TYPE_OF = { ...SCALAR_TYPES, JSON: 'object' } as const;
const DATA_TYPES = [...SCALAR_TYPE_WORDS, 'JSON'] as const;

/** Reads the type of a field. DECIMAL is a word of the reference that no row of it can hold. */
export function readDataType(place: JsonPlace): PropertyType {
  if (place.value !== 'DECIMAL') return PROPERTY_TYPE_OF[place.oneOf(DATA_TYPES)];
  place.refuse(`is DECIMAL, which no row can hold; expected one of ${DATA_TYPES.join(', ')}`);
  return 'string';
}

/** Reads the type of an end. */
export function readVertexDataType(place: JsonPlace): VertexType {
  return PROPERTY_TYPE_OF[place.oneOf(['LONG', 'STRING'])];
}

/** The types of v2 are those of v3 in upper case, but for JSON, which is `object`. */
export function printDataType(type: PropertyType): string {
  return type === 'object' ? 'JSON' : type.toUpperCase();
}

const V2_FIELDS = { version: 'ts', source: 'src', target: 'tgt' } as const;

/** The v3 word of a field that an index, group or cache names. */
export function fieldOfV2(name: string): string {
  return ownMember(name) ?? name;
}

/** The v2 word of a field that an index, group or cache names. */
export function printV2Field(name: string): string {
  const own = ownMember(name);
  return own === undefined ? name : V2_FIELDS[own];
}
