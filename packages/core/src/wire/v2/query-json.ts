import type { JsonValue } from '../../codec/json-value.ts';
import type { QueryDefinition } from '../../model/catalog.ts';
import { type JsonPlace, parseWhole } from '../json-place.ts';
import { readBoolean, readText, readUnlessUnset, refuseBroken } from '../metadata-json.ts';
import type { EntityUpdate } from './service-json.ts';

/** Longest text of a stored query, in UTF-16 units; its `stats` together may be as long. */
export const STORED_QUERY_LENGTH_MAX = 65_536;

export interface QueryCreate {
  readonly comment: string;
  readonly text: string;
  readonly stats: readonly string[];
}

export interface QueryUpdate extends EntityUpdate {
  readonly text?: string | undefined;
  readonly stats?: readonly string[] | undefined;
}

/** Parses `{desc, query, stats}`. */
export function parseQueryCreate(json: JsonValue): QueryCreate {
  const created = parseWhole(json, '', (place) => {
    const body = place.object();
    return {
      comment: body.member('desc').text(),
      text: body.member('query').text(),
      stats: readStats(body.member('stats')),
    };
  });
  refuseLong(created);
  return created;
}

/** What is missing or null stays as it is. */
export function parseQueryUpdate(json: JsonValue): QueryUpdate {
  const update = parseWhole(json, '', (place) => {
    const body = place.object();
    return {
      active: readUnlessUnset(body, 'active', readBoolean),
      comment: readUnlessUnset(body, 'desc', readText),
      text: readUnlessUnset(body, 'query', readText),
      stats: readUnlessUnset(body, 'stats', readStats),
    };
  });
  refuseLong(update);
  return update;
}

/** Prints a QueryEntity. */
export function printQuery({ active, database, query, comment, text, stats }: QueryDefinition): string {
  return JSON.stringify({ active, name: `${database}.${query}`, desc: comment, query: text, stats });
}

/**
 * The reference keeps stats as one text with commas between them, and clients see what comes of that:
 *
 *     ["a", "b,c"] -> ["a", "b", "c"]
 *     []           -> [""]
 */
function readStats(place: JsonPlace): readonly string[] {
  const stats = place.items().map((item) => item.text());
  return stats.join(',').split(',');
}

function refuseLong({ text = '', stats = [] }: QueryUpdate): void {
  refuseBroken([tooLong('query', text.length), tooLong('stats', stats.join(',').length)]);
}

function tooLong(member: string, length: number): string {
  if (length <= STORED_QUERY_LENGTH_MAX) return '';
  return `${member} has ${length} characters; at most ${STORED_QUERY_LENGTH_MAX} are allowed`;
}
