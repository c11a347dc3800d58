import { keyOwner, recordTypeOf } from '@actionbase/core/codec/record-type';
import type { PlantedDamage } from '@actionbase/engine/testing/planted-damage';
import type { MemoryStore } from '@actionbase/ports/memory/memory-store';
import type { SeededRandom } from '@actionbase/ports/memory/seeded-random';
import type { RowWrite } from '@actionbase/ports/store';
import { audit } from './inspector.ts';
import type { World } from './world.ts';

/** Sorts of rows that a recount can make again. */
const KINDS = ['index', 'count', 'group', 'cache'] as const;
const TABLES = ['wish', 'orders'] as const;
const ROWS_MAX = 10_000;
const GROUP_SUM_END = 8;

/**
 * Loses or changes a row of each kind of each table behind the engine's back, has the tables audited and repaired, and audits
 * them again: the audit must find each and leave none. The checkers of the run then recount everything. Answers how many.
 */
export async function damageAndRepair(world: World, planted: PlantedDamage, random: SeededRandom): Promise<number> {
  const engine = world.database?.engine;
  if (engine === undefined) return 0;
  let count = 0;
  for (const name of TABLES) {
    const entry = engine.catalog.tables.get(`shop.${name}`);
    if (entry === undefined || !entry.definition.active) continue;
    const { table } = entry;
    for (const kind of KINDS) {
      const damage = drawDamage(world.store, { space: table.id, kind }, random);
      if (damage === undefined) continue;
      await planted.plant({ engine }, [damage]);
      const what = `a ${kind} row of ${name} that was ${damage.value === undefined ? 'lost' : 'changed'}`;
      const first = await audit(engine, name, true);
      if (!first.found.some((difference) => difference.startsWith(`a ${kind} row`)))
        world.ledger.violate(`an audit did not find ${what}`);
      const again = await audit(engine, name, false);
      for (const left of [...first.left, ...again.found]) world.ledger.violate(`a repair of ${what} left ${left}`);
      count += 1;
    }
  }
  return count;
}

/** The loss of a row, or a change of its last byte; undefined when there is none of the kind. */
function drawDamage(
  store: MemoryStore,
  { space, kind }: { readonly space: number; readonly kind: (typeof KINDS)[number] },
  random: SeededRandom,
): RowWrite | undefined {
  const found = rowsOf(store, space).filter(({ key }) => recordTypeOf(key, 0) === kind);
  const row = found[random.below(Math.max(1, found.length))];
  if (row === undefined) return undefined;
  // A group's cell begins with its sum; then comes the time of its last entry, which nobody can recount: it is not lost.
  if (kind !== 'group' && random.next() < 0.5) return { ...row, value: undefined };
  const at = kind === 'group' ? GROUP_SUM_END - 1 : row.value.length - 1;
  const value = row.value.slice();
  value[at] = (value[at] ?? 0) ^ 1;
  return { ...row, value };
}

function rowsOf(store: MemoryStore, space: number): StoredRow[] {
  const rows = store.scan({ space, limit: ROWS_MAX });
  const cells = store.scanCells({ space, key: new Uint8Array(0), limit: ROWS_MAX });
  return [
    ...rows.rows.map((row) => ({ space, ...row })),
    ...cells.cells.map(({ qualifier, value }) => {
      const { sizeBytes } = keyOwner(qualifier, 0);
      return { space, key: qualifier.subarray(0, sizeBytes), qualifier: qualifier.subarray(sizeBytes), value };
    }),
  ];
}

interface StoredRow extends RowWrite {
  readonly value: Uint8Array;
}
