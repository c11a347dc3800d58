import { Failure } from '../../failure.ts';
import { coreFailures } from '../../failures.ts';
import type { CatalogChange, TableDefinition } from '../../model/catalog.ts';
import { type LabelUpdate, tableSchemaOf } from './label-json.ts';
import { ID_FIELD, type LabelSchema } from './label-schema-json.ts';
import { type LabelType, layoutOfType, typeOfTable } from './label-words.ts';

type TableUpdateChange = Extract<CatalogChange, { kind: 'update-table' }>;

/**
 * The change of a table that a LabelUpdateRequest asks for. v2 names the parts of a schema one by one and v3 has them in
 * one, so what the request leaves out is taken from the table as it is: the change takes effect only if the table's schema is
 * still that one. Failure: `validation-failed`.
 */
export function planLabelUpdate(before: TableDefinition, update: LabelUpdate): TableUpdateChange {
  const { active, comment, mode, readOnly, type } = update;
  requireKind(before, type);
  const schema = schemaOf(before, update);
  return {
    kind: 'update-table',
    database: before.database,
    table: before.table,
    active,
    comment,
    mode,
    readOnly,
    schema,
    layout: type === undefined ? undefined : layoutOfType(type),
    from: schema === undefined ? undefined : { id: before.id, revision: before.schemaRevision },
  };
}

/** The kind of edges never changes, and only unique edges have other layouts than INDEXED. */
function requireKind({ schema, layout, database, table }: TableDefinition, type: LabelType | undefined): void {
  if (type === undefined || (type === 'MULTI_EDGE') === (schema.kind === 'multiEdge')) return;
  const allowed = schema.kind === 'multiEdge' ? 'MULTI_EDGE' : 'INDEXED, HASH and NIL';
  const message =
    `type is "${type}"; ${database}.${table} is of type ${typeOfTable(schema.kind, layout)} ` +
    `and keeps its kind of edges: allowed: ${allowed}`;
  throw new Failure(coreFailures['validation-failed'], message, { type });
}

function schemaOf({ schema }: TableDefinition, update: LabelUpdate): TableDefinition['schema'] | undefined {
  const { indexes, groups, caches } = update;
  if (update.schema === undefined && indexes === undefined && groups === undefined && caches === undefined) {
    return undefined;
  }
  const changed = {
    ...schema,
    indexes: indexes ?? schema.indexes,
    groups: groups ?? schema.groups,
    caches: caches ?? schema.caches,
  };
  if (update.schema === undefined) return changed;
  if (schema.kind === 'multiEdge') requireId(update.schema);
  return tableSchemaOf(schema.kind, update.schema, changed);
}

function requireId({ fields }: LabelSchema): void {
  if (fields.some(({ name }) => name === ID_FIELD)) return;
  const message = `schema.fields has no field "${ID_FIELD}", the id of a multi edge`;
  throw new Failure(coreFailures['validation-failed'], message, { path: 'schema.fields' });
}
