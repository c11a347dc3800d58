import { parseJson } from '@actionbase/core/codec/json-text';
import { Failure } from '@actionbase/core/failure';
import { coreFailures } from '@actionbase/core/failures';
import type { CatalogChange, TableDefinition } from '@actionbase/core/model/catalog';
import { planLabelUpdate } from '@actionbase/core/wire/v2/label-change';
import {
  type LabelCopy,
  parseLabelCopy,
  parseLabelCreate,
  parseLabelUpdate,
} from '@actionbase/core/wire/v2/label-json';
import type { Call } from '../../http/call.ts';
import { emptyReply, type Reply, textReply } from '../../http/reply.ts';
import { databaseRoute, type Route } from '../../http/route.ts';
import { SERVER_LIMITS } from '../../limits.ts';
import type { Serving } from '../../serving.ts';
import { changeReply, ddlReply, entityReply, inOrder, pageReply, requireV2Name } from './ddl.ts';

const ALL = '/graph/v2/service/{service}/label';
const ONE = `${ALL}/{label}`;

export const LABEL_ROUTES: readonly Route[] = [
  databaseRoute('GET', ALL, listLabels),
  databaseRoute('GET', ONE, getLabel),
  databaseRoute('POST', ONE, createLabel),
  databaseRoute('PUT', ONE, updateLabel),
  databaseRoute('POST', `${ONE}/copy`, copyLabel),
  // It answers plain text, whatever the Accept header says.
  { ...databaseRoute('GET', `${ONE}/status`, describeLabel), writes: 'anything' },
];

function listLabels(call: Call, serving: Serving): Reply {
  const { catalog } = serving.engine;
  const service = call.segment('service');
  const tables = [...catalog.tables.values()].map(({ definition }) => definition);
  const own = tables.filter(({ database }) => database === service);
  return pageReply(
    call,
    serving,
    inOrder(own, ({ table }) => table).map((definition) => ({ kind: 'table', definition })),
  );
}

function getLabel(call: Call, serving: Serving): Reply {
  const definition = labelOf(call, serving);
  return entityReply(call, serving, definition && { kind: 'table', definition });
}

function createLabel(call: Call, serving: Serving): Promise<Reply> {
  const database = requireV2Name(call, 'service');
  const table = requireV2Name(call, 'label');
  const created = parseLabelCreate(parseJson(call.body));
  return changeReply(call, serving, { kind: 'create-table', database, table, ...created });
}

/** An update that another one of the same label overtook is made again from what that one left. */
async function updateLabel(call: Call, serving: Serving): Promise<Reply> {
  const update = parseLabelUpdate(parseJson(call.body));
  for (let attempt = 1; ; attempt++) {
    const before = labelOf(call, serving);
    if (before === undefined) return ddlReply('IDLE');
    try {
      return await changeReply(call, serving, planLabelUpdate(before, update));
    } catch (error) {
      if (!isOvertaken(error) || attempt === SERVER_LIMITS.labelUpdateAttemptsMax) throw error;
    }
  }
}

function isOvertaken(error: unknown): boolean {
  return error instanceof Failure && error.kind === coreFailures['schema-changed'];
}

async function copyLabel(call: Call, serving: Serving): Promise<Reply> {
  const copy = parseLabelCopy(parseJson(call.body));
  const original = labelOf(call, serving);
  if (original === undefined) return ddlReply('IDLE');
  return changeReply(call, serving, copyOf(original, call.segment('service'), copy));
}

/** The reference knows a status of no kind of label either. */
function describeLabel(call: Call, serving: Serving): Reply {
  return labelOf(call, serving) === undefined ? emptyReply(404) : textReply(200, 'N/A');
}

/** The change that makes a label of the same definition, without the rows, in a service. */
export function copyOf(original: TableDefinition, service: string, copy: LabelCopy): CatalogChange {
  const { schema, mode, comment, layout, event, readOnly } = original;
  const parts = { schema, mode, comment, layout, event, readOnly };
  return { kind: 'create-table', database: service, table: copy.target, storage: copy.storage, ...parts };
}

function labelOf(call: Call, { engine }: Serving): TableDefinition | undefined {
  return engine.catalog.tables.get(`${call.segment('service')}.${call.segment('label')}`)?.definition;
}
