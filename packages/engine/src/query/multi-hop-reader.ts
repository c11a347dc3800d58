import type { JsonValue } from '@actionbase/core/codec/json-value';
import { vertexTypeOf } from '@actionbase/core/codec/row-key';
import { Failure, unreachable } from '@actionbase/core/failure';
import type { EdgeKey } from '@actionbase/core/model/edge';
import type { Table } from '@actionbase/core/model/table';
import type { Direction, Value } from '@actionbase/core/model/value';
import { crossKeys } from '@actionbase/core/query/cross-keys';
import type { EdgeRow } from '@actionbase/core/query/edge-row';
import { aggregate } from '@actionbase/core/query/multi-hop/aggregate';
import { cacheFrame, countFrame, directedFrame, type EdgePage } from '@actionbase/core/query/multi-hop/edge-frames';
import { postProcess, TextBudget } from '@actionbase/core/query/multi-hop/post-process';
import type { CacheItem, GetItem, QueryItem, ScanItem, Vertices } from '@actionbase/core/query/multi-hop/query-item';
import { columnValues, distinctValues, type RowFrame } from '@actionbase/core/query/multi-hop/row-frame';
import { castAllForWrite, castForWrite } from '@actionbase/core/reduce/cast';
import type { AnsweredItem } from '@actionbase/core/wire/multi-hop-json';
import type { StoreReader } from '@actionbase/ports/store';
import { type Catalog, resolveTable } from '../catalog/catalog.ts';
import { engineFailures } from '../failures.ts';
import type { EngineLimits } from '../limits.ts';
import { readCounts, readEdges, scanIn } from './edge-reader.ts';
import { seekIn } from './seek-reader.ts';
import type { ReadSource } from './timed-reads.ts';

export interface MultiHopParts {
  readonly store: ReadSource;
  readonly catalog: Catalog;
  readonly limits: EngineLimits;
}

/**
 * Does the items of a multi-hop query in their order, all of them as of one position, and gives those that are to be
 * included. Of two items of one name the later result stands in the place of the first.
 */
export async function readMultiHop(parts: MultiHopParts, items: readonly QueryItem[]): Promise<AnsweredItem[]> {
  const { store, catalog, limits } = parts;
  using reader = store.snapshot();
  const run = new MultiHopRun(reader, catalog, limits);
  for (const item of items) run.frames.set(item.name, await run.read(item));
  const included = new Set(items.filter((item) => item.include).map((item) => item.name));
  return [...run.frames].filter(([name]) => included.has(name)).map(([name, frame]) => ({ name, frame }));
}

/** One query under way. */
class MultiHopRun {
  readonly frames = new Map<string, RowFrame>();
  readonly #reader: StoreReader;
  readonly #catalog: Catalog;
  readonly #limits: EngineLimits;
  readonly #texts = new TextBudget();

  constructor(reader: StoreReader, catalog: Catalog, limits: EngineLimits) {
    this.#reader = reader;
    this.#catalog = catalog;
    this.#limits = limits;
  }

