import type { Change, MutateOperation, Operation, ReadOperation, ScannedEdge, Span } from './history.ts';

type Mutation = Span & MutateOperation;
type Read = Span & ReadOperation;

/**
 * Whether a history is strictly serializable, with the log as the witness of the order. Violations as sentences.
 *
 * 1. Every acknowledged mutation is in the log once, with the status that was answered; others are there at most once.
 * 2. A mutation that began after another one had ended stands in a later frame.
 * 3. Every read shows what the log gives at one place: at or after all mutations that had ended, and all places that reads
 *    which had ended were at; before all mutations that began after the read had ended. Each read is put at the earliest
 *    such place, which leaves the most room to those that follow.
 */
export function checkHistory(operations: readonly Operation[], changes: readonly Change[]): string[] {
  const mutations = operations.filter((operation) => operation.kind === 'mutate');
  const reads = operations.filter((operation) => operation.kind !== 'mutate');
  const placed = placeMutations(mutations, changes);
  const places = 1 + operations.reduce((last, { began, ended }) => Math.max(last, began, ended < LAST ? ended : 0), 0);
  const bounds = (): Bounds => new Bounds(placed.offsets, places);
  return [
    ...placed.violations,
    ...orderViolations(placed.offsets, bounds()),
    ...readViolations(reads, bounds(), changes),
  ];
}

/** Above every place. */
const LAST = Number.MAX_SAFE_INTEGER;

interface PlacedMutation {
  readonly mutation: Mutation;
  readonly offset: number;
}

function placeMutations(
  mutations: readonly Mutation[],
  changes: readonly Change[],
): { offsets: PlacedMutation[]; violations: string[] } {
  const offsets: PlacedMutation[] = [];
  const violations: string[] = [];
  const byRequest = new Map<string, Change[]>();
  for (const change of changes) {
    const known = byRequest.get(change.requestId);
    if (known === undefined) byRequest.set(change.requestId, [change]);
    else known.push(change);
  }
  for (const mutation of mutations) {
    const { requestId, status } = mutation;
    const found = byRequest.get(requestId) ?? [];
    const [first] = found;
    if (found.length > 1) violations.push(`${requestId} took effect ${found.length} times`);
    if (first !== undefined) offsets.push({ mutation, offset: first.offset });
    // A refused entry is no change: the CDC does not show it.
    if (status === null || status === 'ERROR') continue;
    if (first === undefined) violations.push(`${requestId} was acknowledged and is not in the log`);
    else if (first.status !== status)
      violations.push(`${requestId} was answered ${status}, the log says ${first.status}`);
  }
  return { offsets, violations };
}

/** What has ended before a place, and what begins after it, by offsets. */
class Bounds {
  /** A Fenwick tree of maxima over places. */
  readonly #ended: Float64Array;
  readonly #begins: { readonly place: number; readonly offset: number }[];

  constructor(placed: readonly PlacedMutation[], places: number) {
    this.#ended = new Float64Array(places + 1).fill(-1);
    for (const { mutation, offset } of placed) if (mutation.status !== null) this.end(mutation.ended, offset);
    this.#begins = placed.map(({ mutation, offset }) => ({ place: mutation.began, offset }));
    this.#begins.sort((a, b) => a.place - b.place);
    let least = Number.POSITIVE_INFINITY;
    for (let at = this.#begins.length - 1; at >= 0; at -= 1) {
      const one = this.#begins[at];
      if (one === undefined) continue;
      least = Math.min(least, one.offset);
      this.#begins[at] = { place: one.place, offset: least };
    }
  }

  /** Notes that something at an offset had ended at a place. */
  end(place: number, offset: number): void {
    for (let at = place; at < this.#ended.length; at += at & -at) {
      this.#ended[at] = Math.max(this.#ended[at] ?? -1, offset);
    }
  }

  /** The highest offset of what had ended before a place; -1 for none. */
  ended(place: number): number {
    let highest = -1;
    for (let at = place - 1; at > 0; at -= at & -at) highest = Math.max(highest, this.#ended[at] ?? -1);
    return highest;
  }

  /** The lowest offset of what begins after a place. */
  begun(place: number): number {
    let [low, high] = [0, this.#begins.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#begins[middle]?.place ?? 0) > place) high = middle;
      else low = middle + 1;
    }
    return this.#begins[low]?.offset ?? Number.POSITIVE_INFINITY;
  }
}

function orderViolations(placed: readonly PlacedMutation[], bounds: Bounds): string[] {
  const violations: string[] = [];
  for (const { mutation, offset } of placed) {
    const before = bounds.ended(mutation.began);
    if (offset > before) continue;
    violations.push(`${mutation.requestId} is in frame ${offset}, but began after frame ${before} was acknowledged`);
  }
  return violations;
}

function readViolations(reads: readonly Read[], bounds: Bounds, changes: readonly Change[]): string[] {
  const violations: string[] = [];
  const sources = new Map<number, SourceHistory>();
  for (const change of changes) {
    const history = sources.get(change.source) ?? new SourceHistory();
    sources.set(change.source, history);
    history.add(change);
  }
  for (const read of reads.toSorted((a, b) => a.began - b.began)) {
    const from = bounds.ended(read.began);
    const to = bounds.begun(read.ended) - 1;
    const offset = (sources.get(read.source) ?? new SourceHistory()).firstThatShows(read, from, to);
    if (offset === undefined) {
      violations.push(`${describe(read)} is true at no place between frame ${from} and frame ${to}`);
    } else {
      bounds.end(read.ended, offset);
    }
  }
  return violations;
}

/** The edges of one source at every frame that changed any. */
class SourceHistory {
  readonly #versions: { readonly offset: number; readonly edges: ReadonlyMap<string, ScannedEdge> }[] = [
    { offset: -1, edges: new Map() },
  ];

  add({ offset, target, after }: Change): void {
    const last = this.#versions.at(-1);
    const edges = new Map(last?.edges);
    if (after === null) edges.delete(target);
    else edges.set(target, after);
    if (last?.offset === offset) this.#versions.pop();
    this.#versions.push({ offset, edges });
  }

  /** The first offset from `from` to `to` at which a read is true. */
  firstThatShows(read: Read, from: number, to: number): number | undefined {
    const start = this.#versions.findLastIndex(({ offset }) => offset <= from);
    for (let at = start; at < this.#versions.length; at += 1) {
      const version = this.#versions[at];
      if (version === undefined || version.offset > to) return undefined;
      if (shows(read, version.edges)) return Math.max(from, version.offset);
    }
    return undefined;
  }
}

function shows(read: Read, edges: ReadonlyMap<string, ScannedEdge>): boolean {
  if (read.kind === 'count') return edges.size === read.count;
  if (read.kind === 'get') return (edges.get(read.target)?.text ?? null) === read.edge;
  const sorted = [...edges.values()].sort((a, b) => b.at - a.at || (a.target < b.target ? -1 : 1));
  return sorted.length === read.edges.length && sorted.every(({ text }, at) => text === read.edges[at]);
}

function describe(read: Read): string {
  if (read.kind === 'get') return `the get of ${read.source} -> ${read.target} (${read.edge ?? 'nothing'})`;
  if (read.kind === 'count') return `the count of ${read.source} (${read.count})`;
  return `the scan of ${read.source} (${read.edges.length} edges)`;
}
