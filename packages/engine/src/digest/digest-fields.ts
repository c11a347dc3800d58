// Hot: once per state that is digested.
import { printValue } from '@actionbase/core/codec/json-text';
import { vertexOf } from '@actionbase/core/derive/edge-view';
import { Failure, unreachable } from '@actionbase/core/failure';
import type { EdgeKey, EdgeState } from '@actionbase/core/model/edge';
import type { Table } from '@actionbase/core/model/table';
import type { PropertyType, Value } from '@actionbase/core/model/value';
import { engineFailures } from '../failures.ts';

/** What of an edge a digest is made of: one of the edge's own members, or a property by its place. */
type DigestField =
  | { readonly kind: 'source' | 'target' | 'id' | 'version' }
  | { readonly kind: 'property'; readonly place: number; readonly type: PropertyType };

/** The fields of a digest in their order; the first one decides the bucket. */
export type DigestFields = readonly DigestField[];

/**
 * Finds what a digest is to be made of: `source`, `target`, `version`, of multi edges `id`, and properties; a property is not
 * found under those names. Failure `unknown-field`.
 */
export function digestFields(table: Table, names: readonly string[]): DigestFields {
  return names.map((name, nth): DigestField => {
    if (name === 'source' || name === 'target' || name === 'version') return { kind: name };
    if (name === 'id' && table.kind === 'multiEdge') return { kind: name };
    const place = table.fieldIndexByName.get(name);
    const field = place === undefined ? undefined : table.fields[place];
    if (place !== undefined && field !== undefined) return { kind: 'property', place, type: field.type };
    const message = `fields[${nth}] is "${name}"; ${table.database}.${table.name} has source, target, version${table.kind === 'multiEdge' ? ', id' : ''} and its properties`;
    throw new Failure(engineFailures['unknown-field'], message, { field: name });
  });
}

/**
 * The texts of an active edge's fields: a text as it is, an integer's digits, 1 or 0 for true or false; a floating number and
 * an object as the JSON that reads show; null for an unset value.
 */
export function digestTexts(fields: DigestFields, edge: EdgeKey, state: EdgeState): (string | null)[] {
  const texts = new Array<string | null>(fields.length);
  for (let nth = 0; nth < fields.length; nth++) {
    const field = fields[nth];
    texts[nth] = field === undefined ? null : textOf(field, edge, state);
  }
  return texts;
}

/** The text of the field that decides the bucket. */
export function bucketText(fields: DigestFields, edge: EdgeKey, state: EdgeState): string {
  const [first] = fields;
  return (first === undefined ? null : textOf(first, edge, state)) ?? '';
}

function textOf(field: DigestField, edge: EdgeKey, state: EdgeState): string | null {
  switch (field.kind) {
    case 'source':
      return plainText(vertexOf(edge, state, 'OUT'));
    case 'target':
      return plainText(vertexOf(edge, state, 'IN'));
    case 'version':
      return String(state.version);
    case 'id':
      return plainText(edge.kind === 'multiEdge' ? edge.id : null);
    case 'property': {
      const value = state.properties[field.place]?.value ?? null;
      const isFloating = field.type === 'float' || field.type === 'double';
      return isFloating && value !== null ? printValue(field.type, value) : plainText(value);
    }
    default:
      return unreachable(field);
  }
}

function plainText(value: Value): string | null {
  if (value === null) return null;
  if (typeof value === 'boolean') return value ? '1' : '0';
  return typeof value === 'string' ? value : String(value);
}
