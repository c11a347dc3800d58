import type { KeyObject } from 'node:crypto';
import { type FileHandle, open, readFile, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure } from '@actionbase/core/failure';
import { migrateFailures } from '../failures.ts';
import { CHAIN_START, type ChainEnd, parseChainLine, printChainLine, problemOfLine } from './chain.ts';

/**
 * A file of chained lines that only grows. What `append` has resolved for survives a power cut; a line that was cut short by one
 * is removed when the file is opened. Anything else that is wrong with the chain is refused: somebody changed the file.
 */
export class ChainedFile implements AsyncDisposable {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #key: KeyObject | undefined;
  #end: ChainEnd;
  #appending: Promise<unknown> = Promise.resolve();

  private constructor(path: string, file: FileHandle, end: ChainEnd, key: KeyObject | undefined) {
    this.path = path;
    this.#file = file;
    this.#end = end;
    this.#key = key;
  }

  /** Opens or creates the file, and gives the bodies of its lines to `onBody`, in order. */
  static async open(path: string, onBody: (body: unknown) => void, key?: KeyObject): Promise<ChainedFile> {
    const file = await open(path, 'a+');
    try {
      await syncDirectory(dirname(path));
      const end = await readChain(path, onBody);
      return new ChainedFile(path, file, end, key);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** The hash of the last line: names everything up to it. */
  get lastHash(): string {
    return this.#end.previous;
  }

  /** Writes a line and syncs it. After a failure nothing more is written. */
  append(body: object): Promise<void> {
    const done = this.#appending.then(() => this.#append(body));
    this.#appending = done;
    done.catch(() => undefined);
    return done;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#appending.catch(() => undefined);
    await this.#file.close();
  }

  async #append(body: object): Promise<void> {
    const text = printChainLine(this.#end, body, this.#key);
    await this.#file.appendFile(`${text}\n`);
    await this.#file.datasync();
    const hash = parseChainLine(text)?.hash ?? '';
    this.#end = { number: this.#end.number + 1, previous: hash };
  }
}

async function readChain(path: string, onBody: (body: unknown) => void): Promise<ChainEnd> {
  const text = await readFile(path, 'utf8');
  const whole = text.lastIndexOf('\n') + 1;
  if (whole < text.length) await truncate(path, Buffer.byteLength(text.slice(0, whole)));
  let end: ChainEnd = { number: 0, previous: CHAIN_START };
  for (const [index, lineText] of text.slice(0, whole).split('\n').slice(0, -1).entries()) {
    const line = parseChainLine(lineText);
    const problem = problemOfLine(end, line);
    if (line === undefined || problem !== undefined) {
      throw new Failure(migrateFailures['chain-broken'], `${path}, line ${index + 1}: ${problem}`);
    }
    onBody(JSON.parse(line.body));
    end = { number: end.number + 1, previous: line.hash };
  }
  return end;
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
