import { Failure } from '@actionbase/core/failure';
import type { ReworkName } from '@actionbase/core/model/rework';
import type { Building, Table } from '@actionbase/core/model/table';
import { engineFailures } from '../failures.ts';

/** Refuses to read an index, group or cache whose rows are not complete. Failure: `not-ready`. */
export function requireReady(
  table: Table,
  kind: ReworkName['kind'],
  { name, building }: { readonly name: string; readonly building?: Building | undefined },
): void {
  if (building === undefined) return;
  const what = `${kind} \`${name}\` of \`${table.database}.${table.name}\``;
  const { states, failure } = building;
  const message =
    failure === null
      ? `${what} is still being built: the rows of ${states} edges, deleted ones included, are there; try again later`
      : `${what} could not be built at ${failure}; drop it, and create it again when that is changed`;
  throw new Failure(engineFailures['not-ready'], message, { [kind]: name, states });
}
