import type { JsonObject, JsonValue } from '@actionbase/core/codec/json-value';
import type { EventType } from '@actionbase/core/model/edge';
import type { Direction } from '@actionbase/core/model/value';
import { badArgument } from './actionbase-error.ts';
import { type Conditions, printConditions } from './conditions.ts';
import { DATABASES } from './databases.ts';
import { edgeJson, keyJson } from './edge-json.ts';
import type {
  Edge,
  EdgeInput,
  EdgePage,
  EdgeResult,
  GroupSum,
  Integer,
  MultiEdgeInput,
  MultiEdgeResult,
  Mutation,
  VertexCount,
  VertexInput,
} from './edge-shapes.ts';
import type { CallOptions, HttpTransport } from './http-transport.ts';
import { type Loaded, type LoadOptions, loadEdges } from './load-edges.ts';
import { readAnswer } from './read-answer.ts';
import {
  readCount,
  readCounts,
  readEdgePage,
  readEdgeResults,
  readGroupSums,
  readMultiEdgeResults,
} from './read-edges.ts';

export interface MutateOptions extends CallOptions {
  /** Answers after the mutations took effect, also when the table's mode is ASYNC. */
  readonly sync?: boolean | undefined;
  /** With `sync`: overrides a mode of the table or of the system that would not allow it. */
  readonly force?: boolean | undefined;
}

export interface FilterOptions extends CallOptions {
  readonly filters?: Conditions | undefined;
}

export interface SeekOptions extends CallOptions {
  readonly start: VertexInput;
  readonly direction: Direction;
  /** Most edges of a page; 10 when missing. */
  readonly limit?: number | undefined;
  /** The `offset` of the page before. */
  readonly offset?: string | undefined;
}

export interface ScanOptions extends SeekOptions, FilterOptions {
  /** On the leading fields of the index, in their order. */
  readonly ranges?: Conditions | undefined;
  /** Asks for `total`: how many edges the start has in all. Not together with ranges or filters. */
  readonly total?: boolean | undefined;
}

export interface AggOptions extends CallOptions {
  readonly starts: readonly VertexInput[];
  readonly direction: Direction;
  /** On the group's fields in their order: `eq` on all but the last, `eq` or `bt` on the last. */
  readonly ranges: Conditions;
  /** Asks for the cells that were summed up. */
  readonly accumulators?: boolean | undefined;
}

export interface ScanAllOptions extends Omit<ScanOptions, 'limit' | 'total'> {
  /** Edges per request; 500 when missing. */
  readonly pageSize?: number | undefined;
}

const PAGE_SIZE_DEFAULT = 500;
/** Starts of one `counts` request, in characters of its address: servers and proxies refuse long ones. */
const STARTS_LENGTH_MAX = 6_000;

/**
 * One table (or alias) of the server: writes, reads and counts its edges.
 *
 * One request is one unit: its mutations are admitted or refused together, and those of one edge are merged into one
 * result. Results of many come in the server's order, sorted by their keys, and not in the order of the request.
 *
 * A write whose outcome is not known (a broken connection, a server that stopped) is sent again. That is harmless, since
 * an event that comes a second time changes nothing, with three limits. The result is the second sending's: IDLE for an
 * edge that the first one created. If somebody else wrote *the same version* of the edge in between, the event that comes
 * last wins, which is now ours. And an event that was refused the first time may fit the second time, when others have
 * changed the edge. With `retries: 0` nothing is sent twice.
 */
export class TableHandle {
  readonly database: string;
  readonly table: string;
  readonly #transport: HttpTransport;

  constructor(transport: HttpTransport, database: string, table: string) {
    this.#transport = transport;
    this.database = database;
    this.table = table;
  }

