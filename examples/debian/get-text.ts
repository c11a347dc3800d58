import { spawnSync } from 'node:child_process';
import { closeSync, createReadStream, createWriteStream, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { ExampleFailure } from '../driver/example-failure.ts';

export interface PackageText {
  /** A plain text file in the work folder. */
  readonly path: string;
  readonly origin: string;
  readonly bytes: number;
}

/**
 * Puts the text of a package index into `folder`: of `file` (plain, gzip or xz, by its first bytes), or what
 * `apt-cache dumpavail` prints. With a limit, only that many paragraphs from the beginning: everything that comes
 * later reads the shortened text.
 */
export async function getText(
  folder: string,
  file: string | undefined,
  limit: number | undefined,
): Promise<PackageText> {
  const whole = join(folder, 'packages.txt');
  if (file === undefined) dumpAvailable(whole);
  else await unpack(file, whole);
  const origin = file === undefined ? 'apt-cache dumpavail' : 'the file given';
  const path = limit === undefined ? whole : shorten(whole, join(folder, `packages-${limit}.txt`), limit);
  return { path, origin, bytes: statSync(path).size };
}

function dumpAvailable(target: string): void {
  runInto(target, 'apt-cache', ['dumpavail']);
  if (statSync(target).size > 0) return;
  console.error('apt knows no packages yet: running apt-get update …');
  const update = spawnSync('apt-get', ['update', '--quiet'], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (update.status === 0) runInto(target, 'apt-cache', ['dumpavail']);
  if (statSync(target).size > 0) return;
  throw new ExampleFailure('apt has no package index, and `apt-get update` could not get one: give --file Packages.xz');
}

async function unpack(file: string, target: string): Promise<void> {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) throw new ExampleFailure(`--file ${file} is no file`);
  const magic = readStart(file, 6).toString('hex');
  if (magic.startsWith('1f8b')) {
    await pipeline(createReadStream(file), createGunzip(), createWriteStream(target));
  } else if (magic === 'fd377a585a00') {
    runInto(target, 'xz', ['--decompress', '--stdout', file]);
  } else {
    await pipeline(createReadStream(file), createWriteStream(target));
  }
}

function readStart(file: string, length: number): Buffer {
  const start = Buffer.alloc(length);
  const descriptor = openSync(file, 'r');
  try {
    return start.subarray(0, readSync(descriptor, start));
  } finally {
    closeSync(descriptor);
  }
}

function shorten(whole: string, target: string, limit: number): string {
  // With an empty RS, awk reads paragraphs.
  const program = 'NR > n { exit } { print }';
  runInto(target, 'awk', ['-v', `n=${limit}`, '-v', 'RS=', '-v', 'ORS=\n\n', program, whole]);
  return target;
}

/** Runs a program with its output in a file; what it says besides goes to our stderr. */
export function runInto(target: string, command: string, args: readonly string[]): void {
  const descriptor = openSync(target, 'w');
  try {
    const result = spawnSync(command, args, { stdio: ['ignore', descriptor, 'inherit'] });
    if (result.error !== undefined) throw new ExampleFailure(`${command} could not be run: ${result.error.message}`);
    if (result.status !== 0) throw new ExampleFailure(`${command} ended with ${result.status ?? result.signal}`);
  } finally {
    closeSync(descriptor);
  }
}
