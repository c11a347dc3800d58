import { parseJson } from '@actionbase/core/codec/json-text';
import { invariant } from '@actionbase/core/failure';
import type { CatalogChange, TableDefinition } from '@actionbase/core/model/catalog';
import type { Rework } from '@actionbase/core/model/rework';
import { printTable } from '@actionbase/core/wire/descriptor-json';
import { parseTableCreate, parseTableUpdate } from '@actionbase/core/wire/metadata-json';
import type { Engine } from '@actionbase/engine/engine';
import type { Call } from '../http/call.ts';
import { emptyReply, jsonReply, type Reply } from '../http/reply.ts';
import { databaseRoute, type Route } from '../http/route.ts';
import type { Serving } from '../serving.ts';
import { changeCatalog } from './change-catalog.ts';
import { listReply, requireName, selectByStatus } from './metadata-parts.ts';

const ALL = '/graph/v3/databases/{database}/tables';
const ONE = `${ALL}/{table}`;

export const TABLE_ROUTES: readonly Route[] = [
  databaseRoute('GET', ALL, listTables),
  databaseRoute('POST', ALL, createTable),
  databaseRoute('GET', ONE, getTable),
  databaseRoute('PUT', ONE, updateTable),
  databaseRoute('DELETE', ONE, deleteTable),
];

function listTables(call: Call, { engine, tenant }: Serving): Reply {
  const database = requireName(call, 'database');
  const tables = [...engine.catalog.tables.values()].map(({ definition }) => definition);
  const selected = selectByStatus(
    call,
    tables.filter((table) => table.database === database),
    ({ table }) => table,
  );
  return listReply(selected.map((table) => printTable(table, tenant, reworksOf(engine, table))));
}

function getTable(call: Call, { engine, tenant }: Serving): Reply {
  const { database, table } = namesOf(call);
  const found = engine.catalog.tables.get(`${database}.${table}`);
  if (found === undefined) return emptyReply(404);
  return jsonReply(printTable(found.definition, tenant, reworksOf(engine, found.definition)));
}

function createTable(call: Call, serving: Serving): Promise<Reply> {
  const database = requireName(call, 'database');
  return change(call, serving, { kind: 'create-table', database, ...parseTableCreate(parseJson(call.body)) });
}

function updateTable(call: Call, serving: Serving): Promise<Reply> {
  const names = namesOf(call);
  return change(call, serving, { kind: 'update-table', ...names, ...parseTableUpdate(parseJson(call.body)) });
}

async function deleteTable(call: Call, serving: Serving): Promise<Reply> {
  await changeCatalog(call, serving, { kind: 'delete-table', ...namesOf(call) });
  return emptyReply(204);
}

function namesOf(call: Call): { readonly database: string; readonly table: string } {
  return { database: requireName(call, 'database'), table: requireName(call, 'table') };
}

async function change(call: Call, serving: Serving, asked: CatalogChange): Promise<Reply> {
  const { engine, tenant } = serving;
  const entity = await changeCatalog(call, serving, asked);
  invariant(entity?.kind === 'table', 'a change of a table answers the table');
  return jsonReply(printTable(entity.definition, tenant, reworksOf(engine, entity.definition)));
}

/** How far the reworks of a table are at this moment. */
function reworksOf(engine: Engine, { id }: TableDefinition): readonly Rework[] {
  return engine.catalog.reworks.get(id)?.list ?? [];
}
