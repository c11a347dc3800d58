import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '@actionbase/core/failure';
import { diskContract } from '../contracts/disk.ts';
import { makeMemoryDiskHome } from '../contracts/memory-disk-home.ts';
import { MemoryDisk } from './memory-disk.ts';
import { SeededRandom } from './seeded-random.ts';

diskContract('MemoryDisk', makeMemoryDiskHome);

const filled = (length: number, value: number) => new Uint8Array(length).fill(value);

async function contentAfterCrash(seed: number): Promise<Uint8Array | undefined> {
  const disk = new MemoryDisk();
  const file = await disk.open('file', { create: true });
  await disk.syncDirectory('');
  await file.write(0, filled(2048, 1));
  await file.sync();
  await file.write(0, filled(2048, 2));
  await file.write(2048, filled(1024, 3));
  const after = disk.crash(new SeededRandom(seed));
  const found = await after.open('file', { create: false });
  return found.read(0, 4096);
}

test('a power cut keeps, loses and tears unsynced writes, sector by sector', async () => {
  const seen = new Set<string>();
  for (let seed = 0; seed < 200; seed++) {
    const bytes = (await contentAfterCrash(seed)) ?? new Uint8Array(0);
    const sectors: number[] = [];
    for (let start = 0; start < bytes.length; start += 512) {
      const sector = new Set(bytes.subarray(start, start + 512));
      assert.equal(sector.size, 1, 'a sector is never in between');
      sectors.push(...sector);
    }
    seen.add(sectors.join(''));
  }
  assert.ok(seen.has('1111'), 'all lost');
  assert.ok(seen.has('222233'), 'all kept');
  assert.ok(seen.size > 20, `${seen.size} different outcomes`);
  assert.deepEqual(await contentAfterCrash(5), await contentAfterCrash(5));
});

test('a name that was not synced may vanish, and a rename never leaves both names nor none', async () => {
  const outcomes = new Set<string>();
  for (let seed = 0; seed < 60; seed++) {
    const disk = new MemoryDisk();
    await disk.open('kept', { create: true });
    await disk.syncDirectory('/');
    await disk.rename('kept', 'renamed');
    await disk.open('made', { create: true });
    outcomes.add((await disk.crash(new SeededRandom(seed)).list('')).join(' '));
  }
  assert.deepEqual([...outcomes].sort(), ['kept', 'kept made', 'made renamed', 'renamed']);
});

test('a failed sync loses its writes even when a later sync succeeds, but programs still see them', async () => {
  const disk = new MemoryDisk();
  const file = await disk.open('file', { create: true });
  await disk.syncDirectory('');
  await file.write(0, filled(1024, 1));
  disk.failNext('sync');
  await assert.rejects(file.sync(), (error) => error instanceof Failure && error.code === 'disk-failed');
  await file.sync();
  assert.deepEqual(await file.read(0, 1024), filled(1024, 1));
  const after = disk.crash(new SeededRandom(1));
  assert.equal(await (await after.open('file', { create: false })).sizeBytes(), 0);
});

test('a write that fails in part leaves its first half', async () => {
  const disk = new MemoryDisk();
  const file = await disk.open('file', { create: true });
  disk.failNext('write', 'fail-in-part');
  await assert.rejects(file.write(0, filled(1000, 1)));
  assert.equal(await file.sizeBytes(), 500);
  disk.failNext('write');
  await assert.rejects(file.write(0, filled(1000, 2)));
  assert.deepEqual(await file.read(0, 1000), filled(500, 1));
});

test('a full disk writes what fits, fails, and goes on when there is room again', async () => {
  const disk = new MemoryDisk({ capacityBytes: 1000 });
  const file = await disk.open('file', { create: true });
  await assert.rejects(
    file.write(0, filled(1500, 1)),
    (error) => error instanceof Failure && error.code === 'disk-full',
  );
  assert.equal(await file.sizeBytes(), 1000);
  await file.write(0, filled(1000, 2));
  disk.capacityBytes = 2000;
  await file.write(0, filled(1500, 3));
  assert.deepEqual(await file.read(0, 2000), filled(1500, 3));
});

test('operations of a dead process never settle and change nothing', async () => {
  const disk = new MemoryDisk();
  const file = await disk.open('file', { create: true });
  await file.write(0, filled(10, 1));
  const after = disk.kill();
  let settled = false;
  const settle = () => {
    settled = true;
  };
  file.write(0, filled(10, 2)).then(settle, settle);
  disk.remove('file').then(settle, settle);
  const found = await after.open('file', { create: false });
  assert.deepEqual(await found.read(0, 10), filled(10, 1));
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(settled, false);
});

/** Lets that many promise callbacks run, one after the other. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await Promise.resolve();
}

const allTurns = () => new Promise((resolve) => setImmediate(resolve));

// Found by seed 326 of the file log's crash property: a sync took effect, and was answered, after the power cut.
test('a sync that was answered had happened before the power cut, at whatever moment that came', async () => {
  for (let moment = 0; moment < 20; moment++) {
    for (let seed = 0; seed < 8; seed++) {
      const disk = new MemoryDisk();
      const file = await disk.open('file', { create: true });
      await disk.syncDirectory('');
      await file.write(0, filled(600, 1));
      let answered = false;
      const answer = () => {
        answered = true;
      };
      file.sync().then(answer, answer);
      await turns(moment);
      const after = disk.crash(new SeededRandom(seed));
      await allTurns();
      const found = await (await after.open('file', { create: false })).read(0, 600);
      if (answered) assert.deepEqual(found, filled(600, 1), `cut at moment ${moment}, seed ${seed}`);
    }
  }
});

test('an interceptor sees every operation, may delay it and decides what goes wrong', async () => {
  const seen: string[] = [];
  const disk = new MemoryDisk({
    intercept: async ({ kind, path }) => {
      await Promise.resolve();
      seen.push(`${kind} ${path}`);
      return kind === 'write' ? 'full' : undefined;
    },
  });
  const file = await disk.open('/file', { create: true });
  await assert.rejects(file.write(0, filled(1, 1)), (error) => error instanceof Failure && error.code === 'disk-full');
  assert.deepEqual(seen.slice(-2), ['open file', 'write file']);
});

// Found as a lost frame of the file log (seeds 200 and 11348 of its power cuts): a failed sync had forgotten the growth.
test('D1 what is written beyond a length that a failed sync forgot is durable after the next sync', async () => {
  const disk = new MemoryDisk();
  const file = await disk.open('log', { create: true });
  await disk.syncDirectory('');
  await file.truncate(2_000);
  disk.failNext('sync');
  await assert.rejects(file.sync());
  await file.write(1_000, Uint8Array.of(7));
  await file.sync();
  const after = await disk.crash(new SeededRandom(1)).open('log', { create: false });
  assert.deepEqual(await after.read(1_000, 10), Uint8Array.of(7));
});