  /** What an item found, after its post-processors and aggregators. */
  async read(item: QueryItem): Promise<RowFrame> {
    const { table } = resolveTable(this.#catalog, item.database, item.table);
    let frame = await this.#find(table, item);
    const limits = { rowsMax: this.#limits.queryRowsMax, texts: this.#texts };
    for (const processor of item.post) frame = postProcess(frame, processor, limits);
    for (const aggregator of item.aggregators) frame = aggregate(frame, aggregator);
    return frame;
  }

  async #find(table: Table, item: QueryItem): Promise<RowFrame> {
    const sources = await this.#vertices(item.source);
    switch (item.type) {
      case 'SELF':
        return this.#get(table, selfKeys(table, sources));
      case 'GET':
        return this.#get(table, await this.#pairs(table, item, sources));
      case 'COUNT': {
        const vertices = castAllForWrite(vertexTypeOf(table, item.direction), sources, 'source');
        const counts = await readCounts(this.#reader, table, { direction: item.direction, vertices });
        return countFrame(table, item.direction, { vertices, counts });
      }
      case 'SCAN':
        return directedFrame(table, item.direction, await this.#scan(table, item, sources));
      case 'CACHE':
        return cacheFrame(table, await this.#seek(table, item, sources));
      default:
        return unreachable(item);
    }
  }

  async #get(table: Table, keys: readonly EdgeKey[]): Promise<RowFrame> {
    const query = { keys, filters: [] };
    return directedFrame(table, 'OUT', await readEdges(this.#reader, table, query, this.#limits));
  }

  async #vertices(vertices: Vertices): Promise<readonly JsonValue[]> {
    const values = await this.#valuesOf(vertices);
    requireAtMost(values.length, this.#limits.queryVerticesMax, 'distinct vertices of one item');
    return values;
  }

  async #valuesOf(vertices: Vertices): Promise<readonly JsonValue[]> {
    switch (vertices.type) {
      case 'VALUE':
        return distinctValues(vertices.values);
      case 'REF': {
        const frame = this.frames.get(vertices.ref);
        return frame === undefined ? [] : columnValues(frame, vertices.field);
      }
      case 'STEP':
        return columnValues(await this.read(vertices.step), vertices.field);
      default:
        return unreachable(vertices);
    }
  }

  async #pairs(table: Table, item: GetItem, sourceValues: readonly JsonValue[]): Promise<EdgeKey[]> {
    const targetValues = await this.#vertices(item.target);
    requireAtMost(
      sourceValues.length * targetValues.length,
      this.#limits.getPairsMax,
      'distinct sources times distinct targets',
    );
    const sources = castAllForWrite(table.idType ?? table.sourceType, sourceValues, 'source');
    const targets = castAllForWrite(table.idType ?? table.targetType, targetValues, 'target');
    return crossKeys(table, sources, targets);
  }

  async #scan(table: Table, item: ScanItem, sources: readonly JsonValue[]): Promise<EdgePage> {
    const { index, direction, limit, offset, ranges } = item;
    // Vertices share the rows that one scan may look at, whatever they match.
    let left = this.#limits.scanRowsMax;
    return this.#join(table, { direction, sources, limit }, async (start) => {
      if (left === 0) throw tooManyRows(this.#limits);
      const query = { index, direction, start, limit, offset, ranges, filters: [], withTotal: false };
      const page = await scanIn(this.#reader, table, query, { ...this.#limits, scanRowsMax: left });
      left -= page.rowsRead;
      return page;
    });
  }

  async #seek(table: Table, item: CacheItem, sources: readonly JsonValue[]): Promise<EdgePage> {
    const { cache, direction, limit } = item;
    return this.#join(table, { direction, sources, limit }, (start) =>
      seekIn(this.#reader, table, { cache, direction, start, limit, offset: undefined }, this.#limits),
    );
  }

  /** One page per vertex, in the order of the vertices. Only the page of a single vertex can be gone on with. */
  async #join(table: Table, asked: Joined, read: (start: Value) => Promise<EdgePage>): Promise<EdgePage> {
    const starts = castAllForWrite(vertexTypeOf(table, asked.direction), asked.sources, 'source');
    const rows: EdgeRow[] = [];
    let page: Pick<EdgePage, 'offset' | 'hasNext'> = { offset: null, hasNext: false };
    for (const start of starts) {
      const frame = await read(start);
      for (const row of frame.rows) rows.push(row);
      if (starts.length === 1) page = frame;
      else if (frame.hasNext && frame.rows.length < asked.limit) throw tooManyRows(this.#limits);
      requireAtMost(rows.length, this.#limits.queryRowsMax, 'rows of one item');
    }
    return { rows, offset: page.offset, hasNext: page.hasNext };
  }
}

interface Joined {
  readonly direction: Direction;
  readonly sources: readonly JsonValue[];
  readonly limit: number;
}

function selfKeys(table: Table, values: readonly JsonValue[]): EdgeKey[] {
  const { idType, sourceType, targetType } = table;
  if (idType !== null) return castAllForWrite(idType, values, 'source').map((id) => ({ kind: 'multiEdge', id }));
  return values.map((value) => ({
    kind: 'edge',
    source: castForWrite(sourceType, value, 'source'),
    target: castForWrite(targetType, value, 'source'),
  }));
}

function requireAtMost(count: number, max: number, what: string): void {
  if (count <= max) return;
  throw new Failure(engineFailures['limit-out-of-range'], `${what} are ${count}; allowed are 0..${max}`, {
    count,
    max,
  });
}

function tooManyRows({ scanRowsMax }: EngineLimits): Failure {
  const message = `the scans of one item look at more than ${scanRowsMax} rows; ask for fewer vertices or lead with narrower ranges`;
  return new Failure(engineFailures['limit-out-of-range'], message, { max: scanRowsMax });
}
