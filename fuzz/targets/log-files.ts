import { isDeepStrictEqual } from 'node:util';
import { FileLog } from '@actionbase/adapter-file-log/file-log';
import { LogArchive } from '@actionbase/adapter-file-log/log-archive';
import { Failure } from '@actionbase/core/failure';
import type { Disk } from '@actionbase/ports/disk';
import type { Frame } from '@actionbase/ports/log';
import { ManualClock } from '@actionbase/ports/memory/manual-clock';
import { MemoryDisk } from '@actionbase/ports/memory/memory-disk';
import { pureTarget, type Target } from '../target.ts';

type Files = ReadonlyMap<string, Uint8Array>;

/** A log as it was before it was damaged. */
interface Original {
  readonly files: Files;
  readonly frames: readonly Frame[];
}

const DIRECTORY = 'log';
const FRAMES = 24;
const OPERATION_BYTES = 8;
const OPERATIONS_MAX = 12;
const FILE_BYTES_MAX = 65_536;
/** A reader asks for at most this, or as much as the largest file has. */
const READ_BYTES_MAX = 262_144;
const REFUSALS = ['log-damaged', 'log-format', 'log-trimmed'];

/** What is done to the bytes of one file, by the first byte of an operation. */
const OPERATIONS: readonly ((bytes: Uint8Array, given: Operands) => Uint8Array)[] = [
  (bytes, { at, argument }) => bytes.with(at, (bytes[at] ?? 0) ^ (argument % 256 || 1)),
  (bytes, { at }) => bytes.slice(0, at),
  (bytes, { at, length }) => new Uint8Array(Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)])),
  (bytes, { at, length }) => new Uint8Array(Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)])),
  (bytes, { at, length }) => bytes.slice().fill(0, at, at + length),
  (bytes, { at, length, argument, other }) => overwritten(bytes, at, other.subarray(argument, argument + length)),
  (bytes, { at, argument }) => overwritten(bytes, at & ~3, Buffer.from(Uint32Array.of(argument).buffer).reverse()),
  (bytes, { at, length }) =>
    new Uint8Array(Buffer.concat([bytes.subarray(0, at), new Uint8Array(length), bytes.subarray(at)])),
];

interface Operands {
  readonly at: number;
  readonly length: number;
  readonly argument: number;
  /** Bytes of another file. */
  readonly other: Uint8Array;
}

/**
 * Files of a log whose bytes were changed. Layout of an input: one byte whose lowest bit says whether the store knows what
 * was durable; then operations of 8 bytes: kind, file, place, length, argument (16 bits each).
 */
export const LOG_FILES: Target = {
  name: 'log-files',
  promise: 'a damaged log is refused with file and byte, or opens and gives only frames that were written',
  code: /\/packages\/adapters\/file-log\/src\//,
  batch: 8,
  seeds: () =>
    [[0], [1], [0, 1, 3, 20, 0, 0, 0, 0, 0], [0, 0, 0, 20, 0, 0, 0, 7, 7], [1, 5, 1, 16, 0, 1, 0, 16, 0]].map((bytes) =>
      Uint8Array.from(bytes),
    ),
  words: ['\0\0\x10\0\0\x40\0\x10', '\x05\x01\x10\0\0\xff\x10\0', '\x06\x03\x10\x08\0\0\xff\xff'],
  async open() {
    const original = await writeOriginal();
    return pureTarget((input) => playDamage(original, input));
  },
};

async function writeOriginal(): Promise<Original> {
  const disk = new MemoryDisk();
  await using log = await openLog(disk);
  for (let at = 0; at < FRAMES; at++) {
    await log.append(0, [new TextEncoder().encode(`frame ${at} `.repeat(1 + ((at * 7) % 40))), Uint8Array.of(at)]);
  }
  const frames = await log.read(0, 0, { frames: FRAMES, bytes: FILE_BYTES_MAX });
  const files = new Map<string, Uint8Array>();
  for (const name of await disk.list(DIRECTORY)) {
    if (name.startsWith('lock')) continue;
    const file = await disk.open(`${DIRECTORY}/${name}`, { create: false });
    files.set(name, await file.read(0, await file.sizeBytes()));
    await file.close();
  }
  return { files, frames };
}

function openLog(disk: Disk, durableAtLeast?: { epoch: number; offset: number }): Promise<FileLog> {
  const clock = new ManualClock({ nowMs: 1_750_000_000_000, sleeps: 'advance' });
  return FileLog.open({
    directory: DIRECTORY,
    disk,
    clock,
    segmentBytes: 6_000,
    preallocatedBytes: 1_000,
    durableAtLeast,
  });
}

