/**
 * Goal: an owner that was replaced harms nobody, whatever it still does. Method: two logs on one memory disk, of which the
 * second one's locks are free; operations of the first are held back at chosen moments. The laws G9 and G10 are the contract's.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '@actionbase/core/failure';
import {
  appendFrames,
  appendTexts,
  assertFailure,
  assertThere,
  readAll,
  settleTurns,
  textsOf,
} from '@actionbase/ports/contracts/log-frames';
import type { Frame } from '@actionbase/ports/log';
import { type DiskOperationKind, MemoryDisk } from '@actionbase/ports/memory/memory-disk';
import { logDirectory, openLog } from '../fixtures/log-files.ts';
import { LogArchive } from './log-archive.ts';
import { readMeta } from './open-directory.ts';
import { claimLog } from './owner-claim.ts';
import { writeLog } from './write-log.ts';

const small = { segmentBytes: 8 * 1024, preallocatedBytes: 2 * 1024 };

async function archived(disk: MemoryDisk, durableEnd: number): Promise<string[]> {
  const archive = await LogArchive.open(disk, logDirectory);
  const frames: Frame[] = [];
  for await (const frame of archive.frames({ from: archive.start, durableEnd })) frames.push(frame);
  return frames.flatMap(textsOf);
}

/** Lets the next operation of a kind on such a file wait until it is released. */
function holdBack(disk: MemoryDisk, kind: DiskOperationKind, suffix: string): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  disk.intercept = async (operation) => {
    if (operation.kind === kind && operation.path.endsWith(suffix)) await promise;
    return undefined;
  };
  return resolve;
}

const names = async (disk: MemoryDisk, suffix: string): Promise<string[]> =>
  (await disk.list(logDirectory)).filter((name) => name.endsWith(suffix));

test('a log from before there were terms is opened, and goes on in segments with terms', async () => {
  const disk = new MemoryDisk();
  async function* frames() {
    for (let offset = 0; offset < 3; offset++) {
      yield { offset, stampMs: offset + 1, entries: [new TextEncoder().encode(`old ${offset}`)] };
    }
  }
  await writeLog({ disk, directory: logDirectory, epoch: 1, start: 0, frames: frames() });
  assert.deepEqual(await names(disk, '.log'), ['00000000000000000000.log']);
  const log = await openLog(disk);
  const acknowledged = await appendFrames(log, 2, 'new');
  await log[Symbol.asyncDispose]();
  assert.deepEqual(await names(disk, '.log'), ['00000000000000000000.log', '00000000000000000003.0000000001.log']);
  assert.equal((await readMeta(disk, `${logDirectory}/log.meta`)).hasTerms, true);
  await using again = await openLog(disk);
  const found = await readAll(again);
  assert.deepEqual(found.flatMap(textsOf), ['old 0', 'old 1', 'old 2', 'new 0', 'new 1']);
  assertThere(found, acknowledged);
});

test('of several that claim at once one stays in force, and the terms differ', async () => {
  const disk = new MemoryDisk();
  await disk.makeDirectory(logDirectory);
  const claims = await Promise.allSettled(Array.from({ length: 5 }, () => claimLog(disk.beside(), logDirectory, 1)));
  const owners = claims.flatMap((claim) => (claim.status === 'fulfilled' ? [claim.value] : []));
  assert.equal(new Set(owners.map(({ term }) => term)).size, owners.length);
  const inForce = await Promise.allSettled(owners.map((owner) => owner.confirm()));
  assert.equal(inForce.filter(({ status }) => status === 'fulfilled').length, 1);
  assert.equal((await names(disk, '.term')).length, 1);
});

test('a term is above that of the store, when the directory knows of none', async () => {
  const disk = new MemoryDisk();
  await using log = await openLog(disk, { termAbove: 41 });
  assert.equal(log.term(0), 42);
});

test('a frame that the earlier owner writes when the later one has read the end is in no segment that is read', async () => {
  const disk = new MemoryDisk();
  const earlier = await openLog(disk);
  await appendFrames(earlier, 3);
  const release = holdBack(disk, 'write', '.log');
  const late = appendTexts(earlier, ['late']);
  late.catch(() => undefined);
  await settleTurns();
  const other = disk.beside();
  other.intercept = undefined;
  const later = await openLog(other);
  release();
  const failure = await assertFailure(late, 'log-unknown-outcome');
  assert.ok(failure.cause instanceof Failure && failure.cause.code === 'fenced');
  await appendFrames(later, 3, 'later');
  const expected = ['frame 0', 'frame 1', 'frame 2', 'later 0', 'later 1', 'later 2'];
  assert.deepEqual((await readAll(later)).flatMap(textsOf), expected);
  assert.deepEqual(await archived(other, 6), expected);
  await earlier[Symbol.asyncDispose]();
  await later[Symbol.asyncDispose]();
  await using again = await openLog(other.kill());
  assert.deepEqual((await readAll(again)).flatMap(textsOf), expected);
});

test('a segment that the earlier owner begins too late is left out, and goes when its frames would', async () => {
  const disk = new MemoryDisk();
  const earlier = await openLog(disk, small);
  await appendTexts(earlier, ['x'.repeat(6_000)]);
  const release = holdBack(disk, 'rename', '.log.new');
  const late = appendTexts(earlier, ['y'.repeat(6_000)]);
  late.catch(() => undefined);
  await settleTurns();
  const other = disk.beside();
  other.intercept = undefined;
  // What has not got its name yet is removed by whoever opens; here it has just got it.
  const isUnfinished = (name: string): boolean => name.endsWith('.log.new');
  const list = other.list.bind(other);
  other.list = async (directory) => (await list(directory)).filter((name) => !isUnfinished(name));
  const later = await openLog(other, small);
  const acknowledged = await appendFrames(later, 3, 'z'.repeat(3_000));
  release();
  await assertFailure(late, 'log-unknown-outcome');
  await later[Symbol.asyncDispose]();
  await earlier[Symbol.asyncDispose]();

  const notices: string[] = [];
  await using again = await openLog(other.kill(), { ...small, onNotice: (line) => void notices.push(line) });
  assert.match(
    notices.join(),
    /00000000000000000001\.0000000001\.log: left out, an owner began it that had been replaced/,
  );
  assertThere(await readAll(again), acknowledged);
  await appendFrames(again, 6, 'w'.repeat(3_000));
  await again.trim(0, 8);
  const left = (await names(other.beside(), '.log')).map((name) => Number(name.slice(0, 20)));
  assert.ok(!left.includes(1), `bases ${left.join()}`);
});

test('a closed log gives the room that it had taken ahead back, one that was replaced does not touch its file', async () => {
  const disk = new MemoryDisk();
  const sizeOf = async (name: string): Promise<number> => {
    const file = await disk.open(`${logDirectory}/${name}`, { create: false });
    const size = await file.sizeBytes();
    await file.close();
    return size;
  };
  const first = await openLog(disk);
  await appendFrames(first, 3);
  const before = await sizeOf('00000000000000000000.0000000001.log');
  await first[Symbol.asyncDispose]();
  assert.ok((await sizeOf('00000000000000000000.0000000001.log')) < before);
  const second = await openLog(disk);
  await appendFrames(second, 3);
  await using third = await openLog(disk.beside());
  await assert.rejects(appendTexts(second, ['late']));
  const written = await sizeOf('00000000000000000003.0000000002.log');
  await second[Symbol.asyncDispose]();
  assert.equal(await sizeOf('00000000000000000003.0000000002.log'), written);
  await appendFrames(third, 1);
});
