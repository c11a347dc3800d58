import { parseJson } from '@actionbase/core/codec/json-text';
import { invariant } from '@actionbase/core/failure';
import type { CatalogChange } from '@actionbase/core/model/catalog';
import { printAlias } from '@actionbase/core/wire/descriptor-json';
import { parseAliasCreate, parseAliasUpdate } from '@actionbase/core/wire/metadata-json';
import type { Call } from '../http/call.ts';
import { emptyReply, jsonReply, type Reply } from '../http/reply.ts';
import { databaseRoute, type Route } from '../http/route.ts';
import type { Serving } from '../serving.ts';
import { changeCatalog } from './change-catalog.ts';
import { listReply, requireName, selectByStatus } from './metadata-parts.ts';

const ALL = '/graph/v3/databases/{database}/aliases';
const ONE = `${ALL}/{alias}`;

export const ALIAS_ROUTES: readonly Route[] = [
  databaseRoute('GET', ALL, listAliases),
  databaseRoute('POST', ALL, createAlias),
  databaseRoute('GET', ONE, getAlias),
  databaseRoute('PUT', ONE, updateAlias),
  databaseRoute('DELETE', ONE, deleteAlias),
];

function listAliases(call: Call, { engine, tenant }: Serving): Reply {
  const database = requireName(call, 'database');
  const aliases = [...engine.catalog.aliases.values()].filter((alias) => alias.database === database);
  return listReply(selectByStatus(call, aliases, ({ alias }) => alias).map((alias) => printAlias(alias, tenant)));
}

function getAlias(call: Call, { engine, tenant }: Serving): Reply {
  const { database, alias } = namesOf(call);
  const found = engine.catalog.aliases.get(`${database}.${alias}`);
  return found === undefined ? emptyReply(404) : jsonReply(printAlias(found, tenant));
}

function createAlias(call: Call, serving: Serving): Promise<Reply> {
  const database = requireName(call, 'database');
  return change(call, serving, { kind: 'create-alias', database, ...parseAliasCreate(parseJson(call.body)) });
}

function updateAlias(call: Call, serving: Serving): Promise<Reply> {
  const names = namesOf(call);
  return change(call, serving, { kind: 'update-alias', ...names, ...parseAliasUpdate(parseJson(call.body)) });
}

async function deleteAlias(call: Call, serving: Serving): Promise<Reply> {
  await changeCatalog(call, serving, { kind: 'delete-alias', ...namesOf(call) });
  return emptyReply(204);
}

function namesOf(call: Call): { readonly database: string; readonly alias: string } {
  return { database: requireName(call, 'database'), alias: requireName(call, 'alias') };
}

async function change(call: Call, serving: Serving, asked: CatalogChange): Promise<Reply> {
  const entity = await changeCatalog(call, serving, asked);
  invariant(entity?.kind === 'alias', 'a change of an alias answers the alias');
  return jsonReply(printAlias(entity.definition, serving.tenant));
}
