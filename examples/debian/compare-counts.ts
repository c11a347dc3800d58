import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TableHandle } from '@actionbase/client';
import { ExampleFailure } from '../driver/example-failure.ts';
import { runInto } from './get-text.ts';

export type Direction = 'OUT' | 'IN';

/** Counts by name, for one direction. */
export type Counts = ReadonlyMap<string, number>;

export interface CountDifference {
  readonly direction: Direction;
  readonly name: string;
  readonly expected: number;
  readonly answered: number;
}

export interface Comparison {
  readonly compared: number;
  /** Names that name at least one other. */
  readonly sources: number;
  /** Names that at least one other names. */
  readonly targets: number;
  /** Distinct pairs, as awk counts them. */
  readonly edges: number;
  readonly differences: readonly CountDifference[];
}

/** Asks the server for the counts of `names`, in their order. */
export type AskCounts = (direction: Direction, names: readonly string[]) => Promise<readonly number[]>;

/** Names that are asked for together; the client makes requests of a few kilobytes of them. */
const namesPerCall = 1000;

/** Counts the text by awk and sort alone, for all packages and all names that they name, in both directions. */
export async function countIndependently(textPath: string, folder: string): Promise<Record<Direction, Counts>> {
  const countsPath = join(folder, 'independent-counts.txt');
  runInto(countsPath, 'awk', ['-f', join(import.meta.dirname, 'independent-counts.awk'), textPath]);
  const counts = { OUT: new Map<string, number>(), IN: new Map<string, number>() };
  for await (const line of createInterface({ input: createReadStream(countsPath) })) {
    const [direction, name, count] = line.split(' ');
    if ((direction !== 'OUT' && direction !== 'IN') || name === undefined || !/^\d+$/.test(count ?? '')) {
      throw new ExampleFailure(`independent-counts.awk printed a line that is no count: ${line}`);
    }
    counts[direction].set(name, Number(count));
  }
  return counts;
}

/** Compares every expected count with the server's answer. Zeros are asked for as well. */
export async function compareCounts(expected: Record<Direction, Counts>, ask: AskCounts): Promise<Comparison> {
  const differences: CountDifference[] = [];
  for (const direction of ['OUT', 'IN'] as const) {
    const counts = [...expected[direction]];
    for (let from = 0; from < counts.length; from += namesPerCall) {
      const batch = counts.slice(from, from + namesPerCall);
      const answers = await ask(
        direction,
        batch.map(([name]) => name),
      );
      if (answers.length !== batch.length) {
        throw new ExampleFailure(`${batch.length} counts were asked for, ${answers.length} answered`);
      }
      for (const [place, [name, count]] of batch.entries()) {
        const answered = answers[place] ?? Number.NaN;
        if (answered !== count) differences.push({ direction, name, expected: count, answered });
      }
    }
  }
  const outgoing = [...expected.OUT.values()];
  return {
    compared: expected.OUT.size + expected.IN.size,
    sources: outgoing.filter((count) => count > 0).length,
    targets: [...expected.IN.values()].filter((count) => count > 0).length,
    edges: outgoing.reduce((sum, count) => sum + count, 0),
    differences,
  };
}

/** Asks a table of the server. */
export function askTable(table: TableHandle): AskCounts {
  return async (direction, names) => {
    const counts = await table.counts(names, direction);
    return names.map((name, place) => {
      const item = counts[place];
      if (item?.start !== name) throw new ExampleFailure(`asked for ${name}, answered for ${String(item?.start)}`);
      return Number(item.count);
    });
  };
}

/** The sentence that the example stands for. */
export function printComparison({ compared, sources, targets, differences }: Comparison): string {
  const head = `compared ${compared} counts (${sources} sources OUT, ${targets} targets IN, the rest 0)`;
  const rows = differences
    .slice(0, 10)
    .map(({ direction, name, expected, answered }) => `  ${direction} ${name}: awk ${expected}, server ${answered}`);
  return [`${head}: ${differences.length} different`, ...rows].join('\n');
}
