import { statfsSync } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { encodeFormat, formatKey, formatVersion } from './lmdb-record.ts';
import { type LmdbTreeOptions, openLmdbTree } from './lmdb-tree.ts';

/** Name of the file that holds everything; LMDB's other one, `lock.mdb`, knows only who has it open. */
export const dataFile = 'data.mdb';
/** Where a new data file is made; what a crash leaves in it is removed. */
const creationFolder = 'creating';

const magic = 0xbeef_c0de;
/** LMDB's own version of the data file, in the lower half of its field. */
const dataVersion = 2;

/**
 * Makes the data file, with its format record, when there is none. It is made aside and gets its name when all of it is on
 * the disk: a file that a power cut has torn while LMDB made it would end the process that opens it.
 */
export async function createDataFile(options: LmdbTreeOptions): Promise<void> {
  const { directory } = options;
  if (await exists(join(directory, dataFile))) return;
  const aside = join(directory, creationFolder);
  await rm(aside, { recursive: true, force: true });
  await mkdir(aside, { recursive: true });
  const tree = openLmdbTree({ ...options, directory: aside });
  await tree.batch(() => void tree.put(formatKey, encodeFormat(formatVersion)));
  await tree.close();
  await syncPath(join(aside, dataFile));
  await rename(join(aside, dataFile), join(directory, dataFile));
  await syncPath(directory);
  await syncPath(dirname(directory));
  await rm(aside, { recursive: true });
}

/**
 * Rejects with a plain sentence when LMDB could not open the file: its own failure to do so may end the process.
 *
 *     00 .. 17   header of the first page
 *     18 .. 1b   de c0 ef be
 *     1c .. 1f   version of the data file, 02 00 00 00
 */
export async function checkDataFile({ directory, readOnly }: LmdbTreeOptions): Promise<void> {
  const path = join(directory, dataFile);
  const file = await open(path, readOnly ? 'r' : 'r+');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(32), 0, 32, 0);
    if (bytesRead < 32 || buffer.readUInt32LE(24) !== magic) throw new Error(`${path} is not an LMDB file`);
    const version = buffer.readUInt16LE(28);
    if (version !== dataVersion) throw new Error(`${path} has LMDB's data version ${version}, not ${dataVersion}`);
  } finally {
    await file.close();
  }
}

/** Bytes that this process may still write on the disk of the directory. Takes about 4 us, so it can be asked each time. */
export function freeBytesOf(directory: string): number {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize;
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}

/** Makes a file or a folder durable. */
export async function syncPath(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
