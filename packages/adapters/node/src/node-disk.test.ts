import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type DiskHome, diskContract } from '@actionbase/ports/contracts/disk';
import { MortalDisk } from '@actionbase/ports/contracts/mortal-disk';
import { NodeDisk } from './node-disk.ts';
import { translate } from './node-failure.ts';

async function makeNodeDiskHome(): Promise<DiskHome> {
  const directory = await mkdtemp(join(tmpdir(), 'actionbase-disk-'));
  let living = new MortalDisk(new NodeDisk());
  return {
    disk: living,
    directory,
    losesUnsynced: false,
    async crash() {
      await living.kill();
      living = new MortalDisk(new NodeDisk());
      return living;
    },
    async [Symbol.asyncDispose]() {
      await living.kill();
      await rm(directory, { recursive: true });
    },
  };
}

diskContract('NodeDisk', makeNodeDiskHome);

/** Starts a process that takes the lock and tells what became of it. */
async function startLocker(path: string): Promise<{ readonly process: ChildProcess; readonly said: string }> {
  const program = `
    const { NodeDisk } = await import(process.argv[1]);
    const said = await new NodeDisk().lock(process.argv[2]).then(() => 'held', (error) => error.message);
    // Nobody refers to the lock any more, and it is held all the same.
    gc();
    await new Promise((resolve) => setImmediate(resolve));
    gc();
    process.stdout.write(said + '\\n');
    if (said === 'held') setInterval(() => undefined, 1000);
  `;
  const url = new URL('./node-disk.ts', import.meta.url).href;
  const started = spawn(process.execPath, ['--expose-gc', '--input-type=module', '--eval', program, url, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [chunk] = await once(started.stdout, 'data');
  return { process: started, said: String(chunk).trim() };
}

async function kill(locker: { readonly process: ChildProcess }): Promise<void> {
  if (locker.process.exitCode !== null || locker.process.signalCode !== null) return;
  const exited = once(locker.process, 'exit');
  locker.process.kill('SIGKILL');
  await exited;
}

test('D4 the lock of another process is refused with its id, and is free as soon as it was killed', async () => {
  await using home = await makeNodeDiskHome();
  const path = `${home.directory}/lock`;
  const holder = await startLocker(path);
  try {
    assert.equal(holder.said, 'held');
    await assert.rejects(home.disk.lock(path), (error) => {
      assert.ok(error instanceof Error && error.message.includes(`process ${holder.process.pid} `), String(error));
      return 'code' in error && error.code === 'locked';
    });
  } finally {
    await kill(holder);
  }
  const held = await home.disk.lock(path);
  await held[Symbol.asyncDispose]();
});

test('D4 of processes that start at once over a dead one, exactly one gets the lock', async () => {
  await using home = await makeNodeDiskHome();
  const path = `${home.directory}/lock`;
  await kill(await startLocker(path));
  const starters = await Promise.all(Array.from({ length: 4 }, () => startLocker(path)));
  for (const starter of starters) await kill(starter);
  assert.equal(starters.filter(({ said }) => said === 'held').length, 1, starters.map(({ said }) => said).join('; '));
});

test('a full disk and a used-up quota are disk-full, anything else is disk-failed with the path', () => {
  for (const code of ['ENOSPC', 'EDQUOT']) {
    assert.equal(translate('write', '/data/x', Object.assign(new Error(code), { code })).code, 'disk-full');
  }
  const failure = translate('write', '/data/x', Object.assign(new Error('EIO: i/o error'), { code: 'EIO' }));
  assert.equal(failure.code, 'disk-failed');
  assert.equal(failure.message, '/data/x: could not write: EIO: i/o error');
});

test('relative paths start at the root of the disk', async () => {
  await using home = await makeNodeDiskHome();
  const disk = new NodeDisk(home.directory);
  const file = await disk.open('here', { create: true });
  await file.close();
  assert.deepEqual(await disk.list('.'), ['here']);
});

test('a disk that only reads gives what is there and changes no file', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'actionbase-disk-'));
  try {
    await writeFile(join(directory, 'there'), 'text');
    const disk = new NodeDisk(directory, { readOnly: true });
    const file = await disk.open('there', { create: false });
    assert.deepEqual(await file.read(0, 10), new TextEncoder().encode('text'));
    await assert.rejects(file.truncate(0), { code: 'disk-failed' });
    await file.close();
    assert.equal(await readFile(join(directory, 'there'), 'utf8'), 'text');
  } finally {
    await rm(directory, { recursive: true });
  }
});
