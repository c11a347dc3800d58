import { unreachable } from '@actionbase/core/failure';
import { coreFailures } from '@actionbase/core/failures';
import type {
  AliasDefinition,
  CatalogChange,
  DatabaseDefinition,
  SchemaOrigin,
  TableDefinition,
} from '@actionbase/core/model/catalog';
import { compileTable } from '@actionbase/core/model/compile-table';
import { TABLE_ID_MAX, tableId } from '@actionbase/core/model/table';
import { schemaChangeProblems, validateSchema } from '@actionbase/core/model/validate-schema';
import { planReworks, TABLE_REWORKS_MAX } from '../rework/plan-rework.ts';
import {
  type Catalog,
  type CatalogTable,
  compileCatalogTable,
  isActiveDatabase,
  SYSTEM_DATABASE,
  schemaName,
  withReworks,
  withTable,
} from './catalog.ts';
import {
  type CatalogPlan,
  type Change,
  type ChangeFacts,
  changed,
  created,
  ddlRefused,
  ddlRefusedWith,
  exists,
  notFound,
  refused,
  updated,
} from './catalog-plan.ts';
import { type CatalogRow, reworkRow } from './catalog-rows.ts';
import { NIL_TABLE_ID } from './nil-table.ts';
import { createQuery, isQueried, updateQuery } from './plan-query.ts';
import { createStorage, deleteStorage, isUsableStorage, updateStorage } from './plan-storage.ts';
import { layoutProblems } from './table-layout.ts';

/** Decides what a metadata change does to a catalog. Pure: the log position decides, not the caller. */
export function planChange(catalog: Catalog, change: CatalogChange, facts: ChangeFacts): CatalogPlan {
  switch (change.kind) {
    case 'create-database':
      return createDatabase(catalog, change, facts);
    case 'update-database':
      return updateDatabase(catalog, change, facts);
    case 'delete-database':
      return deleteDatabase(catalog, change);
    case 'create-table':
      return createTable(catalog, change, facts);
    case 'update-table':
      return updateTable(catalog, change, facts);
    case 'delete-table':
      return deleteTable(catalog, change);
    case 'create-alias':
      return createAlias(catalog, change, facts);
    case 'update-alias':
      return updateAlias(catalog, change, facts);
    case 'delete-alias':
      return deleteAlias(catalog, change);
    case 'create-query':
      return createQuery(catalog, change, facts);
    case 'update-query':
      return updateQuery(catalog, change, facts);
    case 'create-storage':
      return createStorage(catalog, change, facts);
    case 'update-storage':
      return updateStorage(catalog, change, facts);
    case 'delete-storage':
      return deleteStorage(catalog, change);
    default:
      return unreachable(change);
  }
}

function createDatabase(catalog: Catalog, change: Change<'create-database'>, facts: ChangeFacts): CatalogPlan {
  if (catalog.databases.has(change.database)) return exists('database', change.database);
  const definition = {
    database: change.database,
    active: true,
    comment: change.comment,
    ...created(facts.stamp),
  };
  return putDatabase(catalog, definition);
}

function updateDatabase(catalog: Catalog, change: Change<'update-database'>, facts: ChangeFacts): CatalogPlan {
  const before = catalog.databases.get(change.database);
  if (before === undefined) return notFound('database', change.database);
  if (before.database === SYSTEM_DATABASE.database)
    return ddlRefused('update', 'entity cannot be deactivated', 'origin.sys');
  if (change.active === false && tablesOf(catalog, change.database).some((table) => table.definition.active)) {
    return ddlRefused('update', 'entity cannot be deactivated', `origin.${change.database}`);
  }
  return putDatabase(catalog, {
    ...before,
    active: change.active ?? before.active,
    comment: change.comment ?? before.comment,
    ...updated(before, facts.stamp),
  });
}

