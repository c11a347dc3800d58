/**
 * What a durable append to the file log costs: entries of 300 bytes, with 1, 64, 256 and 1024 callers that each append again
 * as soon as they are answered. The numbers of callers take turns, because machines are noisy. Afterwards the log is opened
 * again and everything acknowledged is looked for.
 *
 *     npm run bench -- file-log [--seconds 2] [--rounds 3]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FileLog } from '@actionbase/adapter-file-log/file-log';
import { NodeDisk } from '@actionbase/adapter-node/node-disk';
import { SystemClock } from '@actionbase/adapter-node/system-clock';
import { printTable, writeReport } from '../driver/bench-report.ts';

const { values: flags } = parseArgs({
  options: { seconds: { type: 'string', default: '2' }, rounds: { type: 'string', default: '3' } },
});
const seconds = Number(flags.seconds);
const rounds = Number(flags.rounds);
const ENTRY_BYTES = 300;
const callerCounts = [1, 64, 256, 1024];

interface Measured {
  readonly entries: number;
  readonly frames: number;
  readonly durationMs: number;
  readonly cpuMicros: number;
  readonly latenciesMs: readonly number[];
  readonly isRight: boolean;
}

const measured = new Map<number, Measured[]>();
for (let round = 0; round < rounds; round++) {
  for (const callers of callerCounts) {
    measured.set(callers, [...(measured.get(callers) ?? []), await measure(callers)]);
  }
}

const results = [...measured].map(([callers, runs]) => summarize(callers, runs));
printTable(results);
const ok = [...measured.values()].flat().every(({ isRight }) => isRight);
const checked = 'after a reopen every acknowledged entry is in its frame, and nothing else';
console.log(`correct: ${ok ? 'yes' : 'NO'} (${checked})`);
console.log(writeReport({ bench: 'file-log', options: { seconds, rounds }, correctness: { ok, checked }, results }));
process.exitCode = ok ? 0 : 1;

async function measure(callers: number): Promise<Measured> {
  const directory = await mkdtemp(join(tmpdir(), 'bench-file-log-'));
  try {
    const options = { directory, disk: new NodeDisk(), clock: new SystemClock() };
    const latenciesMs: number[] = [];
    const places: number[] = [];
    const log = await FileLog.open(options);
    const cpu = process.cpuUsage();
    const startMs = performance.now();
    const endMs = startMs + seconds * 1000;
    await Promise.all(
      Array.from({ length: callers }, async () => {
        for (let nowMs = performance.now(); nowMs < endMs; ) {
          const number = latenciesMs.length + callers;
          const { offset, firstEntry } = await log.append(0, [entry(number)]);
          const doneMs = performance.now();
          latenciesMs.push(doneMs - nowMs);
          places.push(number, offset, firstEntry);
          nowMs = doneMs;
        }
      }),
    );
    const durationMs = performance.now() - startMs;
    const used = process.cpuUsage(cpu);
    const frames = log.bounds(0).end;
    await log[Symbol.asyncDispose]();
    const isRight = await check(await FileLog.open(options), places);
    return {
      entries: latenciesMs.length,
      frames,
      durationMs,
      cpuMicros: used.user + used.system,
      latenciesMs,
      isRight,
    };
  } finally {
    await rm(directory, { recursive: true });
  }
}

function entry(number: number): Uint8Array {
  const bytes = new Uint8Array(ENTRY_BYTES).fill(number);
  new DataView(bytes.buffer).setUint32(0, number);
  return bytes;
}

async function check(opened: FileLog, places: readonly number[]): Promise<boolean> {
  await using log = opened;
  const numbers: number[][] = [];
  while (numbers.length < log.bounds(0).end) {
    for (const { entries } of await log.read(0, numbers.length, { frames: 1000, bytes: 4_000_000 })) {
      numbers.push(entries.map((bytes) => new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)));
    }
  }
  let entries = 0;
  for (const frame of numbers) entries += frame.length;
  if (entries !== places.length / 3) return false;
  for (let at = 0; at < places.length; at += 3) {
    if (numbers[places[at + 1] ?? -1]?.[places[at + 2] ?? -1] !== places[at]) return false;
  }
  return true;
}

function summarize(callers: number, runs: readonly Measured[]): Record<string, string | number> {
  const latencies = runs.flatMap(({ latenciesMs }) => latenciesMs).sort((a, b) => a - b);
  const sum = (of: (run: Measured) => number) => runs.reduce((total, run) => total + of(run), 0);
  const entries = sum((run) => run.entries);
  const at = (share: number) => Number((latencies[Math.floor(latencies.length * share)] ?? 0).toFixed(2));
  return {
    callers,
    'entries/s': Math.round((entries * 1000) / sum((run) => run.durationMs)),
    'entries/frame': Number((entries / sum((run) => run.frames)).toFixed(1)),
    'p50 ms': at(0.5),
    'p99 ms': at(0.99),
    'CPU us/entry': Number((sum((run) => run.cpuMicros) / entries).toFixed(2)),
  };
}
