import type { Disk, DiskFile } from '@actionbase/ports/disk';
import { type DebtLine, parseDebtLine, printDebtLine } from './debt-line.ts';

const NAME = 'debt.log';
const NEW_NAME = 'debt.new';
const LOCK_NAME = 'debt.lock';
const NEWLINE = 0x0a;

const utf8 = new TextEncoder();

/**
 * The durable lines of a debt, in a folder that belongs to one process. Appends that come at the same time share a sync. A
 * last line that a crash tore is cut off, with all behind it: nothing of that was ever acknowledged as durable.
 */
export class DebtFile implements AsyncDisposable {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #lock: AsyncDisposable;
  #file: DiskFile;
  #sizeBytes: number;
  #lines: number;
  #waiting: DebtLine[] = [];
  #turn: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  private constructor(parts: OpenedFile, lock: AsyncDisposable) {
    this.#disk = parts.disk;
    this.#directory = parts.directory;
    this.#lock = lock;
    this.#file = parts.file;
    this.#sizeBytes = parts.sizeBytes;
    this.#lines = parts.lines;
  }

  /** Opens the file, and hands over what it says. Failure `locked`: another process has the folder. */
  static async open(
    disk: Disk,
    directory: string,
  ): Promise<{ readonly file: DebtFile; readonly lines: readonly DebtLine[] }> {
    await disk.makeDirectory(directory);
    const lock = await disk.lock(`${directory}/${LOCK_NAME}`);
    try {
      const file = await disk.open(`${directory}/${NAME}`, { create: true });
      await disk.syncDirectory(directory);
      const { lines, sizeBytes } = await readLines(file);
      await file.truncate(sizeBytes);
      const opened = { disk, directory, file, sizeBytes, lines: lines.length };
      return { file: new DebtFile(opened, lock), lines };
    } catch (error) {
      await lock[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Lines in the file, those included that are no longer needed. */
  get lines(): number {
    return this.#lines;
  }

  /** Appends lines; they are durable when it resolves. */
  append(...lines: readonly DebtLine[]): Promise<void> {
    this.#waiting.push(...lines);
    this.#next ??= this.#inTurn(async () => {
      this.#next = undefined;
      const taken = this.#waiting;
      this.#waiting = [];
      await this.#write(taken);
    });
    return this.#next;
  }

  /** Replaces the file by one that says only this; `lines` is asked when its turn has come. */
  rewrite(lines: () => readonly DebtLine[]): Promise<void> {
    return this.#inTurn(async () => {
      const kept = lines();
      const bytes = bytesOf(kept);
      const path = `${this.#directory}/${NEW_NAME}`;
      const file = await this.#disk.open(path, { create: true });
      await file.truncate(0);
      await file.write(0, bytes);
      await file.sync();
      await this.#disk.rename(path, `${this.#directory}/${NAME}`);
      await this.#disk.syncDirectory(this.#directory);
      await this.#file.close();
      this.#file = file;
      this.#sizeBytes = bytes.length;
      this.#lines = kept.length;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#turn;
    await this.#file.close();
    await this.#lock[Symbol.asyncDispose]();
  }

  async #write(lines: readonly DebtLine[]): Promise<void> {
    const bytes = bytesOf(lines);
    await this.#file.write(this.#sizeBytes, bytes);
    await this.#file.sync();
    this.#sizeBytes += bytes.length;
    this.#lines += lines.length;
  }

  /** A write that failed leaves the size as it was: the next one goes over what it left behind. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

interface OpenedFile {
  readonly disk: Disk;
  readonly directory: string;
  readonly file: DiskFile;
  readonly sizeBytes: number;
  readonly lines: number;
}

function bytesOf(lines: readonly DebtLine[]): Uint8Array {
  return utf8.encode(lines.map(printDebtLine).join(''));
}

/** The whole lines from the beginning, up to the first one that is damaged. */
async function readLines(file: DiskFile): Promise<{ readonly lines: readonly DebtLine[]; readonly sizeBytes: number }> {
  const bytes = await file.read(0, await file.sizeBytes());
  const text = new TextDecoder();
  const lines: DebtLine[] = [];
  let start = 0;
  for (;;) {
    const end = bytes.indexOf(NEWLINE, start);
    const line = end < 0 ? undefined : parseDebtLine(text.decode(bytes.subarray(start, end)));
    if (line === undefined) return { lines, sizeBytes: start };
    lines.push(line);
    start = end + 1;
  }
}
