import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export interface ServerProgram {
  /** For people: `Redis`. */
  readonly name: string;
  readonly path: string;
  readonly args: readonly string[];
  readonly options: SpawnOptions;
  /** Where it tells that it takes connections, and by which words. */
  readonly says: 'stdout' | 'stderr';
  readonly ready: string;
}

/** A server of others as a child process, which is started, ended and frozen again and again, and never outlives us. */
export class ServerChild implements Disposable {
  #child: ChildProcess | undefined;
  #output = '';
  readonly #killAtExit = () => this.#child?.kill('SIGKILL');

  constructor() {
    process.once('exit', this.#killAtExit);
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Everything that it has printed. */
  get output(): string {
    return this.#output;
  }

  /** Starts the program and waits until it is ready. */
  async launch({ name, path, args, options, says, ready }: ServerProgram): Promise<void> {
    if (this.#child !== undefined) throw new Error(`${name} is running already`);
    const child = spawn(path, args, options);
    this.#child = child;
    const printedFrom = this.#output.length;
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        this.#child = undefined;
        reject(new Error(`${name} ended (${code ?? signal}):\n${this.#output.slice(printedFrom)}`));
      });
      child[says]?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
        if (this.#output.slice(printedFrom).includes(ready)) resolve();
      });
    });
  }

  /** Ends it; does nothing when it does not run. */
  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  /** Stops all its threads, as a machine that hangs: connections stay open and nothing answers. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  /** Of a server that was ended. */
  [Symbol.dispose](): void {
    process.removeListener('exit', this.#killAtExit);
  }
}

/** Debian keeps servers where the path of a plain user does not look. */
const FOLDERS = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/local/sbin'];

/** Where a program of one of these names is; undefined when none is installed. */
export function findProgram(...names: readonly string[]): string | undefined {
  for (const name of names) {
    const found = FOLDERS.map((folder) => join(folder, name)).find((path) => existsSync(path));
    if (found !== undefined) return found;
  }
  return undefined;
}
