import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { CrashCommandOptions } from './crash-command.ts';
import type { CrashServerOptions } from './crash-server.ts';
import { PASSED_LINE } from './kill-switch.ts';

/** How a process ended. */
export interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** How often it passed each point, when it ended itself at one. */
  readonly passed: Readonly<Record<string, number>> | null;
  /** What it said. */
  readonly output: string;
}

/** A process that may end itself at any moment. */
export interface CrashProcess {
  readonly child: ChildProcess;
  /** Resolves to the port, or to null when it ended before it served. */
  readonly port: Promise<number | null>;
  readonly ended: Promise<Ended>;
}

/** Starts processes; what they compile is kept in a folder for the next ones, since most of a start is compiling. */
export class CrashProcesses {
  readonly #cacheDirectory: string;

  constructor(cacheDirectory: string) {
    this.#cacheDirectory = cacheDirectory;
  }

  serve(options: CrashServerOptions): CrashProcess {
    return this.#start('crash-server.ts', options);
  }

  run(options: CrashCommandOptions): Promise<Ended> {
    return this.#start('crash-command.ts', options).ended;
  }

  #start(program: string, options: CrashServerOptions | CrashCommandOptions): CrashProcess {
    const child = spawn(process.execPath, [join(import.meta.dirname, program), JSON.stringify(options)], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_COMPILE_CACHE: this.#cacheDirectory },
    });
    let [results, output] = ['', ''];
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    const port = new Promise<number | null>((resolve) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        results += text;
        const found = /http:\/\/127\.0\.0\.1:(\d+) /.exec(results);
        if (found !== null) resolve(Number(found[1]));
      });
      child.once('close', () => resolve(null));
    });
    const ended = once(child, 'close').then(([code, signal]): Ended => {
      return { code, signal, passed: passedIn(results), output };
    });
    return { child, port, ended };
  }
}

function passedIn(results: string): Ended['passed'] {
  const line = results.split('\n').find((text) => text.startsWith(PASSED_LINE));
  return line === undefined ? null : JSON.parse(line.slice(PASSED_LINE.length));
}