async function playDamage({ files, frames }: Original, input: Uint8Array): Promise<string | undefined> {
  const damaged = damage(files, input.subarray(1));
  const disk = await writeFiles(damaged);
  let longest = 0;
  const watched = watchReads(disk, (length) => {
    longest = Math.max(longest, length);
  });
  const isKnown = ((input[0] ?? 0) & 1) === 1;
  const problem =
    (await orRefusal(() => readArchive(watched, frames))) ??
    (await orRefusal(() => readLog(watched, frames, isKnown))) ??
    (await orRefusal(() => readLog(watched, frames, isKnown)));
  if (problem !== undefined) return problem;
  return longest > READ_BYTES_MAX ? `it asked for ${longest} bytes at once` : undefined;
}

/** A refusal that names where the damage is, is right; everything else is thrown on. */
async function orRefusal(work: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Failure) || !REFUSALS.includes(error.code)) throw error;
    if (error.code === 'log-damaged' && typeof error.details.file !== 'string') return 'damage without its file';
    return undefined;
  }
}

async function readLog(disk: Disk, originals: readonly Frame[], isKnown: boolean): Promise<string | undefined> {
  await using log = await openLog(disk, isKnown ? { epoch: 1, offset: FRAMES } : undefined);
  const { start, end } = log.bounds(0);
  if (isKnown && end < FRAMES) return `the store knows of ${FRAMES} durable frames, and the log opens with ${end}`;
  for (let from = start; from < Math.min(end, FRAMES); ) {
    const page = await log.read(0, from, { frames: 10, bytes: 5_000 });
    const wrong = page.find((frame) => !isWritten(frame, originals));
    if (wrong !== undefined) return `frame ${wrong.offset} was never written so`;
    from += page.length;
  }
  const appended = await log.append(0, [new Uint8Array(3)]);
  return appended.offset === end ? undefined : `frame ${end} is appended as ${appended.offset}`;
}

async function readArchive(disk: Disk, originals: readonly Frame[]): Promise<string | undefined> {
  const archive = await LogArchive.open(disk, DIRECTORY);
  for await (const frame of archive.frames({ from: archive.start, durableEnd: 0 })) {
    if (!isWritten(frame, originals)) return `frame ${frame.offset} was never written as the archive gives it`;
  }
  return undefined;
}

/** Whether a frame is the original of its offset; those behind the originals are ours. */
function isWritten(frame: Frame, originals: readonly Frame[]): boolean {
  const original = originals[frame.offset];
  if (original === undefined || isProbe(frame)) return true;
  const plain = ({ offset, stampMs, entries }: Frame): unknown => [offset, stampMs, entries.map((entry) => [...entry])];
  return isDeepStrictEqual(plain(frame), plain(original));
}

/** A frame that `readLog` appended behind a tail that was cut. */
function isProbe({ entries }: Frame): boolean {
  return entries.length === 1 && entries[0]?.length === 3;
}

function damage(files: Files, program: Uint8Array): Files {
  const damaged = new Map(files);
  const names = [...files.keys()];
  const view = new DataView(program.buffer, program.byteOffset, program.length);
  const count = Math.min(OPERATIONS_MAX, Math.floor(program.length / OPERATION_BYTES));
  for (let i = 0; i < count; i++) {
    const start = i * OPERATION_BYTES;
    const operation = OPERATIONS[view.getUint8(start) % OPERATIONS.length];
    const name = names[view.getUint8(start + 1) % names.length] ?? '';
    const bytes = damaged.get(name);
    if (operation === undefined || bytes === undefined || bytes.length === 0) continue;
    const given = {
      at: view.getUint16(start + 2) % bytes.length,
      length: view.getUint16(start + 4) % 5_000,
      argument: view.getUint16(start + 6),
      other: files.get(names[view.getUint8(start + 7) % names.length] ?? '') ?? bytes,
    };
    damaged.set(name, operation(bytes, given).slice(0, FILE_BYTES_MAX));
  }
  return damaged;
}

function overwritten(bytes: Uint8Array, at: number, by: Uint8Array): Uint8Array {
  const changed = bytes.slice();
  changed.set(by.subarray(0, Math.max(0, changed.length - at)), at);
  return changed;
}

async function writeFiles(files: Files): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  await disk.makeDirectory(DIRECTORY);
  for (const [name, bytes] of files) {
    const file = await disk.open(`${DIRECTORY}/${name}`, { create: true });
    await file.write(0, bytes);
    await file.close();
  }
  return disk;
}

function watchReads(disk: Disk, onRead: (length: number) => void): Disk {
  return {
    async open(path, options) {
      const file = await disk.open(path, options);
      return {
        sizeBytes: () => file.sizeBytes(),
        read: (offset, length) => {
          onRead(length);
          return file.read(offset, length);
        },
        write: (offset, bytes) => file.write(offset, bytes),
        truncate: (sizeBytes) => file.truncate(sizeBytes),
        sync: () => file.sync(),
        close: () => file.close(),
      };
    },
    list: (directory) => disk.list(directory),
    makeDirectory: (directory) => disk.makeDirectory(directory),
    rename: (from, to) => disk.rename(from, to),
    remove: (path) => disk.remove(path),
    syncDirectory: (directory) => disk.syncDirectory(directory),
    lock: (path) => disk.lock(path),
  };
}
