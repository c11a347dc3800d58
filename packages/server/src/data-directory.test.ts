import assert from 'node:assert/strict';
import test from 'node:test';
import { Failure } from '@actionbase/core/failure';
import { MemoryDisk } from '@actionbase/ports/memory/memory-disk';
import { checkDataDirectory, claimDataDirectory } from './data-directory.ts';

async function write(disk: MemoryDisk, path: string, text: string): Promise<void> {
  const file = await disk.open(path, { create: true });
  await file.write(0, new TextEncoder().encode(text));
  await file.close();
}

function failsWith(code: string, part: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof Failure && error.code === code && part.test(error.message);
}

test('a data directory is made, claimed, given back and claimed again', async () => {
  const disk = new MemoryDisk();
  const first = await claimDataDirectory(disk, 'data');
  assert.ok((await disk.list('data')).includes('FORMAT'));
  await first[Symbol.asyncDispose]();
  const second = await claimDataDirectory(disk, 'data');
  await second[Symbol.asyncDispose]();
});

test('a claimed data directory is refused to others', async () => {
  const disk = new MemoryDisk();
  await using _ = await claimDataDirectory(disk, 'data');
  await assert.rejects(claimDataDirectory(disk, 'data'), failsWith('locked', /./));
});

test('a data directory of another format is refused with what to do, and is left free', async () => {
  const disk = new MemoryDisk();
  const claim = await claimDataDirectory(disk, 'data');
  await claim[Symbol.asyncDispose]();
  await write(disk, 'data/FORMAT', 'actionbase data directory, format 2\n');
  const expected = failsWith('data-directory-unknown', /format 2.*reads format 1.*Start the program that wrote it/);
  await assert.rejects(claimDataDirectory(disk, 'data'), expected);
  await assert.rejects(claimDataDirectory(disk, 'data'), expected);
});

test('a directory with other files is refused, one with only lost+found is not', async () => {
  const disk = new MemoryDisk();
  await disk.makeDirectory('home');
  await write(disk, 'home/letter.txt', 'dear');
  await assert.rejects(claimDataDirectory(disk, 'home'), failsWith('data-directory-unknown', /letter\.txt/));
  await disk.makeDirectory('mount/lost+found');
  await using _ = await claimDataDirectory(disk, 'mount');
});

test('a directory whose first use was cut off before it had a format can be claimed', async () => {
  const disk = new MemoryDisk();
  await disk.makeDirectory('data');
  await write(disk, 'data/FORMAT.new', 'actionb');
  await using _ = await claimDataDirectory(disk, 'data');
});

test('a directory in which a restore did not finish is refused with what to do', async () => {
  const disk = new MemoryDisk();
  await disk.makeDirectory('data');
  await write(disk, 'data/RESTORING', 'actionbase data directory, format 1\n');
  const expected = failsWith('data-directory-unknown', /a restore that did not finish .* restore again/);
  await assert.rejects(claimDataDirectory(disk, 'data'), expected);
});

test('a data directory is told from other folders without being claimed', async () => {
  const disk = new MemoryDisk();
  await using _ = await claimDataDirectory(disk, 'data');
  await checkDataDirectory(disk, 'data');
  await disk.makeDirectory('home');
  await assert.rejects(checkDataDirectory(disk, 'home'), failsWith('data-directory-unknown', /it has no file FORMAT/));
  await write(disk, 'data/FORMAT', 'actionbase data directory, format 2\n');
  await assert.rejects(checkDataDirectory(disk, 'data'), failsWith('data-directory-unknown', /format 2/));
});
