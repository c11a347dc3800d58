import type {
  CacheDeclaration,
  IndexDeclaration,
  OrderedFieldDeclaration,
  PropertyDeclaration,
} from '@actionbase/client';
import { PROPERTY_TYPES, type PropertyType } from '@actionbase/core/model/value';
import { nearestName } from '@actionbase/server/config/nearest-name';
import { UsageError } from '../arguments/usage-error.ts';

/** Parses `at:long` (nullable) and `at:long!` (every edge has it). */
export function parseProperty(text: string, flag: string): PropertyDeclaration {
  const [, name, type, mark] = /^([^:]+):([^:!]+)(!?)$/.exec(text) ?? [];
  if (name === undefined || type === undefined) {
    throw new UsageError(`${flag} is "${text}"; expected NAME:TYPE, with "!" behind it when every edge has it.`);
  }
  return { name, type: parseType(type, flag), nullable: mark !== '!' };
}

/** Parses the name of a property's type. */
export function parseType(text: string, flag: string): PropertyType {
  const found = PROPERTY_TYPES.find((type) => type === text.toLowerCase());
  if (found !== undefined) return found;
  const nearest = nearestName(text.toLowerCase(), PROPERTY_TYPES);
  throw new UsageError(
    `${flag} has the type "${text}"; expected one of ${PROPERTY_TYPES.join(', ')}. Did you mean ${nearest}?`,
  );
}

/** Parses `newest=at:desc,color:asc`. */
export function parseIndex(text: string, flag: string): IndexDeclaration {
  const [index, fields] = splitName(text, flag);
  return { index, fields: parseFields(fields, `${flag} ${text}`) };
}

/** Parses `top=at:desc` and `top=at:desc@100`: a seek reaches the first 100 edges. */
export function parseCache(text: string, flag: string): CacheDeclaration {
  const [cache, rest] = splitName(text, flag);
  const [, fields = rest, limit] = /^(.*)@(\d{1,9})$/.exec(rest) ?? [];
  return {
    cache,
    fields: parseFields(fields, `${flag} ${text}`),
    limit: limit === undefined ? undefined : Number(limit),
  };
}

function splitName(text: string, flag: string): readonly [string, string] {
  const equals = text.indexOf('=');
  if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)];
  throw new UsageError(`${flag} is "${text}"; expected NAME=FIELD:ORDER,FIELD:ORDER… with the orders asc and desc.`);
}

function parseFields(text: string, flag: string): readonly OrderedFieldDeclaration[] {
  return text.split(',').map((part) => {
    const [, field, order = 'asc'] = /^([^:]+)(?::(asc|desc))?$/i.exec(part) ?? [];
    if (field === undefined) throw new UsageError(`${flag}: "${part}" is no field; expected FIELD:asc or FIELD:desc.`);
    return { field, order: order.toLowerCase() === 'desc' ? 'DESC' : 'ASC' };
  });
}
