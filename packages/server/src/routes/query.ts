import { randomUUID } from 'node:crypto';
import { parseJson } from '@actionbase/core/codec/json-text';
import type { QueryItem } from '@actionbase/core/query/multi-hop/query-item';
import { parseMultiHop, printMultiHop } from '@actionbase/core/wire/multi-hop-json';
import type { Call } from '../http/call.ts';
import { jsonReply, type Reply } from '../http/reply.ts';
import { databaseRoute, type Route, withAccess } from '../http/route.ts';
import { type MoreNeeds, needsOfTable } from '../http/route-access.ts';
import type { Serving } from '../serving.ts';

const READ_OF_ITEMS: MoreNeeds = {
  says: 'read on each database that an item names',
  needsOf: (call, serving) =>
    parse(call, serving)
      .flatMap(withInnerItems)
      .flatMap(({ database, table }) => needsOfTable('read', database, table, serving)),
};

export const QUERY_ROUTES: readonly Route[] = [
  withAccess({ kind: 'named', more: READ_OF_ITEMS }, databaseRoute('POST', '/graph/v3/query', query)),
];

async function query(call: Call, serving: Serving): Promise<Reply> {
  return jsonReply(printMultiHop(await serving.engine.query(parse(call, serving), call.deadlineMs)));
}

function parse(call: Call, { engine }: Serving): readonly QueryItem[] {
  const { queryItemsMax, queryStepsMax, answerEdgesMax } = engine.limits;
  const rules = {
    itemsMax: queryItemsMax,
    stepsMax: queryStepsMax,
    limitMax: answerEdgesMax,
    makeName: randomUUID,
  };
  return parseMultiHop(parseJson(call.body), rules);
}

/** An item with those that stand inside it, as a start or as a target. */
function withInnerItems(item: QueryItem): readonly QueryItem[] {
  const ends = item.type === 'GET' ? [item.source, item.target] : [item.source];
  return [item, ...ends.flatMap((end) => (end.type === 'STEP' ? withInnerItems(end.step) : []))];
}