  /** Creates an edge or replaces it whole: properties that are not named are unset. */
  insert(edge: EdgeInput, options?: MutateOptions): Promise<EdgeResult>;
  insert(edge: MultiEdgeInput, options?: MutateOptions): Promise<MultiEdgeResult>;
  insert(edges: readonly EdgeInput[], options?: MutateOptions): Promise<readonly EdgeResult[]>;
  insert(edges: readonly MultiEdgeInput[], options?: MutateOptions): Promise<readonly MultiEdgeResult[]>;
  insert(edges: OneOrMany, options?: MutateOptions): Promise<OneOrManyResults> {
    return this.#mutateAs('INSERT', edges, options);
  }

  /** Changes the named properties of an edge; one that does not exist is not created. */
  update(edge: EdgeInput, options?: MutateOptions): Promise<EdgeResult>;
  update(edge: MultiEdgeInput, options?: MutateOptions): Promise<MultiEdgeResult>;
  update(edges: readonly EdgeInput[], options?: MutateOptions): Promise<readonly EdgeResult[]>;
  update(edges: readonly MultiEdgeInput[], options?: MutateOptions): Promise<readonly MultiEdgeResult[]>;
  update(edges: OneOrMany, options?: MutateOptions): Promise<OneOrManyResults> {
    return this.#mutateAs('UPDATE', edges, options);
  }

  /** Deletes an edge; older events that come later stay without effect. */
  delete(edge: EdgeInput, options?: MutateOptions): Promise<EdgeResult>;
  delete(edge: MultiEdgeInput, options?: MutateOptions): Promise<MultiEdgeResult>;
  delete(edges: readonly EdgeInput[], options?: MutateOptions): Promise<readonly EdgeResult[]>;
  delete(edges: readonly MultiEdgeInput[], options?: MutateOptions): Promise<readonly MultiEdgeResult[]>;
  delete(edges: OneOrMany, options?: MutateOptions): Promise<OneOrManyResults> {
    return this.#mutateAs('DELETE', edges, options);
  }

  /** Sends mutations of any types in one request. */
  mutate(mutations: readonly Mutation[], options?: MutateOptions): Promise<readonly EdgeResult[]>;
  mutate(mutations: readonly Mutation<MultiEdgeInput>[], options?: MutateOptions): Promise<readonly MultiEdgeResult[]>;
  mutate(mutations: readonly AnyMutation[], options?: MutateOptions): Promise<Results>;
  mutate(mutations: readonly AnyMutation[], options?: MutateOptions): Promise<Results> {
    return this.#mutate(mutations, options);
  }

