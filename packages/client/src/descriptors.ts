import type { Audit, MutationMode } from '@actionbase/core/model/catalog';
import type { TableSchema } from '@actionbase/core/model/schema';
import type { JsonPlace } from '@actionbase/core/wire/json-place';
import { readTableSchema } from '@actionbase/core/wire/schema-json';

interface Described extends Audit {
  readonly tenant: string;
  readonly database: string;
  readonly active: boolean;
  readonly comment: string;
}

/** A database as the server describes it. Times are milliseconds. */
export interface DatabaseDescriptor extends Described {}

/** A table as the server describes it. */
export interface TableDescriptor extends Described {
  readonly table: string;
  readonly schema: TableSchema;
  readonly mode: MutationMode;
  readonly storage: string;
}

/** An alias as the server describes it. */
export interface AliasDescriptor extends Described {
  readonly alias: string;
  readonly table: string;
}

export function readDatabase(place: JsonPlace): DatabaseDescriptor {
  return readDescribed(place.object());
}

export function readTable(place: JsonPlace): TableDescriptor {
  const body = place.object();
  const { tenant, database, ...rest } = readDescribed(body);
  return {
    tenant,
    database,
    table: body.member('table').text(),
    schema: readTableSchema(body.member('schema')),
    mode: body.member('mode').oneOf(['SYNC', 'ASYNC', 'DROP']),
    storage: body.member('storage').text(),
    ...rest,
  };
}

export function readAlias(place: JsonPlace): AliasDescriptor {
  const body = place.object();
  const { tenant, database, ...rest } = readDescribed(body);
  return { tenant, database, alias: body.member('alias').text(), table: body.member('table').text(), ...rest };
}

function readDescribed(body: JsonPlace): Described {
  return {
    tenant: body.member('tenant').text(),
    database: body.member('database').text(),
    active: body.member('active').boolean(),
    comment: body.member('comment').text(),
    revision: readInteger(body, 'revision'),
    createdAt: readInteger(body, 'createdAt'),
    createdBy: body.member('createdBy').text(),
    updatedAt: readInteger(body, 'updatedAt'),
    updatedBy: body.member('updatedBy').text(),
  };
}

function readInteger(body: JsonPlace, name: string): number {
  return body.member(name).integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
}
