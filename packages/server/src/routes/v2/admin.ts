import { Failure } from '@actionbase/core/failure';
import { typeOfTable } from '@actionbase/core/wire/v2/label-words';
import { engineFailures } from '@actionbase/engine/failures';
import type { Call } from '../../http/call.ts';
import { jsonReply, type Reply } from '../../http/reply.ts';
import { databaseRoute, type Route, withAccess } from '../../http/route.ts';
import { ANY_TOKEN } from '../../http/route-access.ts';
import type { Serving } from '../../serving.ts';
import { deleteReply } from './ddl.ts';

const SERVICE = '/graph/v2/admin/service/{service}';

export const ADMIN_ROUTES: readonly Route[] = [
  withAccess(ANY_TOKEN, databaseRoute('GET', '/graph/v2/admin/labels', describeLabels)),
  databaseRoute('DELETE', SERVICE, deleteService),
  databaseRoute('DELETE', `${SERVICE}/label/{label}`, deleteLabel),
];

/** A text about every active label and alias, by name. */
function describeLabels({ caller }: Call, { engine: { catalog } }: Serving): Reply {
  const texts = new Map<string, string>();
  for (const [name, { definition }] of catalog.tables) {
    const { database, active, schema, layout, storage, mode } = definition;
    if (active && caller.sees(database))
      texts.set(name, `${typeOfTable(schema.kind, layout)}(storage=${storage}, mode=${mode})`);
  }
  for (const [name, { database, active, tableDatabase, table }] of catalog.aliases) {
    if (active && caller.sees(database)) texts.set(name, `Alias(${tableDatabase}.${table})`);
  }
  const sorted = [...texts].sort(([a], [b]) => (a < b ? -1 : 1));
  return jsonReply(JSON.stringify(Object.fromEntries(sorted)));
}

async function deleteService(call: Call, serving: Serving): Promise<Reply> {
  const database = call.segment('service');
  const { catalog } = serving.engine;
  const labels = [...catalog.tables]
    .filter(([, { definition }]) => definition.active && definition.database === database)
    .map(([name]) => name);
  if (labels.length > 0) {
    const message = `Service ${database} has active labels: ${labels.sort().join(',')}`;
    throw new Failure(engineFailures['precondition-failed'], message, { service: database, labels: labels.length });
  }
  const isKnown = catalog.databases.has(database);
  return deleteReply(call, serving, { change: { kind: 'delete-database', database }, isKnown });
}

function deleteLabel(call: Call, serving: Serving): Promise<Reply> {
  const names = { database: call.segment('service'), table: call.segment('label') };
  const isKnown = serving.engine.catalog.tables.has(`${names.database}.${names.table}`);
  return deleteReply(call, serving, { change: { kind: 'delete-table', ...names }, isKnown });
}
