import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LmdbDurability } from '../../lmdb-tree.ts';
import { changeBootId, readBootId } from './boot-id.ts';
import type { CheckRequest, CheckResult } from './checker.ts';
import { DiskModel } from './disk-model.ts';
import { readTrace, straceArguments, type TraceEvent } from './trace.ts';
import { numbers } from './workload.ts';
import type { WriterOptions } from './writer.ts';

export interface Experiment {
  readonly durability: LmdbDurability;
  readonly frames: number;
  /** The frame at which the writing process is killed; a second one goes on. Null: it is not. */
  readonly killAt: number | null;
  /** How many power cuts are tried. */
  readonly cuts: number;
  readonly seed: number;
  /** Whether the machine seems to have been started again: lmdb trusts a file more when it was not. Default true. */
  readonly restarted?: boolean;
  /** Whether a reading process opens each image before the writing one does. Default false. */
  readonly readerFirst?: boolean;
}

export interface ExperimentResult {
  readonly cuts: number;
  /** Synced calls in the whole trace. */
  readonly syncs: number;
  readonly mistakes: readonly CheckResult[];
}

const imagesPerProcess = 20;
const checkerTimeoutMs = 60_000;
const keptShares = [0, 0.2, 0.5, 0.8, 1];

/** Writes under strace, cuts the power at many moments of the trace, and checks what each cut leaves. */
export async function runExperiment(experiment: Experiment): Promise<ExperimentResult> {
  const root = await mkdtemp(join(tmpdir(), 'power-cut-'));
  try {
    const events = await traceWriter(root, experiment);
    await checkTrace(root, events);
    const requests = await makeImages(root, events, experiment);
    const results = await checkImages(requests);
    return {
      cuts: requests.length,
      syncs: events.filter((event) => event.kind === 'synced').length,
      mistakes: results.filter(({ mistake }) => mistake !== undefined),
    };
  } finally {
    await rm(root, { recursive: true });
  }
}

async function traceWriter(root: string, experiment: Experiment): Promise<TraceEvent[]> {
  const { durability, frames, killAt } = experiment;
  const folder = join(root, 'store');
  const madeAs = join(folder, 'creating', 'data.mdb');
  const paths = { folder, file: join(folder, 'data.mdb'), madeAs, marks: join(root, 'marks') };
  const events: TraceEvent[] = [];
  for (const [turn, at] of (killAt === null ? [null] : [killAt, null]).entries()) {
    const options: WriterOptions = { durability, frames, killAt: at };
    const output = join(root, `trace-${turn}`);
    const writer = [
      process.execPath,
      join(import.meta.dirname, 'writer.ts'),
      folder,
      paths.marks,
      JSON.stringify(options),
    ];
    const { code, errors } = await run('strace', [...straceArguments, `--output=${output}`, ...writer]);
    if (code !== 0 && at === null) throw new Error(`the writer ended with ${code}: ${errors}`);
    for (const event of readTrace(await readFile(output, 'latin1'), paths, events.length * 1_000)) events.push(event);
  }
  return events;
}

/** Checks that the trace tells the whole truth: with everything in it, the model's file is the real one. */
async function checkTrace(root: string, events: readonly TraceEvent[]): Promise<void> {
  const model = new DiskModel(4_096);
  for (const event of events) model.apply(event);
  const real = await readFile(join(root, 'store', 'data.mdb'));
  if (!real.equals(model.newest())) throw new Error('the trace does not hold everything that was written');
}

/** Images at moments drawn from the seed, always some of the first; half of the cuts tear pages into sectors. */
async function makeImages(
  root: string,
  events: readonly TraceEvent[],
  experiment: Experiment,
): Promise<CheckRequest[]> {
  const { durability, readerFirst = false } = experiment;
  const drawn = numbers(experiment.seed);
  const chance = () => drawn() / 0x1_0000;
  const cuts = Array.from({ length: experiment.cuts }, (_, at) =>
    at < 12 ? at + 1 : 1 + Math.floor((chance() + chance() / 0x1_0000) * events.length),
  ).sort((a, b) => a - b);
  const [pages, sectors] = [new DiskModel(4_096), new DiskModel(512)];
  const bootId = await readBootId();
  const requests: CheckRequest[] = [];
  let [applied, least, most] = [0, -1, -1];
  for (const [at, cut] of cuts.entries()) {
    for (; applied < Math.min(cut, events.length); applied += 1) {
      const event = events[applied];
      if (event === undefined) break;
      pages.apply(event);
      sectors.apply(event);
      if (event.kind !== 'mark') continue;
      const [word, offset] = event.line.split(' ');
      if (word === 'flushed') least = Math.max(least, Number(offset));
      if (word === 'written') most = Number(offset);
    }
    const image = (chance() < 0.5 ? pages : sectors).cut(chance, keptShares[at % keptShares.length] ?? 0);
    const directory = join(root, `cut-${at}`);
    await mkdir(directory);
    if (image !== undefined) {
      if (experiment.restarted !== false) changeBootId(image, bootId);
      await writeFile(join(directory, 'data.mdb'), image);
    }
    requests.push({ directory, durability, least, most: most + 1, readerFirst });
  }
  return requests;
}

async function checkImages(requests: readonly CheckRequest[]): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  while (results.length < requests.length) {
    const batch = requests.slice(results.length, results.length + imagesPerProcess);
    const checker = join(import.meta.dirname, 'checker.ts');
    const { code, output } = await run(process.execPath, [checker, JSON.stringify(batch)]);
    const lines = output.split('\n').filter((line) => line !== '');
    for (const line of lines) results.push(JSON.parse(line) as CheckResult);
    const next = requests[results.length];
    if (lines.length < batch.length && next !== undefined) {
      results.push({ directory: next.directory, mistake: `the process that opened it ended with ${code}` });
    }
  }
  return results;
}

interface Ended {
  readonly code: string | number;
  readonly output: string;
  readonly errors: string;
}

function run(command: string, args: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, UV_USE_IO_URING: '0' };
    const child = spawn(command, args, { env, timeout: checkerTimeoutMs, killSignal: 'SIGKILL' });
    let [output, errors] = ['', ''];
    child.stdout.on('data', (text) => {
      output += text;
    });
    child.stderr.on('data', (text) => {
      errors = (errors + text).slice(-2_000);
    });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code: code ?? signal ?? 'unknown', output, errors }));
  });
}
