import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { UsageError } from '../arguments/usage-error.ts';
import { isMissing } from '../is-missing.ts';
import type { FileIdentity } from './load-state.ts';

/** Bytes at the beginning of a file that its identity is made of, besides its size. */
const HEAD_BYTES = 65_536;

/** Reads what tells this file from another. */
export async function identifyFile(path: string): Promise<FileIdentity> {
  await using file = await openToRead(path);
  const { size } = await file.stat();
  const head = Buffer.alloc(Math.min(HEAD_BYTES, size));
  let filled = 0;
  while (filled < head.length) {
    const { bytesRead } = await file.read(head, filled, head.length - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  const headSha256 = createHash('sha256').update(head.subarray(0, filled)).digest('hex');
  return { sizeBytes: size, headSha256 };
}

/** Puts a text in the place of a file, so that a crash leaves either the old one or the new one. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const draft = `${path}.new`;
  {
    await using file = await open(draft, 'w');
    await file.writeFile(text);
    await file.sync();
  }
  await rename(draft, path);
}

/** The text of a file; undefined when there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    await using file = await open(path, 'r');
    return await file.readFile('utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Removes a file when it is there. */
export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true });
}

/** Refuses a file of rejects that is the loaded file itself, or no file: it is removed before the first line is written. */
export async function requireRejectsPath(rejectsPath: string, path: string | undefined): Promise<void> {
  const rejects = await statIfThere(rejectsPath);
  if (rejects === undefined) return;
  if (!rejects.isFile()) throw new UsageError(`--rejects is "${rejectsPath}"; expected a file, or a new name.`);
  const loaded = path === undefined ? undefined : await statIfThere(path);
  if (loaded?.ino === rejects.ino && loaded.dev === rejects.dev) {
    throw new UsageError(`--rejects is "${rejectsPath}", which is the file that is loaded; choose another one.`);
  }
}

/** A file of lines that only grows, made at the first line. */
export class LineFile implements AsyncDisposable {
  readonly path: string;
  #file: FileHandle | null = null;
  #sizeBytes: number;

  /** Keeps the first `sizeBytes` of a file that is there, and drops what lies behind them. */
  static async continue(path: string, sizeBytes: number): Promise<LineFile> {
    if (sizeBytes === 0) {
      await removeFile(path);
    } else {
      await using file = await open(path, 'r+');
      await file.truncate(sizeBytes);
    }
    return new LineFile(path, sizeBytes);
  }

  private constructor(path: string, sizeBytes: number) {
    this.path = path;
    this.#sizeBytes = sizeBytes;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Appends lines and brings them to disk. */
  async append(text: string): Promise<void> {
    if (text === '') return;
    this.#file ??= await open(this.path, 'a');
    await this.#file.writeFile(text);
    await this.#file.sync();
    this.#sizeBytes += Buffer.byteLength(text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file?.close();
  }
}

/** Opens the file that is loaded; a name that leads nowhere is a usage error. */
export async function openToRead(path: string): Promise<FileHandle> {
  try {
    const file = await open(path, 'r');
    if ((await file.stat()).isFile()) return file;
    await file.close();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`FILE is "${path}"; it cannot be read: ${reason}.`, cause);
  }
  throw new UsageError(`FILE is "${path}"; expected a file, or - for standard input.`);
}

async function statIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
