import { encodeBase64Url } from '@actionbase/core/codec/base64url';
import { invariant } from '@actionbase/core/failure';
import type { Rework } from '@actionbase/core/model/rework';
import type { ReworkRecord } from '@actionbase/core/record/log-record';
import { type Catalog, type CatalogTable, compileCatalogTable, withTable } from '../catalog/catalog.ts';
import { type CatalogRow, numbersRow, reworkRow } from '../catalog/catalog-rows.ts';
import { type PassedRows, type PassInput, passCells, passRows } from './pass-rows.ts';
import { isNeeded } from './plan-rework.ts';

export interface ReworkStepInput extends Pick<PassInput, 'reader' | 'overlay' | 'record' | 'rules'> {
  readonly catalog: Catalog;
}

export interface ReworkStepResult {
  readonly catalog: Catalog;
  readonly rows: readonly CatalogRow[];
  /** States that were passed; 0 for a step without effect. */
  readonly states: number;
  /** Cells that were passed. */
  readonly cells: number;
}

/**
 * Takes one step of a table's rework: passes the next rows, adds what they build and remove to the overlay, and advances
 * the cursor. A step that begins elsewhere than the rework stands is without effect.
 */
export async function applyReworkStep(input: ReworkStepInput): Promise<ReworkStepResult> {
  const { catalog, record } = input;
  const entry = catalog.tablesById.get(record.table);
  const reworks = entry?.reworks;
  const rework = reworks?.current;
  if (entry === undefined || reworks === undefined || rework === undefined || !beginsAt(rework, record)) {
    return { catalog, rows: [], states: 0, cells: 0 };
  }
  const pass = record.phase === 'rows' ? passRows : passCells;
  const passed = await pass({ ...input, table: entry.table, rework, cursor: reworks.cursor });
  const next = afterPass(rework, passed);
  const cells = record.phase === 'cells' ? passed.rows : 0;
  return { ...replaceRework(catalog, entry, next), states: passed.states, cells };
}

function beginsAt(rework: Rework, { phase, cursor }: ReworkRecord): boolean {
  return rework.phase === phase && rework.cursor === cursor;
}

/** The rework after some of its rows were passed. */
function afterPass(rework: Rework, passed: PassedRows): Rework {
  const failed = [...rework.failed, ...passed.failed];
  const rows = rework.rows + passed.rows;
  const states = rework.states + passed.states;
  const { builds, isEnd, lastKey } = passed;
  // The last name to be built may have failed, or was dropped meanwhile.
  const needsRows = builds.length > 0 || rework.removes.some(({ kind }) => kind === 'index');
  if (!isEnd && (rework.phase === 'cells' || needsRows)) {
    invariant(lastKey !== undefined, 'a step that does not reach the end has passed a row');
    return { ...rework, builds, failed, rows, states, cursor: encodeBase64Url(lastKey) };
  }
  // What was built is complete; cells of dropped groups and caches may be left.
  const removes = rework.phase === 'rows' ? rework.removes.filter(({ kind }) => kind !== 'index') : [];
  return { builds: [], removes, failed, phase: 'cells', cursor: '', rows, states };
}

function replaceRework(
  catalog: Catalog,
  entry: CatalogTable,
  rework: Rework,
): Pick<ReworkStepResult, 'catalog' | 'rows'> {
  const { definition, reworks } = entry;
  const list = (reworks?.list ?? []).map((other) => (other === reworks?.current ? rework : other)).filter(isNeeded);
  const next = withTable(catalog, compileCatalogTable(definition, list, catalog.saltBytes));
  const counted = { ...next, revision: next.revision + 1 };
  return { catalog: counted, rows: [reworkRow(definition.id, list), numbersRow(counted)] };
}
