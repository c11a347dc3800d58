import type { Json, JsonMembers, LogLine } from '@actionbase/client';
import { BUCKETS, bucketOfText, digestText, hashOfText } from '@actionbase/core/digest/row-digest';
import type { DerivedDifference, NewDigest, NewTable } from '../prove/new-table.ts';
import type { RowKey, ShownEdge } from '../prove/row-texts.ts';

/** An edge of a `MemoryNewTable`. */
export interface MemoryEdge {
  readonly source: number;
  readonly target: string;
  readonly properties: JsonMembers;
}

/** A new table in memory, for tests of the prover: stored edges with a change feed, which tests may damage apart from each other. */
export class MemoryNewTable implements NewTable {
  readonly stored = new Map<string, MemoryEdge>();
  readonly lines: LogLine[] = [];
  readonly derived: DerivedDifference[] = [];
  readonly #propertyNames: readonly string[];

  constructor(propertyNames: readonly string[]) {
    this.#propertyNames = propertyNames;
  }

  /** Writes an edge, or deletes it when there are no properties, through the log. */
  write(source: number, target: string, properties: JsonMembers | undefined): void {
    const key = `${source}:${target}`;
    const before = this.stored.get(key);
    if (properties === undefined) this.stored.delete(key);
    else this.stored.set(key, { source, target, properties });
    this.lines.push({
      position: `e1-p0-${this.lines.length + 1}-0`,
      key,
      record: { before: stateOf(before), after: stateOf(this.stored.get(key)) },
      text: '',
    });
  }

  async end(): Promise<string | undefined> {
    return this.lines.length === 0 ? undefined : `e1-p0-${this.lines.length}`;
  }

  async *changes(from: string | undefined): AsyncGenerator<LogLine, string | undefined> {
    const done = from === undefined ? 0 : Number(from.split('-')[2]);
    const end = this.lines.length;
    for (const line of this.lines.slice(done, end)) yield line;
    return end === 0 ? undefined : `e1-p0-${end}`;
  }

  async digest(): Promise<NewDigest> {
    const sums = Array.from({ length: BUCKETS }, () => ({ rows: 0, sum: 0n }));
    for (const { source, target, properties } of this.stored.values()) {
      const texts = this.#propertyNames.map((name) => textOf(properties[name]));
      const sum = sums[bucketOfText(String(source))];
      if (sum === undefined) continue;
      sum.rows += 1;
      sum.sum = BigInt.asUintN(64, sum.sum + hashOfText(digestText([String(source), target, ...texts])));
    }
    return { position: `e1-p0-${this.lines.length}`, sums };
  }

  async edgesOf(bucket: number): Promise<readonly ShownEdge[]> {
    return [...this.stored.values()].filter(({ source }) => bucketOfText(String(source)) === bucket);
  }

  async get({ source, target }: RowKey): Promise<ShownEdge | undefined> {
    return this.stored.get(`${source}:${target}`);
  }

  async *audit(): AsyncGenerator<DerivedDifference> {
    yield* this.derived;
  }
}

function stateOf(edge: MemoryEdge | undefined): JsonMembers {
  if (edge === undefined) return { active: false, src: null, tgt: null, props: {} };
  return { active: true, src: edge.source, tgt: edge.target, props: edge.properties };
}

function textOf(value: Json | undefined): string | null {
  return value === undefined || value === null ? null : String(value);
}