function deleteDatabase(catalog: Catalog, change: Change<'delete-database'>): CatalogPlan {
  const before = catalog.databases.get(change.database);
  if (before === undefined) return { kind: 'unchanged' };
  if (before.active) return ddlRefused('create', 'entity not deactivate', `origin.${change.database}`);
  const tables = tablesOf(catalog, change.database);
  if (tables.length > 0) {
    const names = tables.map((table) => table.definition.table).join(', ');
    return refused(
      'precondition-failed',
      `database ${change.database} still has tables (${names}): delete them first`,
      {
        database: change.database,
        tables: names,
      },
    );
  }
  const aliases = [...catalog.aliases.values()].filter((alias) => alias.database === change.database);
  const nextAliases = new Map(catalog.aliases);
  for (const alias of aliases) nextAliases.delete(`${alias.database}.${alias.alias}`);
  const queries = [...catalog.queries].filter(([, query]) => query.database === change.database);
  const nextQueries = new Map(catalog.queries);
  for (const [name] of queries) nextQueries.delete(name);
  const databases = new Map(catalog.databases);
  databases.delete(change.database);
  return changed({ ...catalog, databases, aliases: nextAliases, queries: nextQueries }, null, [
    { key: `database/${change.database}`, value: null },
    ...aliases.map((alias) => ({ key: `alias/${alias.database}.${alias.alias}`, value: null })),
    ...queries.map(([name]) => ({ key: `query/${name}`, value: null })),
  ]);
}

function createTable(catalog: Catalog, change: Change<'create-table'>, facts: ChangeFacts): CatalogPlan {
  const fullName = `${change.database}.${change.table}`;
  if (!isActiveDatabase(catalog, change.database)) return ddlRefused('create', 'service not exists', change.database);
  if (catalog.aliases.has(fullName)) return ddlRefused('create', 'alias name already exists', fullName);
  if (!isUsableStorage(catalog, change.storage)) {
    return ddlRefused('create', 'storage not exists', `origin.${change.storage}`);
  }
  if (catalog.tables.has(fullName)) return exists('table', fullName);
  const layout = change.layout ?? 'INDEXED';
  const problems = [
    ...validateSchema(change.schema, { database: change.database, name: change.table }),
    ...layoutProblems(change.schema, layout),
  ];
  if (problems.length > 0) return invalidSchema(problems);
  if (catalog.nextTableId > TABLE_ID_MAX) {
    const message = `table ${fullName} would be the ${catalog.nextTableId}th: an instance has ${TABLE_ID_MAX} in its life`;
    return refused('precondition-failed', message, { table: fullName, max: TABLE_ID_MAX });
  }
  const { kind: _, ...parts } = change;
  const definition: TableDefinition = {
    ...parts,
    id: tableId(catalog.nextTableId),
    schemaRevision: 1,
    layout,
    event: change.event ?? false,
    readOnly: change.schema.kind === 'multiEdge' || (change.readOnly ?? false),
    active: true,
    ...created(facts.stamp),
  };
  const entry = compileCatalogTable(definition, [], catalog.saltBytes);
  const { code } = entry.table;
  const twin = [...catalog.tables.values()].find((other) => other.table.code === code);
  if (twin !== undefined) {
    const name = `${twin.definition.database}.${twin.definition.table}`;
    return refused('precondition-failed', `table ${fullName} has the same row code as ${name}: choose another name`, {
      table: fullName,
      code,
    });
  }
  const next = { ...catalog, nextTableId: catalog.nextTableId + 1 };
  return putTable(next, entry);
}

