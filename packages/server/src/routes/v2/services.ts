import { parseJson } from '@actionbase/core/codec/json-text';
import { parseServiceCreate, parseServiceUpdate } from '@actionbase/core/wire/v2/service-json';
import type { Call } from '../../http/call.ts';
import type { Reply } from '../../http/reply.ts';
import { databaseRoute, type Route, withAccess } from '../../http/route.ts';
import { ADMIN_EVERYWHERE, ANY_TOKEN } from '../../http/route-access.ts';
import type { Serving } from '../../serving.ts';
import { changeReply, entityReply, inOrder, pageReply, requireV2Name } from './ddl.ts';

const ALL = '/graph/v2/service';
const ONE = `${ALL}/{service}`;

export const SERVICE_ROUTES: readonly Route[] = [
  withAccess(ANY_TOKEN, databaseRoute('GET', ALL, listServices)),
  databaseRoute('GET', ONE, getService),
  withAccess(ADMIN_EVERYWHERE, databaseRoute('POST', ONE, createService)),
  databaseRoute('PUT', ONE, updateService),
];

function listServices(call: Call, serving: Serving): Reply {
  const { catalog } = serving.engine;
  const visible = [...catalog.databases.values()].filter(({ database }) => call.caller.sees(database));
  const databases = inOrder(visible, ({ database }) => database);
  return pageReply(
    call,
    serving,
    databases.map((definition) => ({ kind: 'database', definition })),
  );
}

function getService(call: Call, serving: Serving): Reply {
  const { catalog } = serving.engine;
  const definition = catalog.databases.get(call.segment('service'));
  return entityReply(call, serving, definition && { kind: 'database', definition });
}

function createService(call: Call, serving: Serving): Promise<Reply> {
  const database = requireV2Name(call, 'service');
  return changeReply(call, serving, {
    kind: 'create-database',
    database,
    ...parseServiceCreate(parseJson(call.body)),
  });
}

function updateService(call: Call, serving: Serving): Promise<Reply> {
  const database = call.segment('service');
  return changeReply(call, serving, {
    kind: 'update-database',
    database,
    ...parseServiceUpdate(parseJson(call.body)),
  });
}
