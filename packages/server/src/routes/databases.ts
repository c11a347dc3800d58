import { parseJson } from '@actionbase/core/codec/json-text';
import { invariant } from '@actionbase/core/failure';
import type { CatalogChange } from '@actionbase/core/model/catalog';
import { printDatabase } from '@actionbase/core/wire/descriptor-json';
import { parseDatabaseCreate, parseDatabaseUpdate } from '@actionbase/core/wire/metadata-json';
import type { Call } from '../http/call.ts';
import { emptyReply, jsonReply, type Reply } from '../http/reply.ts';
import { databaseRoute, type Route, withAccess } from '../http/route.ts';
import { ADMIN_EVERYWHERE, ANY_TOKEN } from '../http/route-access.ts';
import type { Serving } from '../serving.ts';
import { changeCatalog } from './change-catalog.ts';
import { listReply, requireName, selectByStatus } from './metadata-parts.ts';

const ALL = '/graph/v3/databases';
const ONE = `${ALL}/{database}`;

export const DATABASE_ROUTES: readonly Route[] = [
  withAccess(ANY_TOKEN, databaseRoute('GET', ALL, listDatabases)),
  withAccess(ADMIN_EVERYWHERE, databaseRoute('POST', ALL, createDatabase)),
  databaseRoute('GET', ONE, getDatabase),
  databaseRoute('PUT', ONE, updateDatabase),
  databaseRoute('DELETE', ONE, deleteDatabase),
];

function listDatabases(call: Call, { engine, tenant }: Serving): Reply {
  const visible = [...engine.catalog.databases.values()].filter(({ database }) => call.caller.sees(database));
  const databases = selectByStatus(call, visible, ({ database }) => database);
  return listReply(databases.map((database) => printDatabase(database, tenant)));
}

function getDatabase(call: Call, { engine, tenant }: Serving): Reply {
  const found = engine.catalog.databases.get(requireName(call, 'database'));
  return found === undefined ? emptyReply(404) : jsonReply(printDatabase(found, tenant));
}

function createDatabase(call: Call, serving: Serving): Promise<Reply> {
  return change(call, serving, { kind: 'create-database', ...parseDatabaseCreate(parseJson(call.body)) });
}

function updateDatabase(call: Call, serving: Serving): Promise<Reply> {
  const database = requireName(call, 'database');
  return change(call, serving, { kind: 'update-database', database, ...parseDatabaseUpdate(parseJson(call.body)) });
}

async function deleteDatabase(call: Call, serving: Serving): Promise<Reply> {
  const database = requireName(call, 'database');
  await changeCatalog(call, serving, { kind: 'delete-database', database });
  return emptyReply(204);
}

async function change(call: Call, serving: Serving, asked: CatalogChange): Promise<Reply> {
  const entity = await changeCatalog(call, serving, asked);
  invariant(entity?.kind === 'database', 'a change of a database answers the database');
  return jsonReply(printDatabase(entity.definition, serving.tenant));
}
