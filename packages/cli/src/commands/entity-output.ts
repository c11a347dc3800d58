import type { AliasDescriptor, DatabaseDescriptor, TableDescriptor } from '@actionbase/client';
import { parseJson } from '@actionbase/core/codec/json-text';
import type { JsonObject } from '@actionbase/core/codec/json-value';
import type { GroupSchema, OrderedField, TableSchema } from '@actionbase/core/model/schema';
import { printTableSchema } from '@actionbase/core/wire/schema-json';
import type { CommandCall } from '../command.ts';
import { printJsonLine } from '../print/json-output.ts';
import type { TextTable } from '../print/text-table.ts';
import { reworkTable } from './rework-output.ts';

type Descriptor = DatabaseDescriptor | TableDescriptor | AliasDescriptor;

/** Prints one database, table or alias. */
export async function printEntity(call: CommandCall, entity: Descriptor): Promise<void> {
  if (call.asJson) return call.terminal.print(printJsonLine(entityJson(entity)));
  await call.terminal.printTable(factTable(entity));
  if (!('schema' in entity)) return;
  const reworks = reworkTable(entity.reworks ?? []);
  for (const table of [...schemaTables(entity.schema), ...(reworks.rows.length === 0 ? [] : [reworks])]) {
    await call.terminal.print('\n');
    await call.terminal.printTable(table);
  }
}

/** Prints a list of databases, tables or aliases. */
export async function printEntities(call: CommandCall, entities: readonly Descriptor[]): Promise<void> {
  if (call.asJson) return call.terminal.print(printJsonLine(entities.map(entityJson)));
  if (entities.length === 0) return call.terminal.tell('None.\n');
  const [first] = entities;
  if (first === undefined) return;
  const columns = Object.keys(shortFacts(first));
  await call.terminal.printTable({ columns, rows: entities.map((entity) => Object.values(shortFacts(entity))) });
}

/** A descriptor as the API prints it. */
function entityJson(entity: Descriptor): JsonObject {
  if (!('schema' in entity)) return { ...entity };
  const { schema, reworks, ...rest } = entity;
  return {
    type: schema.kind,
    ...rest,
    schema: parseJson(printTableSchema(schema)),
    ...(reworks && {
      reworks: reworks.map(({ failed, ...one }) => ({ ...one, failed: failed.map((of) => ({ ...of })) })),
    }),
  };
}

function shortFacts(entity: Descriptor): Readonly<Record<string, string>> {
  const tail = { ACTIVE: String(entity.active), COMMENT: entity.comment };
  if ('schema' in entity) {
    const { source, target, direction, indexes } = entity.schema;
    return {
      TABLE: entity.table,
      KIND: entity.schema.kind,
      EDGES: `${source.type} -> ${target.type}`,
      DIRECTION: direction,
      INDEXES: indexes.map(({ index }) => index).join(','),
      MODE: entity.mode,
      ...tail,
    };
  }
  if ('alias' in entity) return { ALIAS: entity.alias, TABLE: entity.table, ...tail };
  return { DATABASE: entity.database, ...tail };
}

function factTable(entity: Descriptor): TextTable {
  const { revision, createdAt, createdBy, updatedAt, updatedBy } = entity;
  const facts = {
    DATABASE: entity.database,
    ...shortFacts(entity),
    ...('storage' in entity ? { STORAGE: entity.storage } : {}),
    REVISION: String(revision),
    CREATED: when(createdAt, createdBy),
    UPDATED: when(updatedAt, updatedBy),
  };
  return {
    columns: ['WHAT', 'VALUE'],
    rows: Object.entries(facts).map(([what, value]) => [what.toLowerCase(), value]),
  };
}

function schemaTables(schema: TableSchema): readonly TextTable[] {
  const properties: TextTable = {
    columns: ['PROPERTY', 'TYPE', 'NULLABLE', 'COMMENT'],
    rows: schema.properties.map(({ name, type, nullable, comment }) => [name, type, String(nullable), comment]),
  };
  const reads: TextTable = {
    columns: ['READ BY', 'NAME', 'FIELDS', 'COMMENT'],
    rows: [
      ...schema.indexes.map(({ index, fields, comment }) => ['index', index, printFields(fields), comment]),
      ...schema.caches.map(({ cache, fields, limit, comment }) => [
        'cache',
        cache,
        `${printFields(fields)} (${limit})`,
        comment,
      ]),
      ...schema.groups.map((group) => ['group', group.group, printGroup(group), group.comment]),
    ],
  };
  return [properties, reads].filter(({ rows }) => rows.length > 0);
}

function printFields(fields: readonly OrderedField[]): string {
  return fields.map(({ field, order }) => `${field}:${order.toLowerCase()}`).join(',');
}

function printGroup({ type, valueField, fields }: GroupSchema): string {
  const names = fields.map(({ name, bucket }) => (bucket === null ? name : `${name} by ${bucket.name}`));
  return `${type}${type === 'SUM' ? `(${valueField})` : ''} of ${names.join(',')}`;
}

function when(timeMs: number, actor: string): string {
  const time = timeMs < 0 ? 'unknown' : new Date(timeMs).toISOString();
  return actor === '' ? time : `${time} by ${actor}`;
}
