import { decodeGroupQualifier, encodeGroupKey } from '@actionbase/core/codec/row-key';
import { decodeGroupCell } from '@actionbase/core/codec/row-value';
import { Failure } from '@actionbase/core/failure';
import type { Table, TableGroup } from '@actionbase/core/model/table';
import type { Direction, Value } from '@actionbase/core/model/value';
import { type CellSpan, planAgg } from '@actionbase/core/query/agg-plan';
import { justAfter } from '@actionbase/core/query/byte-order';
import type { Predicate } from '@actionbase/core/query/predicate';
import type { GroupSum, GroupSumCell } from '@actionbase/core/wire/agg-json';
import type { StoreReader } from '@actionbase/ports/store';
import { requireIndexed } from '../catalog/table-layout.ts';
import { engineFailures } from '../failures.ts';
import type { EngineLimits } from '../limits.ts';
import { requireReady } from './require-ready.ts';
import type { ReadSource } from './timed-reads.ts';

export interface AggQuery {
  readonly group: string;
  readonly direction: Direction;
  readonly starts: readonly Value[];
  readonly ranges: readonly Predicate[];
  /** This moment: what "now" means, and from when a cell's age counts. */
  readonly nowMs: number;
}

export interface AggSums {
  /** Null for a NIL table, which takes any name. */
  readonly group: TableGroup | null;
  /** In the order of the starts; those without a visible cell are left out. */
  readonly sums: readonly GroupSum[];
}

/** Sums up the cells of a group that `ranges` name, per start, all as of one position. */
export async function readAgg(
  store: ReadSource,
  table: Table,
  query: AggQuery,
  limits: EngineLimits,
): Promise<AggSums> {
  if (table.layout === 'NIL') return { group: null, sums: [] };
  const group = requireGroup(table, query.group);
  const span = planAgg(group, query.ranges, query.nowMs);
  if (span === null) return { group, sums: [] };
  using reader = store.snapshot();
  const cells = new CellReader({ reader, table, group, query, span, limits });
  const sums: GroupSum[] = [];
  for (const start of query.starts) {
    const found = await cells.read(start);
    if (found.length === 0) continue;
    const value = BigInt.asIntN(
      64,
      found.reduce((sum, cell) => sum + cell.value, 0n),
    );
    sums.push({ start, value, cells: found });
  }
  return { group, sums };
}

interface CellReaderParts {
  readonly reader: StoreReader;
  readonly table: Table;
  readonly group: TableGroup;
  readonly query: AggQuery;
  readonly span: CellSpan;
  readonly limits: EngineLimits;
}

/** Reads cells of one request, whose number is bounded. */
class CellReader {
  readonly #parts: CellReaderParts;
  #left: number;

  constructor(parts: CellReaderParts) {
    this.#parts = parts;
    this.#left = parts.limits.aggCellsMax;
  }

  /** The visible cells of a vertex. */
  async read(vertex: Value): Promise<GroupSumCell[]> {
    const { reader, table, group, query, span, limits } = this.#parts;
    const key = encodeGroupKey(table, group, query.direction, vertex);
    const found: GroupSumCell[] = [];
    // A key that is longer than a row's may be has no row.
    if (key.length > reader.keyBytesMax) return found;
    for (let start = span.start; ; ) {
      const page = await reader.scanCells({ space: table.id, key, start, end: span.end, limit: limits.pageRowsMax });
      this.#spend(page.cells.length);
      for (const { qualifier, value } of page.cells) {
        const cell = decodeGroupCell(value);
        if (!this.#isVisible(cell.lastMs)) continue;
        found.push({ groupValues: decodeGroupQualifier(group, qualifier), value: cell.sum });
      }
      const last = page.cells.at(-1);
      if (!page.more || last === undefined) return found;
      start = justAfter(last.qualifier);
    }
  }

  /** A cell is hidden when its last entry is older than the group's ttl. One of the reference tells no time: it stays. */
  #isVisible(lastMs: number): boolean {
    const { group, query } = this.#parts;
    return lastMs === 0 || query.nowMs - lastMs <= group.ttlMs;
  }

  #spend(cells: number): void {
    this.#left -= cells;
    if (this.#left >= 0) return;
    const { aggCellsMax } = this.#parts.limits;
    const message = `the ranges name more than ${aggCellsMax} cells of the group; ask for fewer starts or narrower ranges`;
    throw new Failure(engineFailures['limit-out-of-range'], message, { max: aggCellsMax });
  }
}

function requireGroup(table: Table, name: string): TableGroup {
  requireIndexed(table);
  const group = table.groups.find((one) => one.name === name);
  if (group !== undefined) {
    requireReady(table, 'group', group);
    return group;
  }
  const known = table.groups.map((one) => one.name).join(', ') || 'none';
  const message = `group \`${name}\` is not found in label \`${table.database}.${table.name}\`. It has: ${known}.`;
  throw new Failure(engineFailures['unknown-group'], message, { group: name });
}
