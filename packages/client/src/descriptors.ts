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
  /** Set only while there are any: what changes of the schema have left to do, in the order in which it is done. */
  readonly reworks?: readonly TableRework[];
}

/**
 * What is left of one change of a table's schema that was made while the table held edges. A name is its kind and itself:
 * `index newest`.
 */
export interface TableRework {
  /** Indexes, groups and caches that cannot be read yet. */
  readonly builds: readonly string[];
  /** Dropped ones whose rows are being removed. */
  readonly removes: readonly string[];
  /** Rows of the store passed so far. */
  readonly rows: number;
  /** Edges among them, deleted ones included. */
  readonly states: number;
  /** Those that cannot be built: they are not readable until they are dropped. */
  readonly failed: readonly { readonly name: string; readonly edge: string; readonly reason: string }[];
}

/** Whether something of a table is still being built or removed. What failed stays as it is and is not waited for. */
export function isUnderRework(table: TableDescriptor): boolean {
  return (table.reworks ?? []).some(({ builds, removes }) => builds.length + removes.length > 0);
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
    ...(body.member('reworks').isMissing ? {} : { reworks: body.member('reworks').items().map(readRework) }),
  };
}

function readRework(place: JsonPlace): TableRework {
  const rework = place.object();
  return {
    builds: readTexts(rework.member('builds')),
    removes: readTexts(rework.member('removes')),
    rows: readInteger(rework, 'rows'),
    states: readInteger(rework, 'states'),
    failed: rework
      .member('failed')
      .items()
      .map((item) => {
        const failed = item.object();
        return {
          name: failed.member('name').text(),
          edge: failed.member('edge').text(),
          reason: failed.member('reason').text(),
        };
      }),
  };
}

function readTexts(place: JsonPlace): readonly string[] {
  return place.items().map((item) => item.text());
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
