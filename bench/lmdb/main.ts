/**
 * What a write to the embedded store costs under each way of syncing: `npm run bench -- lmdb [rounds] [edges]`.
 * One edge is one state put, two index puts and two counters read and put; one batch is one write with one feed record.
 * The settings take turns within a round, because machines are noisy; compare the ratios. Contents are checked at the end.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LmdbStore } from '@actionbase/adapter-lmdb/lmdb-store';
import type { LmdbDurability } from '@actionbase/adapter-lmdb/lmdb-tree';
import type { RowWrite } from '@actionbase/ports/store';
import { printTable, writeReport } from '../driver/bench-report.ts';

const plain: LmdbDurability = { overlappingSync: false, safeRestore: false, noMetaSync: false, noSync: false };
const settings: Readonly<Record<string, LmdbDurability>> = {
  overlapping: { ...plain, overlappingSync: true },
  'overlapping, safe restore': { ...plain, overlappingSync: true, safeRestore: true },
  'synced commits': plain,
  'synced commits, meta not': { ...plain, noMetaSync: true },
  'no sync (unsafe)': { ...plain, noSync: true },
};
const batchSizes = [1, 64, 250];
const sources = 5_000;

interface Figures {
  edges: number;
  wallUs: number;
  cpuUs: number;
}

const rounds = Number(process.argv[2] ?? 3);
const edgesPerRun = Number(process.argv[3] ?? 5_000);
const root = await mkdtemp(join(tmpdir(), 'bench-lmdb-'));
const figures = new Map<string, Figures>();
const stores = new Map<string, { readonly store: LmdbStore; offset: number; edges: number }>();
try {
  for (const [name, durability] of Object.entries(settings)) {
    for (const size of batchSizes) {
      const key = `${name} | ${size}`;
      const store = await LmdbStore.open({ directory: join(root, key.replaceAll(' ', '-')), durability });
      stores.set(key, { store, offset: 0, edges: 0 });
      figures.set(key, { edges: 0, wallUs: 0, cpuUs: 0 });
      await run(key, size, Math.min(edgesPerRun, 40 * size));
      figures.set(key, { edges: 0, wallUs: 0, cpuUs: 0 });
    }
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const size of batchSizes) {
      for (const name of Object.keys(settings)) {
        await run(`${name} | ${size}`, size, size === 1 ? edgesPerRun / 5 : edgesPerRun);
      }
    }
  }
  report();
} finally {
  for (const { store } of stores.values()) await store[Symbol.asyncDispose]();
  await rm(root, { recursive: true });
}

async function run(key: string, batchSize: number, edges: number): Promise<void> {
  const home = stores.get(key);
  const total = figures.get(key);
  if (home === undefined || total === undefined) return;
  const cpu = process.cpuUsage();
  const start = process.hrtime.bigint();
  for (let done = 0; done < edges; done += batchSize) await writeBatch(home, Math.min(batchSize, edges - done));
  await home.store.flush();
  const used = process.cpuUsage(cpu);
  total.edges += edges;
  total.wallUs += Number((process.hrtime.bigint() - start) / 1000n);
  total.cpuUs += used.user + used.system;
}

async function writeBatch(
  home: { readonly store: LmdbStore; offset: number; edges: number },
  size: number,
): Promise<void> {
  const rows: RowWrite[] = [];
  const counts = new Map<string, { readonly key: Uint8Array; value: number }>();
  for (let at = 0; at < size; at += 1) {
    const edge = home.edges;
    home.edges += 1;
    const source = Math.imul(edge, 2_654_435_761) >>> 0;
    const target = Math.imul(edge, 40_503 * 7 + 1) >>> 0;
    const state = rowKey(3, source, target);
    home.store.get(1, state);
    rows.push({ space: 1, key: state, value: bytesOf(200, edge) });
    rows.push({ space: 1, key: rowKey(4, source % sources, edge, target), value: bytesOf(60, edge) });
    rows.push({ space: 1, key: rowKey(5, target % sources, edge, source), value: bytesOf(60, edge) });
    for (const key of [rowKey(6, source % sources), rowKey(7, target % sources)]) {
      const name = key.join();
      const known = counts.get(name) ?? { key, value: readCount(home.store.get(1, key)) };
      known.value += 1;
      counts.set(name, known);
    }
  }
  for (const { key, value } of counts.values()) rows.push({ space: 1, key, value: countBytes(value) });
  const offset = home.offset;
  home.offset += 1;
  await home.store.write(0, [
    { epoch: 1, offset, stampMs: offset, rows, feed: bytesOf(size * 120, offset), inbox: [] },
  ]);
}

function rowKey(kind: number, ...numbers: readonly number[]): Uint8Array {
  const key = new Uint8Array(9 + numbers.length * 12);
  const view = new DataView(key.buffer);
  view.setUint32(0, Math.imul(numbers[0] ?? 0, 0x9e37_79b1));
  key[8] = kind;
  numbers.forEach((number, at) => void view.setUint32(9 + at * 12, number));
  return key;
}

function bytesOf(length: number, seed: number): Uint8Array {
  const value = new Uint8Array(length);
  for (let at = 0; at < length; at += 1) value[at] = seed + at;
  return value;
}

function readCount(bytes: Uint8Array | undefined): number {
  return bytes === undefined ? 0 : Number(new DataView(bytes.buffer).getBigUint64(0));
}

function countBytes(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}

function report(): void {
  const results: Record<string, string | number>[] = [];
  let wrong = 0;
  for (const size of batchSizes) {
    for (const name of Object.keys(settings)) {
      const key = `${name} | ${size}`;
      const total = figures.get(key);
      const home = stores.get(key);
      if (total === undefined || home === undefined) continue;
      if (countedEdges(home.store) !== home.edges * 2) wrong += 1;
      const edgesPerSecond = Math.round((total.edges * 1e6) / total.wallUs);
      const cpuMicrosPerEdge = Math.round((total.cpuUs * 10) / total.edges) / 10;
      results.push({ batch: size, setting: name, edgesPerSecond, cpuMicrosPerEdge });
    }
  }
  printTable(results);
  const checked = 'the counters of each store add up to its edges';
  console.log(wrong === 0 ? `right: ${checked}` : `WRONG in ${wrong} stores: ${checked}`);
  const correctness = { ok: wrong === 0, checked };
  console.log(writeReport({ bench: 'lmdb', options: { rounds, edgesPerRun }, correctness, results }));
  if (wrong > 0) process.exitCode = 1;
}

function countedEdges(store: LmdbStore): number {
  let sum = 0;
  for (let number = 0; number < sources; number += 1) {
    for (const kind of [6, 7]) sum += readCount(store.get(1, rowKey(kind, number)));
  }
  return sum;
}
