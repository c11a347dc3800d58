import { parseJson } from '@actionbase/core/codec/json-text';
import { Failure } from '@actionbase/core/failure';
import type { AliasDefinition } from '@actionbase/core/model/catalog';
import { parseV2AliasCreate, parseV2AliasUpdate } from '@actionbase/core/wire/v2/alias-json';
import type { LabelName } from '@actionbase/core/wire/v2/entity-name';
import { parseLabelCopy } from '@actionbase/core/wire/v2/label-json';
import { engineFailures } from '@actionbase/engine/failures';
import type { Call } from '../../http/call.ts';
import type { Reply } from '../../http/reply.ts';
import { databaseRoute, type Route, withAccess } from '../../http/route.ts';
import type { MoreNeeds } from '../../http/route-access.ts';
import type { Serving } from '../../serving.ts';
import { changeReply, ddlReply, deleteReply, entityReply, inOrder, pageReply, requireV2Name } from './ddl.ts';
import { copyOf } from './labels.ts';

const ALL = '/graph/v2/service/{service}/alias';
const ONE = `${ALL}/{alias}`;

/** What an alias shows of another service's label, and lets be copied, its maker must be allowed to read. */
const READ_OF_TARGET: MoreNeeds = {
  says: 'read on the database of the target',
  needsOf: (call) => [{ role: 'read', database: parseV2AliasCreate(parseJson(call.body)).target.database }],
};

const READ_OF_NEW_TARGET: MoreNeeds = {
  says: 'read on the database of a new target',
  needsOf: (call) => {
    const { target } = parseV2AliasUpdate(parseJson(call.body));
    return target === undefined ? [] : [{ role: 'read', database: target.database }];
  },
};

const READ_OF_COPIED: MoreNeeds = {
  says: 'read on the database of the label that is copied',
  needsOf: (call, serving) => {
    const alias = aliasOf(call, serving);
    return alias === undefined ? [] : [{ role: 'read', database: alias.tableDatabase }];
  },
};

export const V2_ALIAS_ROUTES: readonly Route[] = [
  databaseRoute('GET', ALL, listAliases),
  databaseRoute('GET', ONE, getAlias),
  withAccess({ kind: 'database', role: 'admin', more: READ_OF_TARGET }, databaseRoute('POST', ONE, createAlias)),
  withAccess({ kind: 'database', role: 'admin', more: READ_OF_NEW_TARGET }, databaseRoute('PUT', ONE, updateAlias)),
  databaseRoute('DELETE', ONE, deleteAlias),
  withAccess(
    { kind: 'database', role: 'admin', more: READ_OF_COPIED },
    databaseRoute('POST', `${ONE}/new-label`, copyTarget),
  ),
  databaseRoute('DELETE', '/graph/v2/admin/service/{service}/alias/{alias}', deleteAlias),
];

function listAliases(call: Call, serving: Serving): Reply {
  const { catalog } = serving.engine;
  const service = call.segment('service');
  const own = [...catalog.aliases.values()].filter(({ database }) => database === service);
  return pageReply(
    call,
    serving,
    inOrder(own, ({ alias }) => alias).map((definition) => ({ kind: 'alias', definition })),
  );
}

function getAlias(call: Call, serving: Serving): Reply {
  const definition = aliasOf(call, serving);
  return entityReply(call, serving, definition && { kind: 'alias', definition });
}

function createAlias(call: Call, serving: Serving): Promise<Reply> {
  const database = requireV2Name(call, 'service');
  const alias = requireV2Name(call, 'alias');
  const { comment, target } = parseV2AliasCreate(parseJson(call.body));
  return changeReply(call, serving, { kind: 'create-alias', database, alias, comment, ...targetOf(target) });
}

function updateAlias(call: Call, serving: Serving): Promise<Reply> {
  const { active, comment, target } = parseV2AliasUpdate(parseJson(call.body));
  const parts = { active, comment, ...(target === undefined ? {} : targetOf(target)) };
  return changeReply(call, serving, { kind: 'update-alias', ...namesOf(call), ...parts });
}

function deleteAlias(call: Call, serving: Serving): Promise<Reply> {
  const isKnown = aliasOf(call, serving) !== undefined;
  return deleteReply(call, serving, { change: { kind: 'delete-alias', ...namesOf(call) }, isKnown });
}

/** Makes a copy of the label that an alias stands for, in the alias's service. */
async function copyTarget(call: Call, serving: Serving): Promise<Reply> {
  const copy = parseLabelCopy(parseJson(call.body));
  const alias = aliasOf(call, serving);
  if (alias === undefined) return ddlReply('IDLE');
  const targetName = `${alias.tableDatabase}.${alias.table}`;
  const original = serving.engine.catalog.tables.get(targetName)?.definition;
  if (original === undefined) {
    const message = `No such label ${targetName} of the alias ${alias.database}.${alias.alias}.`;
    throw new Failure(engineFailures['unknown-table'], message, { alias: alias.alias, table: targetName });
  }
  return changeReply(call, serving, copyOf(original, call.segment('service'), copy));
}

function targetOf({ database, table }: LabelName): { readonly tableDatabase: string; readonly table: string } {
  return { tableDatabase: database, table };
}

function namesOf(call: Call): { readonly database: string; readonly alias: string } {
  return { database: call.segment('service'), alias: call.segment('alias') };
}

function aliasOf(call: Call, { engine }: Serving): AliasDefinition | undefined {
  const { database, alias } = namesOf(call);
  return engine.catalog.aliases.get(`${database}.${alias}`);
}
