import { join } from 'node:path';
import { ExampleServer } from '../driver/example-server.ts';
import {
  askTable,
  type Comparison,
  type Counts,
  compareCounts,
  countIndependently,
  type Direction,
  printComparison,
} from './compare-counts.ts';
import { type Conversion, convertText } from './convert-text.ts';
import { getText, type PackageText } from './get-text.ts';
import { createTable, database, type Load, type LoadJob, loadEdges, loadThroughKills, table } from './load-edges.ts';
import { measureQueries, type QueryResult, queriesOf } from './measure-queries.ts';

export interface ExampleOptions {
  readonly file: string | undefined;
  readonly limit: number | undefined;
  readonly needed: string;
  readonly needing: string;
  readonly requests: number;
  readonly batch: number;
  readonly concurrency: number;
  readonly seed: number;
  /** An empty folder for everything that the example writes. */
  readonly folder: string;
  /** Prints one line. */
  readonly tell: (line: string) => void;
}

export interface ExampleResult {
  readonly text: Pick<PackageText, 'origin' | 'bytes'>;
  readonly conversion: Conversion;
  readonly seed: number;
  readonly plain: LoadedAndCompared & { readonly queries: readonly QueryResult[] };
  readonly killed: LoadedAndCompared;
  readonly steps: readonly Step[];
}

export interface LoadedAndCompared {
  readonly load: Load;
  readonly comparison: Comparison;
}

export interface Step {
  readonly name: string;
  readonly seconds: number;
}

/** Runs the whole example; differences are in the result, everything else that goes wrong is thrown. */
export async function runExample(options: ExampleOptions): Promise<ExampleResult> {
  const { folder, seed } = options;
  const steps = new Steps(options.tell);
  const text = await steps.run('get the text', () => getText(folder, options.file, options.limit), printText);
  const path = join(folder, 'edges.jsonl');
  const conversion = await steps.run('convert it to JSON lines', () => convertText(text.path, path), printConversion);
  const counted = () => countIndependently(text.path, folder);
  const expected = await steps.run('count with awk', counted, ({ OUT }) => `${OUT.size} names`);
  const { lines } = conversion;
  const job = { path, lines, batch: options.batch, concurrency: options.concurrency };
  const plain = await runPlain(steps, options, { job, expected });
  const killed = await runKilled(steps, options, { job, expected });
  const { origin, bytes } = text;
  return { text: { origin, bytes }, conversion, seed, plain, killed, steps: steps.done };
}

interface Input {
  readonly job: Omit<LoadJob, 'server'>;
  readonly expected: Record<Direction, Counts>;
}

async function runPlain(
  steps: Steps,
  options: ExampleOptions,
  { job, expected }: Input,
): Promise<ExampleResult['plain']> {
  await using server = await steps.run('start a server', () => ExampleServer.start(join(options.folder, 'plain')));
  await steps.run('create database and table', () => createTable(server));
  const load = await steps.run('load', () => loadEdges({ ...job, server }), printLoad);
  const handle = server.client().table(database, table);
  const { needed, needing, requests } = options;
  const asked = () => measureQueries(queriesOf(handle, needed, needing), requests);
  const queries = await steps.run('ask', asked, (results) => `${results.length} questions, ${requests} times each`);
  const compared = () => compareCounts(expected, askTable(handle));
  const comparison = await steps.run('compare all counts', compared, printComparison);
  return { load, queries, comparison };
}

async function runKilled(steps: Steps, options: ExampleOptions, { job, expected }: Input): Promise<LoadedAndCompared> {
  const { folder, seed } = options;
  await using server = await steps.run('start another server', () => ExampleServer.start(join(folder, 'killed')));
  await steps.run('create database and table', () => createTable(server));
  const loaded = () => loadThroughKills({ ...job, server }, seed);
  const load = await steps.run(`load through kill -9, seed ${seed}`, loaded, printLoad);
  const compared = () => compareCounts(expected, askTable(server.client().table(database, table)));
  return { load, comparison: await steps.run('compare all counts', compared, printComparison) };
}

/** Runs steps and tells how long each took, as soon as it is done. */
class Steps {
  readonly done: Step[] = [];
  readonly #tell: (line: string) => void;

  constructor(tell: (line: string) => void) {
    this.#tell = tell;
  }

  async run<T>(name: string, step: () => Promise<T>, print: (result: T) => string = () => ''): Promise<T> {
    const startedMs = performance.now();
    const result = await step();
    const seconds = (performance.now() - startedMs) / 1000;
    this.done.push({ name, seconds });
    const [first = '', ...rest] = print(result).split('\n');
    this.#tell(`${seconds.toFixed(2).padStart(8)} s  ${name}${first === '' ? '' : `: ${first}`}`);
    for (const line of rest) this.#tell(`            ${line}`);
    return result;
  }
}

function printText({ origin, bytes }: PackageText): string {
  return `${bytes} bytes of ${origin}`;
}

function printConversion({ paragraphs, lines }: Conversion): string {
  return `${paragraphs} packages, ${lines} edges`;
}

function printLoad({ linesPerSecond, starts, kills }: Load): string {
  const killed = kills.map(
    ({ victim, fromLine, atLine }) => `${victim} killed at line ${atLine} (from ${fromLine} on)`,
  );
  return [`${linesPerSecond} edges/s in ${starts === 1 ? 'one go' : `${starts} starts`}`, ...killed].join('\n');
}
