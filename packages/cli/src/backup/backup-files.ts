import { createHash } from 'node:crypto';
import { open, readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '@actionbase/core/failure';
import { commandFailures } from '../failures.ts';
import { isMissing } from '../is-missing.ts';
import { type FileFacts, MANIFEST_FILE, type Manifest, parseManifest, printManifest } from './manifest.ts';

const CHUNK_BYTES = 1_048_576;

/** What a new file system has in its root: such a folder counts as empty. */
const OF_THE_SYSTEM = 'lost+found';

/** Names in a folder; none when it is missing. */
export async function namesIn(directory: string): Promise<string[]> {
  try {
    return (await readdir(directory)).filter((name) => name !== OF_THE_SYSTEM);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Refuses a folder that has anything in it. */
export async function requireEmpty(directory: string, advice: string): Promise<void> {
  const names = await namesIn(directory);
  if (names.length === 0) return;
  const message = `${directory} is not empty: ${names.sort().slice(0, 5).join(', ')}. ${advice}`;
  throw new Failure(commandFailures['folder-not-empty'], message, { directory });
}

/** Size and SHA-256 of a file. */
export async function factsOfFile(
  directory: string,
  path: string,
  onBytes: (bytes: number) => void = () => {},
): Promise<FileFacts> {
  await using file = await open(join(directory, path), 'r');
  const sha256 = createHash('sha256');
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let sizeBytes = 0;
  for (;;) {
    const { bytesRead } = await file.read(chunk, 0, chunk.length, sizeBytes);
    if (bytesRead === 0) return { path, sizeBytes, sha256: sha256.digest('hex') };
    sha256.update(chunk.subarray(0, bytesRead));
    sizeBytes += bytesRead;
    onBytes(bytesRead);
  }
}

/** Writes the manifest, durably and under its name last: from then on the folder is a backup. */
export async function writeManifest(directory: string, manifest: Manifest): Promise<void> {
  const path = join(directory, MANIFEST_FILE);
  {
    await using file = await open(`${path}.new`, 'w');
    await file.writeFile(printManifest(manifest));
    await file.sync();
  }
  await rename(`${path}.new`, path);
  await using folder = await open(directory, 'r');
  await folder.sync();
}

/** Reads the manifest of a backup. Failure: `backup-unreadable`. */
export async function readManifest(directory: string): Promise<Manifest> {
  const path = join(directory, MANIFEST_FILE);
  let text: string;
  try {
    await using file = await open(path, 'r');
    text = await file.readFile('utf8');
  } catch (cause) {
    const names = await namesIn(directory);
    const isUnfinished = names.includes('store') || names.includes('log');
    const why = isUnfinished
      ? 'the backup was interrupted before it was complete; remove the folder and take another one'
      : 'the folder holds no backup';
    const message = `${path} is missing: ${why}`;
    throw new Failure(commandFailures['backup-unreadable'], message, { path }, cause);
  }
  return parseManifest(text, path);
}

/** Compares the files of a backup with its manifest. Failure: `backup-damaged`, which names the file. */
export async function checkFiles(
  directory: string,
  files: readonly FileFacts[],
  onBytes: (bytes: number) => void = () => {},
): Promise<void> {
  for (const expected of files) {
    const path = join(directory, expected.path);
    const sizeBytes = await sizeOf(path);
    if (sizeBytes === undefined) throw damaged(path, 'is missing');
    if (sizeBytes !== expected.sizeBytes) {
      throw damaged(path, `has ${sizeBytes} bytes; the manifest says ${expected.sizeBytes}`);
    }
    const { sha256 } = await factsOfFile(directory, expected.path, onBytes);
    if (sha256 !== expected.sha256) throw damaged(path, 'is not what was backed up: its SHA-256 is another one');
  }
}

/** A file of a backup that is not what it was. */
export function damaged(path: string, what: string): Failure {
  const message = `${path} ${what}. Use another backup, or another copy of this one`;
  return new Failure(commandFailures['backup-damaged'], message, { path });
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
