import { parseJson } from '@actionbase/core/codec/json-text';
import { parseServiceCreate, parseServiceUpdate } from '@actionbase/core/wire/v2/service-json';
import type { Call } from '../../http/call.ts';
import type { Reply } from '../../http/reply.ts';
import { databaseRoute, type Route } from '../../http/route.ts';
import type { Serving } from '../../serving.ts';
import { changeReply, entityReply, inOrder, pageReply, requireV2Name } from './ddl.ts';

const ALL = '/graph/v2/service';
const ONE = `${ALL}/{service}`;

export const SERVICE_ROUTES: readonly Route[] = [
  databaseRoute('GET', ALL, listServices),
  databaseRoute('GET', ONE, getService),
  databaseRoute('POST', ONE, createService),
  databaseRoute('PUT', ONE, updateService),
];

function listServices(_: Call, { engine: { catalog } }: Serving): Reply {
  const databases = inOrder(catalog.databases.values(), ({ database }) => database);
  return pageReply(
    catalog,
    databases.map((definition) => ({ kind: 'database', definition })),
  );
}

function getService(call: Call, { engine: { catalog } }: Serving): Reply {
  const definition = catalog.databases.get(call.segment('service'));
  return entityReply(catalog, definition && { kind: 'database', definition });
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
