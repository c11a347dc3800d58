import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { killAtExit } from './kill-at-exit.ts';

/** How a program ended. */
export interface ChildEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * A program of this repository as a process of its own. It takes its settings as JSON from the environment variable `SETTINGS`, and
 * what it prints to standard output is read line by line. It never outlives us.
 */
export class ChildMain implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ended: Promise<ChildEnd>;
  readonly #lines: string[] = [];
  #onLine: () => void = () => undefined;

  constructor(main: string, settings: unknown) {
    const child = spawn(process.execPath, [main], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, SETTINGS: JSON.stringify(settings) },
    });
    this.#child = child;
    killAtExit(child);
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.#lines.push(line);
      this.#onLine();
    });
    this.#ended = once(child, 'close').then(() => ({ code: child.exitCode, signal: child.signalCode }));
  }

  /** What it has printed so far. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** The first line that the pattern fits; an error when it ends before. */
  async line(pattern: RegExp): Promise<RegExpExecArray> {
    let seen = 0;
    return new Promise((resolve, reject) => {
      this.#onLine = () => {
        for (; seen < this.#lines.length; seen++) {
          const found = pattern.exec(this.#lines[seen] ?? '');
          if (found !== null) resolve(found);
        }
      };
      this.#onLine();
      const fail = ({ code, signal }: ChildEnd) =>
        reject(new Error(`it ended (${code ?? signal}) and never printed ${pattern}:\n${this.#lines.join('\n')}`));
      this.#ended.then(fail, reject);
    });
  }

  ended(): Promise<ChildEnd> {
    return this.#ended;
  }

  /** Ends it as a crash would. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  /** Ends it in good order. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.#ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }
}
