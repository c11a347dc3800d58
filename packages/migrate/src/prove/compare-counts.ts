import type { LegacyCounts, LegacySource } from '@actionbase/ports/legacy';
import type { CountsMapping, Migration } from '../declare/migration.ts';
import type { RowMapping } from '../declare/row-mapping.ts';
import type { Mismatch } from './mismatch.ts';

export interface CompareCountsParts {
  readonly migration: Migration;
  readonly mapping: RowMapping;
  readonly legacy: LegacySource;
  readonly counts: LegacyCounts;
  readonly sleep: (ms: number) => Promise<void>;
  readonly rechecks: number;
  readonly recheckMs: number;
}

/** A count that is not the number of rows. */
interface CountDifference {
  readonly vertex: string;
  readonly served: bigint;
  readonly rows: bigint;
}

/** Compares the counts that the old side serves with the rows of its table: those that go on to differ. */
export async function compareCounts(parts: CompareCountsParts, declared: CountsMapping): Promise<Mismatch[]> {
  let suspects = await diffCounts(parts, declared);
  for (let times = 0; times < parts.rechecks && suspects.size > 0; times += 1) {
    await parts.sleep(parts.recheckMs);
    const again = await diffCounts(parts, declared);
    suspects = new Map([...again].filter(([vertex]) => suspects.has(vertex)));
  }
  return [...suspects.values()].map((difference) => mismatchOf(declared, difference));
}

async function diffCounts({ migration, mapping, legacy, counts }: CompareCountsParts, declared: CountsMapping) {
  const served = new Map<string, bigint>();
  for await (const page of counts.scan()) {
    for (const [key, count] of page)
      if (key.startsWith(declared.prefix)) served.set(key.slice(declared.prefix.length), count);
  }
  const differences = new Map<string, CountDifference>();
  const field = declared.of === 'source' ? mapping.sourceField : mapping.targetField;
  for await (const page of legacy.countBy({ table: migration.from, field })) {
    for (const [vertex, rows] of page.counts) {
      const count = served.get(vertex) ?? 0n;
      if (count !== rows) differences.set(vertex, { vertex, served: count, rows });
      served.delete(vertex);
    }
  }
  for (const [vertex, count] of served) if (count !== 0n) differences.set(vertex, { vertex, served: count, rows: 0n });
  return differences;
}

function mismatchOf({ name, prefix, of }: CountsMapping, { vertex, served, rows }: CountDifference): Mismatch {
  return {
    kind: 'count',
    name,
    id: `count:${name}:${vertex}`,
    text: `${prefix}${vertex}: the old side serves ${served}, and its table has ${rows} rows of this ${of}`,
    key: null,
    fields: [{ field: `${prefix}${vertex}`, legacy: String(served), new: String(rows) }],
    touchedBy: { legacy: [], new: [] },
  };
}
