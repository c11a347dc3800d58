import assert from 'node:assert/strict';
import { Failure } from '@actionbase/core/failure';
import type { Disk, DiskFile } from '../disk.ts';
import { type Law, type MakeHome, testLaws } from './law.ts';

/** Where one disk lives, with the ways to hurt it. Disposing it removes everything. */
export interface DiskHome extends AsyncDisposable {
  readonly disk: Disk;
  /** An existing empty folder; only below it are files made. */
  readonly directory: string;
  /** Whether `crash` cuts the power; else it only ends the process, and everything written stays. */
  readonly losesUnsynced: boolean;
  /** Ends the process that uses `disk` and gives the disk that the next one finds. The seed decides what is lost. */
  crash(disk: Disk, seed: number): Promise<Disk>;
}

/** Crashes per law: each has a seed of its own, so that bytes are kept, lost and torn. */
const CRASHES = 20;

/** Registers the laws of `Disk` as tests; every implementation calls it. */
export function diskContract(name: string, make: MakeHome<DiskHome>): void {
  testLaws(name, diskLaws, make);
}

export const diskLaws: readonly Law<DiskHome>[] = [
  {
    law: 'D1',
    title: 'synced bytes and the length survive a power cut',
    run: (home) =>
      withCrashes(home, async ({ disk, directory, path }) => {
        const file = await disk.open(path, { create: true });
        await disk.syncDirectory(directory);
        await file.write(0, filled(1500, 1));
        await file.write(700, filled(300, 2));
        await file.truncate(4000);
        await file.sync();
        return async (after) => {
          const found = await after.open(path, { create: false });
          assert.equal(await found.sizeBytes(), 4000);
          const expected = new Uint8Array(4000);
          expected.fill(1, 0, 1500);
          expected.fill(2, 700, 1000);
          assert.deepEqual(await found.read(0, 5000), expected);
          await found.close();
        };
      }),
  },
  {
    law: 'D1',
    title: 'a length that was cut and synced stays cut',
    run: (home) =>
      withCrashes(home, async ({ disk, directory, path }) => {
        const file = await disk.open(path, { create: true });
        await disk.syncDirectory(directory);
        await file.write(0, filled(3000, 1));
        await file.sync();
        await file.truncate(1000);
        await file.sync();
        await file.truncate(2000);
        await file.sync();
        return async (after) => {
          const found = await after.open(path, { create: false });
          assert.deepEqual(await found.read(0, 3000), concatenated(filled(1000, 1), new Uint8Array(1000)));
          await found.close();
        };
      }),
  },
  {
    law: 'D2',
    title: 'created, renamed and removed names are durable after syncDirectory',
    run: (home) =>
      withCrashes(home, async ({ disk, directory }) => {
        const at = (name: string) => `${directory}/${name}`;
        for (const name of ['a', 'b', 'c']) await writeFile(disk, at(name), filled(10, name.charCodeAt(0)));
        await disk.syncDirectory(directory);
        await disk.rename(at('a'), at('d'));
        await disk.rename(at('d'), at('b'));
        await disk.remove(at('c'));
        await disk.syncDirectory(directory);
        return async (after) => {
          assert.deepEqual(await after.list(directory), ['b']);
          assert.deepEqual(await readFile(after, at('b')), filled(10, 97));
        };
      }),
  },
  {
    law: 'D2',
    title: 'a folder that was made is there after a power cut',
    run: (home) =>
      withCrashes(home, async ({ disk, directory }) => {
        const folder = `${directory}/one/two`;
        await disk.makeDirectory(folder);
        await disk.makeDirectory(folder);
        return async (after) => {
          await writeFile(after, `${folder}/file`, filled(3, 3));
          assert.deepEqual(await after.list(folder), ['file']);
          assert.deepEqual(await after.list(`${directory}/one`), ['two']);
        };
      }),
  },
  {
    law: 'D3',
    title: 'a write that was not synced harms no other bytes',
    run: (home) =>
      withCrashes(home, async ({ disk, directory, path }) => {
        const file = await disk.open(path, { create: true });
        await disk.syncDirectory(directory);
        await file.write(0, filled(4096, 1));
        await file.sync();
        await file.write(1000, filled(1500, 2));
        return async (after) => {
          const bytes = await readFile(after, path);
          assert.deepEqual(bytes.subarray(0, 1000), filled(1000, 1));
          assert.deepEqual(bytes.subarray(2500), filled(4096 - 2500, 1));
          for (const byte of bytes.subarray(1000, 2500)) assert.ok(byte === 1 || byte === 2);
          if (!home.losesUnsynced) assert.deepEqual(bytes.subarray(1000, 2500), filled(1500, 2));
        };
      }),
  },
  {
    law: 'D4',
    title: 'a lock has one holder, whose process id a second one is told',
    async run({ disk, directory }) {
      const path = `${directory}/lock`;
      const held = await disk.lock(path);
      await assert.rejects(disk.lock(path), (error) => {
        assert.ok(error instanceof Failure);
        assert.equal(error.code, 'locked');
        assert.ok(error.message.includes(String(error.details.pid)), error.message);
        return typeof error.details.pid === 'number';
      });
      await held[Symbol.asyncDispose]();
      const again = await disk.lock(path);
      await again[Symbol.asyncDispose]();
    },
  },
  {
    law: 'D4',
    title: 'of starters at the same time exactly one gets the lock',
    async run({ disk, directory }) {
      const path = `${directory}/lock`;
      const starters = await Promise.allSettled(Array.from({ length: 5 }, () => disk.lock(path)));
      const holders = starters.flatMap((starter) => (starter.status === 'fulfilled' ? [starter.value] : []));
      assert.equal(holders.length, 1);
      for (const holder of holders) await holder[Symbol.asyncDispose]();
    },
  },
  {
    law: 'D4',
    title: 'a lock is free after a crash of its holder',
    run: (home) =>
      withCrashes(home, async ({ disk, directory }) => {
        const path = `${directory}/lock`;
        await disk.lock(path);
        return async (after) => {
          const held = await after.lock(path);
          await held[Symbol.asyncDispose]();
        };
      }),
  },
  {
    law: 'D5',
    title: 'reads see what was written, through every open file, and zeros where nothing was',
    async run({ disk, directory }) {
      const path = `${directory}/file`;
      const first = await disk.open(path, { create: true });
      const second = await disk.open(path, { create: true });
      await first.write(100, filled(50, 7));
      assert.equal(await second.sizeBytes(), 150);
      assert.deepEqual(await second.read(90, 20), concatenated(new Uint8Array(10), filled(10, 7)));
      assert.deepEqual(await second.read(140, 100), filled(10, 7));
      assert.deepEqual(await second.read(150, 10), new Uint8Array(0));
      assert.deepEqual(await second.read(500, 10), new Uint8Array(0));
      await second.truncate(120);
      await first.truncate(130);
      assert.deepEqual(await first.read(110, 100), concatenated(filled(10, 7), new Uint8Array(10)));
      await closeAll([first, second]);
    },
  },
  {
    law: 'D5',
    title: 'a write does not keep the array that it was given, nor a read one that changes later',
    async run({ disk, directory }) {
      const file = await disk.open(`${directory}/file`, { create: true });
      const bytes = filled(600, 1);
      await file.write(0, bytes);
      bytes.fill(2);
      const read = await file.read(0, 600);
      await file.write(0, filled(600, 3));
      assert.deepEqual(read, filled(600, 1));
      await closeAll([file]);
    },
  },
  {
    law: 'D5',
    title: 'names are listed in order; what is not there is a disk-failed that names the path',
    async run({ disk, directory }) {
      for (const name of ['b', 'a', 'c']) await writeFile(disk, `${directory}/${name}`, filled(1, 1));
      assert.deepEqual(await disk.list(directory), ['a', 'b', 'c']);
      assert.deepEqual(await disk.list(`${directory}/none`), []);
      const absent = `${directory}/absent`;
      for (const attempt of [
        disk.open(absent, { create: false }),
        disk.remove(absent),
        disk.rename(absent, `${directory}/x`),
      ]) {
        await assert.rejects(attempt, (error) => {
          assert.ok(error instanceof Failure);
          assert.equal(error.code, 'disk-failed');
          return error.message.includes('absent');
        });
      }
    },
  },
  {
    law: 'D6',
    title: 'of several that create one name as new, one succeeds and the others change nothing',
    async run({ disk, directory }) {
      const path = `${directory}/file`;
      const attempts = await Promise.allSettled(Array.from({ length: 5 }, () => disk.open(path, { create: 'new' })));
      const made = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
      assert.equal(made.length, 1);
      for (const file of made) await file.write(0, filled(10, 1));
      await assert.rejects(disk.open(path, { create: 'new' }), (error) => {
        assert.ok(error instanceof Failure);
        assert.equal(error.details.cause, 'EEXIST');
        return error.code === 'disk-failed';
      });
      assert.deepEqual(await readFile(disk, path), filled(10, 1));
      await closeAll(made);
    },
  },
];

