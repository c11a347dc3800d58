import type { FailureDetails, FailureKind } from '@actionbase/core/failure';
import type { Audit, CatalogChange, CatalogEntity } from '@actionbase/core/model/catalog';
import type { RequestStamp } from '@actionbase/core/record/log-record';
import { engineFailures } from '../failures.ts';
import type { Catalog } from './catalog.ts';
import { type CatalogRow, numbersRow } from './catalog-rows.ts';

/** What a change would do, as data. */
export type CatalogPlan =
  | {
      readonly kind: 'changed';
      readonly catalog: Catalog;
      readonly entity: CatalogEntity | null;
      readonly rows: readonly CatalogRow[];
    }
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'refused';
      readonly failure: FailureKind;
      readonly message: string;
      readonly details: FailureDetails;
    };

/** What a plan has to know besides the catalog; the same at every replay. */
export interface ChangeFacts {
  readonly stamp: RequestStamp;
  /** Whether the table that the change names holds rows at this position. */
  readonly hasRows: boolean;
}

/** The changes of one kind. */
export type Change<K extends CatalogChange['kind']> = Extract<CatalogChange, { kind: K }>;

/** Every change raises the catalog's revision and keeps it, so that a reader can tell two catalogs apart. */
export function changed(catalog: Catalog, entity: CatalogEntity | null, rows: readonly CatalogRow[]): CatalogPlan {
  const next = { ...catalog, revision: catalog.revision + 1 };
  return { kind: 'changed', catalog: next, entity, rows: [...rows, numbersRow(next)] };
}

/** The audit members of a new entity. */
export function created(stamp: RequestStamp): Audit {
  return {
    revision: 1,
    createdAt: stamp.timeMs,
    createdBy: stamp.actor,
    updatedAt: stamp.timeMs,
    updatedBy: stamp.actor,
  };
}

/** The audit members that a change of an entity replaces. */
export function updated(before: Audit, stamp: RequestStamp): Pick<Audit, 'revision' | 'updatedAt' | 'updatedBy'> {
  return { revision: before.revision + 1, updatedAt: stamp.timeMs, updatedBy: stamp.actor };
}

export function refused(code: keyof typeof engineFailures, message: string, details: FailureDetails): CatalogPlan {
  return { kind: 'refused', failure: engineFailures[code], message, details };
}

export function exists(kind: string, name: string): CatalogPlan {
  return refused('already-exists', `${kind} ${name} already exists`, { [kind]: name });
}

export function notFound(kind: string, name: string): CatalogPlan {
  return refused('not-found', `no ${kind} ${name}`, { [kind]: name });
}

/** The refusal of a precondition, about one entity. The operation is the reference's word: "create" for a delete, too. */
export function ddlRefused(operation: 'create' | 'update', reason: string, name: string): CatalogPlan {
  return ddlRefusedWith(operation, [`${reason} : ${name}`], { entity: name });
}

/** The reference answers preconditions with JSON text inside the message; programs may parse it, so it stays. */
export function ddlRefusedWith(operation: string, reasons: readonly string[], details: FailureDetails): CatalogPlan {
  const message = [`ddl ${operation} failed...`, ...reasons].join('\n');
  return refused('precondition-failed', JSON.stringify({ status: 'BAD_REQUEST', message }), details);
}