function updateTable(catalog: Catalog, change: Change<'update-table'>, facts: ChangeFacts): CatalogPlan {
  const fullName = `${change.database}.${change.table}`;
  const entry = catalog.tables.get(fullName);
  if (entry === undefined) return notFound('table', fullName);
  const before = entry.definition;
  if (before.id === NIL_TABLE_ID) return ddlRefused('update', 'entity cannot be deactivated', fullName);
  if (change.from !== undefined && !isFrom(change.from, before)) return overtaken(fullName);
  if (change.active === false && (isAliased(catalog, before) || isQueried(catalog, fullName))) {
    return ddlRefused('update', 'entity cannot be deactivated', fullName);
  }
  if (change.active === true && !isActiveDatabase(catalog, change.database)) {
    return ddlRefused('update', 'service not exists', change.database);
  }
  if (change.schema !== undefined) {
    const problems = [
      ...validateSchema(change.schema, { database: change.database, name: change.table }),
      ...schemaChangeProblems(before.schema, change.schema, facts.hasRows),
    ];
    if (problems.length > 0) return invalidSchema(problems);
  }
  const layout = change.layout ?? before.layout;
  if (layout !== before.layout && facts.hasRows) return layoutRefused(before, layout);
  const misfits = layoutProblems(change.schema ?? before.schema, layout);
  if (misfits.length > 0) return invalidSchema(misfits);
  // A layout decides which rows a mutation touches, as the schema does: what was admitted under another one is bound again.
  const schemaChanged =
    layout !== before.layout ||
    (change.schema !== undefined && JSON.stringify(change.schema) !== JSON.stringify(before.schema));
  const definition: TableDefinition = {
    ...before,
    schema: change.schema ?? before.schema,
    schemaRevision: before.schemaRevision + (schemaChanged ? 1 : 0),
    active: change.active ?? before.active,
    mode: change.mode ?? before.mode,
    layout,
    readOnly: before.schema.kind === 'multiEdge' || (change.readOnly ?? before.readOnly),
    comment: change.comment ?? before.comment,
    ...updated(before, facts.stamp),
  };
  const list = entry.reworks?.list ?? [];
  const step = { before: before.schema, after: definition.schema, hasRows: facts.hasRows };
  const reworks = planReworks(list, step);
  if (reworks.length > TABLE_REWORKS_MAX && reworks.length > list.length) return tooManyReworks(fullName, list.length);
  const rows = reworks === list ? [] : [reworkRow(before.id, reworks)];
  return putTable(catalog, compileCatalogTable(definition, reworks, catalog.saltBytes), rows);
}

function deleteTable(catalog: Catalog, change: Change<'delete-table'>): CatalogPlan {
  const fullName = `${change.database}.${change.table}`;
  const before = catalog.tables.get(fullName)?.definition;
  if (before === undefined) return { kind: 'unchanged' };
  if (before.active) return ddlRefused('create', 'entity not deactivate', fullName);
  const tables = new Map(catalog.tables);
  tables.delete(fullName);
  const tablesById = new Map(catalog.tablesById);
  tablesById.delete(before.id);
  const reworks = withReworks(catalog.reworks, before.id, undefined);
  const dropped = new Set([...catalog.dropped, before.id]);
  return changed({ ...catalog, tables, tablesById, dropped, reworks }, null, [
    { key: `table/${before.id}`, value: null },
    { key: `dropped/${before.id}`, value: {} },
    ...(catalog.reworks.has(before.id) ? [reworkRow(before.id, [])] : []),
  ]);
}

function createAlias(catalog: Catalog, change: Change<'create-alias'>, facts: ChangeFacts): CatalogPlan {
  const fullName = `${change.database}.${change.alias}`;
  const tableDatabase = change.tableDatabase ?? change.database;
  const problems = [
    ...(isActiveDatabase(catalog, change.database) ? [] : [`service not exists : ${change.database}`]),
    ...(catalog.tables.has(fullName) ? [`label name already exists : ${fullName}`] : []),
    ...aliasTargetProblems(catalog, tableDatabase, change.table),
  ];
  if (problems.length > 0) return ddlRefusedWith('create', problems, { alias: fullName, table: change.table });
  if (catalog.aliases.has(fullName)) return exists('alias', fullName);
  const { kind: _, ...parts } = change;
  return putAlias(catalog, { ...parts, tableDatabase, active: true, ...created(facts.stamp) });
}

function updateAlias(catalog: Catalog, change: Change<'update-alias'>, facts: ChangeFacts): CatalogPlan {
  const fullName = `${change.database}.${change.alias}`;
  const before = catalog.aliases.get(fullName);
  if (before === undefined) return notFound('alias', fullName);
  // A table that is named without a database is one of the alias's own.
  const tableDatabase = change.tableDatabase ?? (change.table === undefined ? before.tableDatabase : change.database);
  if (change.table !== undefined || change.active === true) {
    const table = change.table ?? before.table;
    const problems = aliasTargetProblems(catalog, tableDatabase, table);
    if (problems.length > 0) return ddlRefusedWith('update', problems, { alias: fullName, table });
  }
  return putAlias(catalog, {
    ...before,
    ...(change.table === undefined ? {} : { tableDatabase, table: change.table }),
    active: change.active ?? before.active,
    comment: change.comment ?? before.comment,
    ...updated(before, facts.stamp),
  });
}

