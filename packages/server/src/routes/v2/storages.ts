import { parseJson } from '@actionbase/core/codec/json-text';
import { parseStorageCreate, parseStorageUpdate } from '@actionbase/core/wire/v2/storage-json';
import { BUILT_IN_STORAGES, isBuiltInStorage } from '@actionbase/engine/catalog/built-in-storages';
import type { Call } from '../../http/call.ts';
import type { Reply } from '../../http/reply.ts';
import { databaseRoute, type Route, withAccess } from '../../http/route.ts';
import { ADMIN_EVERYWHERE, READ_EVERYWHERE } from '../../http/route-access.ts';
import type { Serving } from '../../serving.ts';
import { changeReply, deleteReply, entityReply, inOrder, pageReply, requireV2Name } from './ddl.ts';

const ALL = '/graph/v2/storage';
const ONE = `${ALL}/{storage}`;

export const STORAGE_ROUTES: readonly Route[] = [
  withAccess(READ_EVERYWHERE, databaseRoute('GET', ALL, listStorages)),
  withAccess(READ_EVERYWHERE, databaseRoute('GET', ONE, getStorage)),
  withAccess(ADMIN_EVERYWHERE, databaseRoute('POST', ONE, createStorage)),
  withAccess(ADMIN_EVERYWHERE, databaseRoute('PUT', ONE, updateStorage)),
  withAccess(ADMIN_EVERYWHERE, databaseRoute('DELETE', '/graph/v2/admin/storage/{storage}', deleteStorage)),
];

function listStorages(call: Call, serving: Serving): Reply {
  const { catalog } = serving.engine;
  const made = [...catalog.storages.values()].filter(({ storage }) => !isBuiltInStorage(storage));
  const all = [...BUILT_IN_STORAGES, ...inOrder(made, ({ storage }) => storage)];
  return pageReply(
    call,
    serving,
    all.map((definition) => ({ kind: 'storage', definition })),
  );
}

function getStorage(call: Call, serving: Serving): Reply {
  const { catalog } = serving.engine;
  const definition = catalog.storages.get(call.segment('storage'));
  return entityReply(call, serving, definition && { kind: 'storage', definition });
}

function createStorage(call: Call, serving: Serving): Promise<Reply> {
  const storage = requireV2Name(call, 'storage');
  return changeReply(call, serving, { kind: 'create-storage', storage, ...parseStorageCreate(parseJson(call.body)) });
}

function updateStorage(call: Call, serving: Serving): Promise<Reply> {
  const storage = call.segment('storage');
  return changeReply(call, serving, { kind: 'update-storage', storage, ...parseStorageUpdate(parseJson(call.body)) });
}

function deleteStorage(call: Call, serving: Serving): Promise<Reply> {
  const storage = call.segment('storage');
  const isKnown = serving.engine.catalog.storages.has(storage);
  return deleteReply(call, serving, { change: { kind: 'delete-storage', storage }, isKnown });
}
