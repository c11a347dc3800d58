import type { JsonValue } from '../codec/json-value.ts';
import { Failure } from '../failure.ts';
import { coreFailures } from '../failures.ts';
import type { MutationMode } from '../model/catalog.ts';
import type { TableSchema } from '../model/schema.ts';
import { type JsonPlace, parseWhole } from './json-place.ts';
import { readTableSchema } from './schema-json.ts';

const NAME = /^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/;
const STORAGE = /^datastore:\/\/[a-z_]+\/[a-zA-Z0-9_]+$/;

/** Longest comment of a table or an alias, in UTF-16 units. */
export const COMMENT_LENGTH_MAX = 1_000;

/** True for what may name a database, a table or an alias: a letter, then up to 63 letters, digits, "_" or "-". */
export function isName(text: string): boolean {
  return NAME.test(text);
}

/** True for a storage URI `datastore://namespace/table`. */
export function isStorage(text: string): boolean {
  return STORAGE.test(text);
}

export interface DatabaseCreate {
  readonly database: string;
  readonly comment: string;
}

export interface DatabaseUpdate {
  readonly active?: boolean | undefined;
  readonly comment?: string | undefined;
}

export interface TableCreate {
  readonly table: string;
  readonly schema: TableSchema;
  readonly mode: MutationMode;
  readonly storage: string;
  readonly comment: string;
}

export interface TableUpdate {
  readonly active?: boolean | undefined;
  readonly schema?: TableSchema | undefined;
  readonly mode?: MutationMode | undefined;
  readonly comment?: string | undefined;
}

export interface AliasCreate {
  readonly alias: string;
  readonly table: string;
  readonly comment: string;
}

export interface AliasUpdate {
  readonly active?: boolean | undefined;
  readonly table?: string | undefined;
  readonly comment?: string | undefined;
}

/** `active` and `version` are accepted and dropped. A bad name is `invalid-name`, as in a path. */
export function parseDatabaseCreate(json: JsonValue): DatabaseCreate {
  const created = parseWhole(json, '', (place) => {
    const body = place.object();
    return { database: body.member('database').text(), comment: body.member('comment').text() };
  });
  if (isName(created.database)) return created;
  throw new Failure(coreFailures['invalid-name'], brokenName('database', created.database));
}

/** What is missing or null stays as it is. */
export function parseDatabaseUpdate(json: JsonValue): DatabaseUpdate {
  return parseWhole(json, '', (place) => {
    const body = place.object();
    return {
      active: readUnlessUnset(body, 'active', readBoolean),
      comment: readUnlessUnset(body, 'comment', readText),
    };
  });
}

/** `mode` is SYNC when missing. Names, storage and comment that break their rules are one `validation-failed`. */
export function parseTableCreate(json: JsonValue): TableCreate {
  const created = parseWhole(json, '', (place) => {
    const body = place.object();
    const mode = body.member('mode');
    return {
      table: body.member('table').text(),
      schema: readTableSchema(body.member('schema')),
      mode: mode.isMissing ? 'SYNC' : readMode(mode),
      storage: body.member('storage').text(),
      comment: body.member('comment').text(),
    };
  });
  refuseBroken([
    checkName('table', created.table),
    isStorage(created.storage) ? '' : brokenStorage(created.storage),
    checkComment(created.comment),
  ]);
  return created;
}

/** What is missing or null stays as it is. */
export function parseTableUpdate(json: JsonValue): TableUpdate {
  const update = parseWhole(json, '', (place) => {
    const body = place.object();
    return {
      active: readUnlessUnset(body, 'active', readBoolean),
      schema: readUnlessUnset(body, 'schema', readTableSchema),
      mode: readUnlessUnset(body, 'mode', readMode),
      comment: readUnlessUnset(body, 'comment', readText),
    };
  });
  refuseBroken([checkComment(update.comment)]);
  return update;
}

export function parseAliasCreate(json: JsonValue): AliasCreate {
  const created = parseWhole(json, '', (place) => {
    const body = place.object();
    return {
      alias: body.member('alias').text(),
      table: body.member('table').text(),
      comment: body.member('comment').text(),
    };
  });
  refuseBroken([checkName('alias', created.alias), checkName('table', created.table), checkComment(created.comment)]);
  return created;
}

/** What is missing or null stays as it is. */
export function parseAliasUpdate(json: JsonValue): AliasUpdate {
  const update = parseWhole(json, '', (place) => {
    const body = place.object();
    return {
      active: readUnlessUnset(body, 'active', readBoolean),
      table: readUnlessUnset(body, 'table', readText),
      comment: readUnlessUnset(body, 'comment', readText),
    };
  });
  refuseBroken([update.table === undefined ? '' : checkName('table', update.table), checkComment(update.comment)]);
  return update;
}

/** Reads a member that may be left out: missing and null both mean undefined. */
export function readUnlessUnset<T>(body: JsonPlace, name: string, read: (place: JsonPlace) => T): T | undefined {
  const place = body.member(name);
  return place.isUnset ? undefined : read(place);
}

export function readBoolean(place: JsonPlace): boolean {
  return place.boolean();
}

export function readText(place: JsonPlace): string {
  return place.text();
}

/** DENY is a word of the reference's v3 that it refuses too. */
function readMode(place: JsonPlace): MutationMode {
  if (place.value !== 'DENY') return place.oneOf(['SYNC', 'ASYNC', 'DROP']);
  place.refuse('is DENY: V3 MutationMode.DENY is not supported in V2, nor here; expected SYNC, ASYNC or DROP');
  return 'SYNC';
}

/** Throws the sentences that are not empty, as one `validation-failed`. */
export function refuseBroken(sentences: readonly string[]): void {
  const broken = sentences.filter((sentence) => sentence !== '');
  if (broken.length > 0) throw new Failure(coreFailures['validation-failed'], broken.join('; '));
}

function checkName(member: string, name: string): string {
  return isName(name) ? '' : brokenName(member, name);
}

function brokenName(member: string, name: string): string {
  return `${member} is "${name}"; a name is a letter and up to 63 more letters, digits, "_" or "-"`;
}

function brokenStorage(storage: string): string {
  return (
    `storage is "${storage}"; expected datastore://namespace/table, ` +
    'the namespace in lower case letters and "_", the table in letters, digits and "_"'
  );
}

function checkComment(comment: string | undefined): string {
  if (comment === undefined || comment.length <= COMMENT_LENGTH_MAX) return '';
  return `comment has ${comment.length} characters; at most ${COMMENT_LENGTH_MAX} are allowed`;
}