function deleteAlias(catalog: Catalog, change: Change<'delete-alias'>): CatalogPlan {
  const fullName = `${change.database}.${change.alias}`;
  const before = catalog.aliases.get(fullName);
  if (before === undefined) return { kind: 'unchanged' };
  if (before.active) return ddlRefused('create', 'entity not deactivate', fullName);
  const aliases = new Map(catalog.aliases);
  aliases.delete(fullName);
  return changed({ ...catalog, aliases }, null, [{ key: `alias/${fullName}`, value: null }]);
}

function putDatabase(catalog: Catalog, definition: DatabaseDefinition): CatalogPlan {
  const databases = new Map(catalog.databases).set(definition.database, definition);
  return changed({ ...catalog, databases }, { kind: 'database', definition }, [
    { key: `database/${definition.database}`, value: definition },
  ]);
}

function putTable(catalog: Catalog, entry: CatalogTable, rows: readonly CatalogRow[] = []): CatalogPlan {
  const { definition } = entry;
  const name = schemaName(definition.id, definition.schemaRevision);
  const next: Catalog = {
    ...withTable(catalog, entry),
    schemas: catalog.schemas.has(name)
      ? catalog.schemas
      : new Map(catalog.schemas).set(name, compileTable(definition, catalog.saltBytes)),
  };
  return changed(next, { kind: 'table', definition }, [
    { key: `table/${definition.id}`, value: definition },
    { key: `schema/${name}`, value: definition },
    ...rows,
  ]);
}

function putAlias(catalog: Catalog, definition: AliasDefinition): CatalogPlan {
  const fullName = `${definition.database}.${definition.alias}`;
  const aliases = new Map(catalog.aliases).set(fullName, definition);
  return changed({ ...catalog, aliases }, { kind: 'alias', definition }, [
    { key: `alias/${fullName}`, value: definition },
  ]);
}

function tablesOf(catalog: Catalog, database: string): CatalogTable[] {
  return [...catalog.tables.values()].filter((table) => table.definition.database === database);
}

function isAliased(catalog: Catalog, table: TableDefinition): boolean {
  return [...catalog.aliases.values()].some(
    (alias) => alias.active && alias.tableDatabase === table.database && alias.table === table.table,
  );
}

function aliasTargetProblems(catalog: Catalog, database: string, table: string): string[] {
  const target = catalog.tables.get(`${database}.${table}`);
  return target === undefined ? [`target label not exists : ${database}.${table}`] : [];
}

function isFrom({ id, revision }: SchemaOrigin, table: TableDefinition): boolean {
  return id === table.id && revision === table.schemaRevision;
}

/** A schema that was made from another one than the table has would take back what was changed meanwhile. */
function overtaken(name: string): CatalogPlan {
  const message = `the schema of ${name} was changed while this change was on its way; look at it, and send it again`;
  return { kind: 'refused', failure: coreFailures['schema-changed'], message, details: { table: name } };
}

/** Rows of one layout are not those of another: an index would lack them, or they would stay for ever. */
function layoutRefused(before: TableDefinition, layout: TableDefinition['layout']): CatalogPlan {
  const name = `${before.database}.${before.table}`;
  const message = `${name} is of type ${before.layout} and has rows: it cannot become ${layout}; create another table`;
  return refused('invalid-change', message, { table: name, layout });
}

function tooManyReworks(name: string, count: number): CatalogPlan {
  const message = `${count} earlier changes of the schema of ${name} are still being worked on; wait until one is done`;
  return refused('invalid-change', message, { reworks: count, max: TABLE_REWORKS_MAX });
}

function invalidSchema(problems: readonly { readonly path: string; readonly message: string }[]): CatalogPlan {
  const text = problems.map((problem) => `${problem.path}: ${problem.message}`).join('; ');
  return refused('invalid-change', text, { problems: problems.length });
}
