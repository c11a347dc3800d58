import { randomUUID } from 'node:crypto';
import { parseJson } from '@actionbase/core/codec/json-text';
import { parseMultiHop, printMultiHop } from '@actionbase/core/wire/multi-hop-json';
import type { Call } from '../http/call.ts';
import { jsonReply, type Reply } from '../http/reply.ts';
import { databaseRoute, type Route } from '../http/route.ts';
import type { Serving } from '../serving.ts';

export const QUERY_ROUTES: readonly Route[] = [databaseRoute('POST', '/graph/v3/query', query)];

async function query(call: Call, { engine }: Serving): Promise<Reply> {
  const { queryItemsMax, queryStepsMax, answerEdgesMax } = engine.limits;
  const rules = {
    itemsMax: queryItemsMax,
    stepsMax: queryStepsMax,
    limitMax: answerEdgesMax,
    makeName: randomUUID,
  };
  return jsonReply(printMultiHop(await engine.query(parseMultiHop(parseJson(call.body), rules))));
}