  /**
   * Inserts edges in bulk, in requests of many: as `insert` does, at a fraction of the cost. Best sorted by their keys; an
   * edge that was loaded before, or is written meanwhile, keeps what its newest version says. Each request is durable and in
   * effect as a whole. The first that fails ends the load; `onAcknowledged` tells how far it had come.
   */
  load(
    edges: Iterable<EdgeInput | MultiEdgeInput> | AsyncIterable<EdgeInput | MultiEdgeInput>,
    options: LoadOptions = {},
  ): Promise<Loaded> {
    return loadEdges(this.#transport, this.#path(), { edges, options });
  }

  /** Reads one edge; undefined when there is none. */
  async get(source: VertexInput, target: VertexInput, options?: FilterOptions): Promise<Edge | undefined> {
    const [edge] = await this.getMany([source], [target], options);
    return edge;
  }

  /** Reads the edges of all pairs of these sources and targets, source by source; missing ones are left out. */
  async getMany(
    sources: readonly VertexInput[],
    targets: readonly VertexInput[],
    options?: FilterOptions,
  ): Promise<readonly Edge[]> {
    const body = { source: sources.map(String), target: targets.map(String), ...filtersBody(options) };
    return this.#readByPost(['edges', 'get'], body, options);
  }

  /** Reads multi edges by their ids; missing ones are left out. */
  async ids(ids: readonly (VertexInput | boolean)[], options?: FilterOptions): Promise<readonly Edge[]> {
    return this.#readByPost(['multi-edges', 'ids'], { ids: ids.map(keyJson), ...filtersBody(options) }, options);
  }

  /** Counts the active edges of a vertex. */
  async count(start: VertexInput, direction: Direction, options?: CallOptions): Promise<Integer> {
    return (await this.#countOne(start, direction, options)).count;
  }

  /** Counts the active edges of several vertices, in their order; one that is named twice is counted once. */
  async counts(
    starts: readonly VertexInput[],
    direction: Direction,
    options?: CallOptions,
  ): Promise<readonly VertexCount[]> {
    const counts: VertexCount[] = [];
    for (const group of groupStarts(new Set(starts.map(String)))) {
      const [first] = group;
      // One value would be split at its commas.
      if (group.length === 1 && first !== undefined) counts.push(await this.#countOne(first, direction, options));
      else counts.push(...(await this.#countGroup(group, direction, options)));
    }
    return counts;
  }

  /** Reads one page of a vertex' edges in the order of an index. */
  async scan(index: string, scan: ScanOptions): Promise<EdgePage> {
    const { ranges, filters, total } = scan;
    const query = pageQuery(scan);
    if (ranges !== undefined && ranges.length > 0) query.push(['ranges', printConditions(ranges)]);
    if (filters !== undefined && filters.length > 0) query.push(['filters', printConditions(filters)]);
    if (total === true) query.push(['features', 'total']);
    const path = this.#path('edges', 'scan', index);
    const call = { method: 'GET', path, query, repeatable: true, options: scan } as const;
    return readAnswer(await this.#transport.send(call), readEdgePage);
  }

  /** Reads all edges of a vertex in the order of an index, page after page. Edges that change meanwhile may be missed or come twice. */
  async *scanAll(index: string, scan: ScanAllOptions): AsyncGenerator<Edge, void, undefined> {
    for await (const edges of this.scanPages(index, scan)) yield* edges;
  }

  /** As `scanAll`, in pages: cheaper where many edges are written on. A page may be empty when there are filters. */
  async *scanPages(index: string, scan: ScanAllOptions): AsyncGenerator<readonly Edge[], void, undefined> {
    const { pageSize, ...rest } = scan;
    let offset = scan.offset;
    for (;;) {
      const page = await this.scan(index, { ...rest, limit: pageSize ?? PAGE_SIZE_DEFAULT, offset });
      yield page.edges;
      if (!page.hasNext || page.offset === null) return;
      offset = page.offset;
    }
  }

  /** Reads one page of a vertex' edges in the order of a cache; it reaches as many edges as the cache's limit says. */
  async seek(cache: string, seek: SeekOptions): Promise<EdgePage> {
    const path = this.#path('edges', 'seek', cache);
    const call = { method: 'GET', path, query: pageQuery(seek), repeatable: true, options: seek } as const;
    return readAnswer(await this.#transport.send(call), readEdgePage);
  }

  /** Sums up the counters of a group, for each start that has some. */
  async agg(group: string, agg: AggOptions): Promise<readonly GroupSum[]> {
    const sums: GroupSum[] = [];
    for (const starts of groupStarts(new Set(agg.starts.map(String))))
      sums.push(...(await this.#agg(group, agg, starts)));
    return sums;
  }

  async #agg(group: string, agg: AggOptions, starts: readonly string[]): Promise<readonly GroupSum[]> {
    const query: Query = starts.map((start) => ['start', start]);
    // One value would be split at its commas; a doubled one is asked for once.
    if (starts.length === 1 && starts[0] !== undefined) query.push(['start', starts[0]]);
    query.push(['direction', agg.direction], ['ranges', printConditions(agg.ranges)]);
    if (agg.accumulators === true) query.push(['features', 'accumulators']);
    const path = this.#path('edges', 'agg', group);
    const call = { method: 'GET', path, query, repeatable: true, options: agg } as const;
    return readAnswer(await this.#transport.send(call), readGroupSums);
  }

  async #mutateAs(type: EventType, edges: OneOrMany, options?: MutateOptions): Promise<OneOrManyResults> {
    const list: readonly AnyEdge[] = isList(edges) ? edges : [edges];
    const mutations = list.map((edge) => ({ type, edge }));
    const results = await this.#mutate(mutations, options);
    const [first] = results;
    return isList(edges) || first === undefined ? results : first;
  }

  async #mutate(mutations: readonly AnyMutation[], options: MutateOptions = {}): Promise<Results> {
    const ofMultiEdges = mutations.some(({ edge }) => 'id' in edge);
    if (ofMultiEdges && !mutations.every(({ edge }) => 'id' in edge)) {
      throw badArgument('one request holds edges with and without id; a table has only one of both kinds');
    }
    const json = await this.#transport.send({
      method: 'POST',
      path: this.#path(ofMultiEdges ? 'multi-edges' : 'edges', ...(options.sync || options.force ? ['sync'] : [])),
      query: options.force ? [['force', 'true']] : [],
      body: { mutations: mutations.map(({ type, edge }) => ({ type, edge: edgeJson(edge) })) },
      repeatable: true,
      options,
    });
    return ofMultiEdges ? readAnswer(json, readMultiEdgeResults) : readAnswer(json, readEdgeResults);
  }

  async #readByPost(path: readonly string[], body: JsonObject, options?: CallOptions): Promise<readonly Edge[]> {
    const call = { method: 'POST', path: this.#path(...path), body, repeatable: true, options } as const;
    return readAnswer(await this.#transport.send(call), readEdgePage).edges;
  }

  async #countOne(start: VertexInput, direction: Direction, options?: CallOptions): Promise<VertexCount> {
    const query: Query = [
      ['start', String(start)],
      ['direction', direction],
    ];
    const call = { method: 'GET', path: this.#path('edges', 'count'), query, repeatable: true, options } as const;
    return readAnswer(await this.#transport.send(call), readCount);
  }

  async #countGroup(
    starts: readonly string[],
    direction: Direction,
    options?: CallOptions,
  ): Promise<readonly VertexCount[]> {
    const query: Query = starts.map((start) => ['start', start]);
    query.push(['direction', direction]);
    const call = { method: 'GET', path: this.#path('edges', 'counts'), query, repeatable: true, options } as const;
    return readAnswer(await this.#transport.send(call), readCounts);
  }

  #path(...rest: readonly string[]): readonly string[] {
    return [...DATABASES, this.database, 'tables', this.table, ...rest];
  }
}

type AnyEdge = EdgeInput | MultiEdgeInput;
type AnyMutation = Mutation<EdgeInput | MultiEdgeInput>;
type OneOrMany = AnyEdge | readonly AnyEdge[];
type Results = readonly EdgeResult[] | readonly MultiEdgeResult[];
type OneOrManyResults = EdgeResult | MultiEdgeResult | Results;
type Query = [name: string, value: string][];

/** `Array.isArray` does not narrow a readonly array. */
function isList(edges: OneOrMany): edges is readonly AnyEdge[] {
  return Array.isArray(edges);
}

function filtersBody(options: FilterOptions | undefined): Record<string, JsonValue> {
  const filters = options?.filters;
  return filters === undefined || filters.length === 0 ? {} : { filters: printConditions(filters) };
}

function pageQuery({ start, direction, limit, offset }: SeekOptions): Query {
  const query: Query = [
    ['start', String(start)],
    ['direction', direction],
  ];
  if (limit !== undefined) query.push(['limit', String(limit)]);
  if (offset !== undefined) query.push(['offset', offset]);
  return query;
}

function groupStarts(starts: ReadonlySet<string>): readonly (readonly string[])[] {
  const groups: string[][] = [];
  let length = STARTS_LENGTH_MAX;
  for (const start of starts) {
    length += encodeURIComponent(start).length + '&start='.length;
    const group = groups.at(-1);
    if (group === undefined || length > STARTS_LENGTH_MAX) {
      groups.push([start]);
      length = encodeURIComponent(start).length;
    } else {
      group.push(start);
    }
  }
  return groups;
}
