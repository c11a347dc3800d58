import { readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';

interface ArchivedFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** Bytes of it that the archive holds: those up to the last that is not zero. */
  readonly storedBytes: number;
}

/**
 * Packs a folder into one small file, byte for byte: the zeros at the end of a file, which a log and a store have many of,
 * are only counted.
 * Layout, compressed with Brotli: length of the list as a 32-bit integer, the list as JSON, the stored bytes of its files.
 */
export function packDirectory(directory: string): Uint8Array {
  const contents = filesBelow(directory).map((path) => {
    const bytes = readFileSync(path);
    const stored = bytes.subarray(0, bytes.findLastIndex((byte) => byte !== 0) + 1);
    const file: ArchivedFile = {
      path: relative(directory, path).split('\\').join('/'),
      sizeBytes: bytes.length,
      storedBytes: stored.length,
    };
    return { file, stored };
  });
  const list = Buffer.from(JSON.stringify(contents.map(({ file }) => file)));
  const head = Buffer.alloc(4);
  head.writeUInt32BE(list.length);
  const whole = Buffer.concat([head, list, ...contents.map(({ stored }) => stored)]);
  return brotliCompressSync(whole, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: whole.length } });
}

/** Writes what `packDirectory` packed into a folder, which is made. */
export async function unpackDirectory(archive: Uint8Array, directory: string): Promise<void> {
  const whole = brotliDecompressSync(archive);
  const listEnd = 4 + whole.readUInt32BE(0);
  const list: readonly ArchivedFile[] = JSON.parse(whole.subarray(4, listEnd).toString('utf8'));
  let at = listEnd;
  for (const { path, sizeBytes, storedBytes } of list) {
    const target = join(directory, path);
    await mkdir(dirname(target), { recursive: true });
    await using file = await open(target, 'w');
    await file.write(whole.subarray(at, at + storedBytes));
    await file.truncate(sizeBytes);
    at += storedBytes;
  }
}

/** All files of a folder and of those in it, in one order. */
export function filesBelow(directory: string): string[] {
  return readdirSync(directory)
    .sort()
    .flatMap((name) => {
      const path = join(directory, name);
      return statSync(path).isDirectory() ? filesBelow(path) : [path];
    });
}
