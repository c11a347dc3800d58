import type { JsonValue } from '../../codec/json-value.ts';
import type { DatabaseDefinition } from '../../model/catalog.ts';
import { parseWhole } from '../json-place.ts';
import { readBoolean, readText, readUnlessUnset } from '../metadata-json.ts';

/** The members that a v2 update of a service, alias, query or storage may have in common. */
export interface EntityUpdate {
  readonly active?: boolean | undefined;
  readonly comment?: string | undefined;
}

/** Parses `{desc}`; `desc` may be empty, not missing. */
export function parseServiceCreate(json: JsonValue): { readonly comment: string } {
  return parseWhole(json, '', (place) => ({ comment: place.object().member('desc').text() }));
}

/** What is missing or null stays as it is. */
export function parseServiceUpdate(json: JsonValue): EntityUpdate {
  return parseWhole(json, '', (place) => {
    const body = place.object();
    return {
      active: readUnlessUnset(body, 'active', readBoolean),
      comment: readUnlessUnset(body, 'desc', readText),
    };
  });
}

/** Prints a ServiceEntity. */
export function printService({ active, database, comment }: DatabaseDefinition): string {
  return JSON.stringify({ active, name: database, desc: comment });
}
