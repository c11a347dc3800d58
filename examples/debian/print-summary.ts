import { printComparison } from './compare-counts.ts';
import type { QueryResult } from './measure-queries.ts';
import type { ExampleResult, LoadedAndCompared } from './run-example.ts';

/** The result as a table for people. */
export function printSummary({ conversion, plain, killed, seed }: ExampleResult): string {
  const facts = [
    ['packages', String(conversion.paragraphs)],
    ['edges', String(plain.comparison.edges)],
    ...factsOf('load', plain),
    ...factsOf(`load through kill -9 (seed ${seed})`, killed),
  ];
  return ['', ...columns(facts), '', ...printQueries(plain.queries)].join('\n');
}

function factsOf(name: string, { load, comparison }: LoadedAndCompared): string[][] {
  const speed = `${load.linesPerSecond} edges/s, ${load.seconds.toFixed(1)} s`;
  const kills = load.kills.map(({ victim, atLine }) => `${victim} killed at line ${atLine}`);
  return [
    [name, [speed, ...kills].join('; ')],
    ['  compared with awk', printComparison(comparison).split('\n')[0] ?? ''],
  ];
}

function printQueries(queries: readonly QueryResult[]): string[] {
  const head = ['p50 ms', 'p99 ms', 'max ms', 'question', 'answer'];
  const rows = queries.map(({ p50Ms, p99Ms, msMax, question, answer }) => [
    ...[p50Ms, p99Ms, msMax].map((ms) => ms.toFixed(3).padStart(6)),
    question,
    answer,
  ]);
  const samples = queries.flatMap(({ question, rows: shown }) =>
    shown.length === 0 ? [] : [`${question}:`, ...shown.map((row) => `  ${row}`)],
  );
  return [...columns([head, ...rows]), '', ...samples];
}

function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, place) => Math.max(...rows.map((row) => row[place]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, place) => cell.padEnd(widths[place] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
