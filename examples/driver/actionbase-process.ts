import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ExampleFailure } from './example-failure.ts';

/** The `actionbase` command, from the sources: what `npm run actionbase` runs, without npm in between. */
const command = join(import.meta.dirname, '../../packages/cli/src/main.ts');

/** How much of what a process said is kept for a failure's message. */
const saidLengthMax = 4000;

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  /** The end of it. */
  readonly stderr: string;
}

/** One run of the `actionbase` command, as a process of its own that can be killed. */
export class ActionbaseProcess {
  readonly finished: Promise<Finished>;
  readonly #child: ChildProcess;
  readonly #command: string;
  #stdout = '';
  #stderr = '';

  constructor(args: readonly string[]) {
    this.#command = `actionbase ${args.slice(0, 3).join(' ')} …`;
    this.#child = spawn(process.execPath, [command, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
      this.#child.emit('printed');
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-saidLengthMax);
    });
    // Whatever ends this program ends what it started, before anything else is cleaned up.
    const end = (): unknown => this.#child.kill('SIGKILL');
    process.prependOnceListener('exit', end);
    this.finished = new Promise((resolve, reject) => {
      this.#child.on('error', reject);
      this.#child.on('close', (code, signal) => {
        process.off('exit', end);
        this.#child.emit('printed');
        resolve({ code, signal, stdout: this.#stdout, stderr: this.#stderr });
      });
    });
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Resolves to the first match in what the process prints; a process that ends without is an `ExampleFailure`. */
  async waitFor(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.#stdout);
      if (match !== null) return match;
      if (!this.isRunning) throw new ExampleFailure(`${this.#command} ended:\n${this.#stderr}`);
      await once(this.#child, 'printed');
    }
  }

  /** `kill -9`: the process gets to do nothing more. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.finished;
  }

  /** Asks the process to end, and waits for it. */
  async stop(): Promise<Finished> {
    this.#child.kill('SIGTERM');
    return this.finished;
  }
}

/** Runs the command to its end and gives what it printed; a failure carries what it said. */
export async function runActionbase(args: readonly string[]): Promise<string> {
  const { code, signal, stdout, stderr } = await new ActionbaseProcess(args).finished;
  if (code === 0) return stdout;
  throw new ExampleFailure(`actionbase ${args.slice(0, 3).join(' ')} … ended with ${code ?? signal}:\n${stderr}`);
}
