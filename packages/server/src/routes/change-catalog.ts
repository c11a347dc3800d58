import { Failure } from '@actionbase/core/failure';
import type { CatalogChange, CatalogEntity } from '@actionbase/core/model/catalog';
import type { Call } from '../http/call.ts';
import type { Serving } from '../serving.ts';
import { stampOf } from './metadata-parts.ts';

/** Asks the engine for a change of metadata, and leaves an audit line whatever comes of it. All routes change through here. */
export async function changeCatalog(
  call: Call,
  { engine, clock, audit }: Serving,
  change: CatalogChange,
): Promise<CatalogEntity | null> {
  try {
    const entity = await engine.changeCatalog(change, stampOf(call, clock), call.deadlineMs);
    audit.change(call.caller, change, 'done');
    return entity;
  } catch (error) {
    audit.change(call.caller, change, error instanceof Failure ? error.code : 'internal-error');
    throw error;
  }
}
