/**
 * Power cuts and failing disks, made with strace: a process writes frames while every call on its file is recorded; then
 * files are built as cuts at many moments may have left them, opened in other processes, and compared with what was promised.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { defaultDurability, LmdbStore } from './lmdb-store.ts';
import { runExperiment } from './testing/power-cut/experiment.ts';
import type { FaultyDiskReport } from './testing/power-cut/faulty-disk-writer.ts';
import { checkWork, workFrame } from './testing/power-cut/workload.ts';
import type { WriterOptions } from './testing/power-cut/writer.ts';

const seed = Number(process.env.POWER_CUT_SEED ?? Date.now() % 1_000_000);
const frames = 120;

const cases = [
  { name: 'a power cut', killAt: null, readerFirst: false, cuts: 120 },
  { name: 'a power cut and an earlier kill -9', killAt: 50, readerFirst: false, cuts: 120 },
  { name: 'a power cut, a reader being the first to come back,', killAt: null, readerFirst: true, cuts: 60 },
];

for (const { name, ...given } of cases) {
  test(`S4 ${name} leaves a prefix of the writes, all flushed ones in it (seed ${seed})`, async () => {
    const result = await runExperiment({ durability: defaultDurability, frames, seed, ...given });
    assert.deepEqual(result.mistakes, []);
    assert.equal(result.cuts, given.cuts);
    assert.ok(result.syncs > frames, `there were only ${result.syncs} syncs`);
  });
}

test('the power cuts find a store that does not sync to be broken', async () => {
  const durability = { ...defaultDurability, noSync: true };
  const { mistakes } = await runExperiment({ durability, frames, killAt: null, cuts: 40, seed });
  assert.ok(mistakes.length >= 5, `only ${mistakes.length} of 40 cuts did harm`);
});

test('a disk that is full in spite of the reserve, and may end the process, costs nothing that was acknowledged', async () => {
  for (const when of ['40', '120+31', '300+17']) {
    await withStore(async (directory) => {
      const options: WriterOptions = { durability: defaultDurability, frames, killAt: null };
      const fault = `inject=pwrite64,writev,pwritev:error=ENOSPC:when=${when}`;
      const { status, stdout } = runWithFault(directory, fault, ['writer.ts', directory, '-', JSON.stringify(options)]);
      assert.notEqual(status, 0);
      const acknowledged = stdout
        .trim()
        .split('\n')
        .findLast((line) => line.startsWith('written'));
      await using store = await LmdbStore.open({ directory });
      const last = await checkWork(store);
      assert.ok(
        last >= Number(acknowledged?.split(' ')[1]),
        `${acknowledged} was acknowledged and ${last} is the last`,
      );
      await store.write(0, [workFrame(last + 1)]);
    });
  }
});

test('after a failed sync a store refuses writes until it is opened again, and goes on then', async () => {
  await withStore(async (directory) => {
    const fault = 'inject=fdatasync:error=EIO:when=20+20';
    const { status, stdout, stderr } = runWithFault(directory, fault, [
      'faulty-disk-writer.ts',
      directory,
      String(frames),
    ]);
    assert.equal(status, 0, stderr);
    const report = JSON.parse(stdout) as FaultyDiskReport;
    assert.ok(report.failures.length >= 3, `syncing failed ${report.failures.length} times`);
    assert.deepEqual([...new Set(report.failures)], ['store-failed']);
    assert.equal(report.reopened, report.failures.length);
    assert.equal(report.last, frames - 1);
    await using store = await LmdbStore.open({ directory });
    assert.equal(await checkWork(store), frames - 1);
  });
});

/** Runs a program of `testing/power-cut/` while calls on the data file fail as strace is told. */
function runWithFault(directory: string, fault: string, [program = '', ...args]: readonly string[]) {
  const traced = ['--follow-forks', `--trace-path=${join(directory, 'data.mdb')}`, '--output=/dev/null', '-e', fault];
  const command = [process.execPath, join(import.meta.dirname, 'testing', 'power-cut', program), ...args];
  return spawnSync('strace', [...traced, ...command], { encoding: 'utf8', timeout: 60_000 });
}

async function withStore(use: (directory: string) => Promise<void>): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'faulty-disk-'));
  try {
    await use(join(root, 'store'));
  } finally {
    await rm(root, { recursive: true });
  }
}
