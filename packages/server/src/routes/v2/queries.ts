import { parseJson } from '@actionbase/core/codec/json-text';
import { parseQueryCreate, parseQueryUpdate } from '@actionbase/core/wire/v2/query-json';
import type { Call } from '../../http/call.ts';
import type { Reply } from '../../http/reply.ts';
import { databaseRoute, type Route } from '../../http/route.ts';
import type { Serving } from '../../serving.ts';
import { changeReply, entityReply, inOrder, pageReply, requireV2Name } from './ddl.ts';

const ALL = '/graph/v2/service/{service}/query';
const ONE = `${ALL}/{query}`;

/** Stored queries. Nothing runs them; there is no call that deletes one: they go with their service. */
export const STORED_QUERY_ROUTES: readonly Route[] = [
  databaseRoute('GET', ALL, listQueries),
  databaseRoute('GET', ONE, getQuery),
  databaseRoute('POST', ONE, createQuery),
  databaseRoute('PUT', ONE, updateQuery),
];

function listQueries(call: Call, serving: Serving): Reply {
  const { catalog } = serving.engine;
  const service = call.segment('service');
  const own = [...catalog.queries.values()].filter(({ database }) => database === service);
  return pageReply(
    call,
    serving,
    inOrder(own, ({ query }) => query).map((definition) => ({ kind: 'query', definition })),
  );
}

function getQuery(call: Call, serving: Serving): Reply {
  const { catalog } = serving.engine;
  const definition = catalog.queries.get(`${call.segment('service')}.${call.segment('query')}`);
  return entityReply(call, serving, definition && { kind: 'query', definition });
}

function createQuery(call: Call, serving: Serving): Promise<Reply> {
  const database = requireV2Name(call, 'service');
  const query = requireV2Name(call, 'query');
  const created = parseQueryCreate(parseJson(call.body));
  return changeReply(call, serving, { kind: 'create-query', database, query, ...created });
}

function updateQuery(call: Call, serving: Serving): Promise<Reply> {
  const names = { database: call.segment('service'), query: call.segment('query') };
  return changeReply(call, serving, { kind: 'update-query', ...names, ...parseQueryUpdate(parseJson(call.body)) });
}