/** What a program that is about to crash works with: a folder of its own, and a file's path in it. */
interface Doomed {
  readonly disk: Disk;
  readonly directory: string;
  readonly path: string;
}

type AfterCrash = (disk: Disk) => Promise<void>;

/** Runs `prepare`, a crash and what it returned, again and again with different seeds. */
async function withCrashes(home: DiskHome, prepare: (doomed: Doomed) => Promise<AfterCrash>): Promise<void> {
  let disk = home.disk;
  for (let seed = 1; seed <= (home.losesUnsynced ? CRASHES : 1); seed++) {
    const directory = `${home.directory}/${seed}`;
    await disk.makeDirectory(directory);
    const check = await prepare({ disk, directory, path: `${directory}/file` });
    disk = await home.crash(disk, seed);
    await check(disk);
  }
}

async function writeFile(disk: Disk, path: string, bytes: Uint8Array): Promise<void> {
  const file = await disk.open(path, { create: true });
  await file.write(0, bytes);
  await file.sync();
  await file.close();
}

async function readFile(disk: Disk, path: string): Promise<Uint8Array> {
  const file = await disk.open(path, { create: false });
  const bytes = await file.read(0, await file.sizeBytes());
  await file.close();
  return bytes;
}

async function closeAll(files: readonly DiskFile[]): Promise<void> {
  for (const file of files) await file.close();
}

function filled(length: number, value: number): Uint8Array {
  return new Uint8Array(length).fill(value);
}

function concatenated(first: Uint8Array, second: Uint8Array): Uint8Array {
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}
