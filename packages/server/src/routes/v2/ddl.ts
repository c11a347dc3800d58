import { Failure, invariant, unreachable } from '@actionbase/core/failure';
import { coreFailures } from '@actionbase/core/failures';
import type { Audit, CatalogChange, CatalogEntity } from '@actionbase/core/model/catalog';
import { printV2Alias } from '@actionbase/core/wire/v2/alias-json';
import { type DdlWord, printDdlPage, printDdlStatus } from '@actionbase/core/wire/v2/ddl-json';
import { checkV2Name } from '@actionbase/core/wire/v2/entity-name';
import { printLabel } from '@actionbase/core/wire/v2/label-json';
import { printQuery } from '@actionbase/core/wire/v2/query-json';
import { printService } from '@actionbase/core/wire/v2/service-json';
import { printStorage } from '@actionbase/core/wire/v2/storage-json';

import { engineFailures } from '@actionbase/engine/failures';
import type { Call } from '../../http/call.ts';
import { emptyReply, jsonReply, type Reply } from '../../http/reply.ts';
import type { Serving } from '../../serving.ts';
import { changeCatalog } from '../change-catalog.ts';

/**
 * Makes a change and answers its DdlStatus: v2 tells with status 200 that what a create names exists (ERROR), and that what
 * an update names does not (IDLE). Other refusals stay failures.
 */
export async function changeReply(call: Call, serving: Serving, change: CatalogChange): Promise<Reply> {
  let entity: CatalogEntity | null;
  try {
    entity = await changeCatalog(call, serving, change);
  } catch (error) {
    if (isRefusal(error, 'already-exists')) return ddlReply('ERROR');
    if (isRefusal(error, 'not-found')) return ddlReply('IDLE');
    throw error;
  }
  invariant(entity !== null, 'a create or an update answers the entity');
  const status = change.kind.startsWith('create-') ? 'CREATED' : 'UPDATED';
  return jsonReply(printDdlStatus(status, printEntity(call, serving, entity)));
}

/** Deletes what `isKnown` says is there; what is not there is left alone. */
export async function deleteReply(
  call: Call,
  serving: Serving,
  { change, isKnown }: { readonly change: CatalogChange; readonly isKnown: boolean },
): Promise<Reply> {
  if (!isKnown) return ddlReply('IDLE');
  await changeCatalog(call, serving, change);
  return ddlReply('DELETED');
}

/** A DdlStatus without an entity. */
export function ddlReply(status: DdlWord): Reply {
  return jsonReply(printDdlStatus(status));
}

/** One entity, or 404 without a body. */
export function entityReply(call: Call, serving: Serving, entity: CatalogEntity | undefined): Reply {
  return entity === undefined ? emptyReply(404) : jsonReply(printEntity(call, serving, entity));
}

/** A page of all entities. */
export function pageReply(call: Call, serving: Serving, entities: readonly CatalogEntity[]): Reply {
  return jsonReply(printDdlPage(entities.map((entity) => printEntity(call, serving, entity))));
}

/** The oldest first, inactive ones included; those of one millisecond by name. */
export function inOrder<E extends Audit>(entities: Iterable<E>, nameOf: (entity: E) => string): E[] {
  return [...entities].sort((a, b) => a.createdAt - b.createdAt || (nameOf(a) < nameOf(b) ? -1 : 1));
}

/** A name in the path of a call that creates something. Failure: `validation-failed`. */
export function requireV2Name(call: Call, segment: string): string {
  const name = call.segment(segment);
  const problem = checkV2Name(segment, name);
  if (problem !== '') throw new Failure(coreFailures['validation-failed'], problem, { [segment]: name });
  return name;
}

function isRefusal(error: unknown, code: 'already-exists' | 'not-found'): boolean {
  return error instanceof Failure && error.kind === engineFailures[code];
}

/** An alias is shown with its label to those who may read the label's service: it gives no right on what it leads to. */
function printEntity({ caller }: Call, { engine: { catalog } }: Serving, entity: CatalogEntity): string {
  switch (entity.kind) {
    case 'database':
      return printService(entity.definition);
    case 'table':
      return printLabel(entity.definition);
    case 'alias': {
      const { tableDatabase, table } = entity.definition;
      const label = caller.sees(tableDatabase) ? catalog.tables.get(`${tableDatabase}.${table}`) : undefined;
      return printV2Alias(entity.definition, label?.definition);
    }
    case 'query':
      return printQuery(entity.definition);
    case 'storage':
      return printStorage(entity.definition);
    default:
      return unreachable(entity);
  }
}
