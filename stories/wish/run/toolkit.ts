import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { callControl } from '@actionbase/migrate/operate/control-client';
import type { MigrationStatus } from '@actionbase/migrate/operate/migration-status';
import { killAtExit } from '../../../e2e/servers/kill-at-exit.ts';

const MAIN = join(import.meta.dirname, '../../../packages/cli/src/main.ts');
const FILE = join(import.meta.dirname, '../migrated/wish.migration.ts');

/** Rows per second: windows and days are short in a story, and so are looks at everything. */
const AUDIT_RATE = '500000';
/** Long, for large tables and busy machines. */
const UNTIL_MS_MAX = 1_800_000;

export interface ToolkitOptions {
  /** The migration's folder. */
  readonly directory: string;
  /** Where the directors have their folders. */
  readonly directors: string;
  /** mysql://… of the old database. */
  readonly legacyUrl: string;
  readonly countsUrl: string;
  /** The server of Actionbase, as the toolkit reaches it. */
  readonly serverUrl: string;
  /** Milliseconds from window to window, and from pass to pass, of the proof. */
  readonly pace: { readonly windowMs: number; readonly passMs: number };
}

/** How a command of the toolkit ended. */
export interface CommandEnd {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The toolkit as an operator uses it: one process that runs the migration, and commands that talk to it. */
export class Toolkit implements AsyncDisposable {
  readonly #options: ToolkitOptions;
  #child: ChildProcess | undefined;
  #output = '';
  kills = 0;

  constructor(options: ToolkitOptions) {
    this.#options = options;
  }

  /** What its processes have printed. */
  get output(): string {
    return this.#output;
  }

  /** Starts the process, and waits until it takes commands. */
  async start(flags: readonly string[] = []): Promise<void> {
    const { directory, directors, legacyUrl, countsUrl, serverUrl, pace } = this.#options;
    const args = [
      'migrate',
      'start',
      '--file',
      FILE,
      '--dir',
      directory,
      '--directors',
      directors,
      '--legacy',
      legacyUrl,
    ];
    const more = [
      '--counts',
      `wishers=${countsUrl}`,
      '--url',
      serverUrl,
      '--window',
      String(pace.windowMs),
      '--pass',
      String(pace.passMs),
      '--audit-rate',
      AUDIT_RATE,
      ...flags,
    ];
    const child = spawn(process.execPath, [MAIN, ...args, ...more], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child = child;
    killAtExit(child);
    await new Promise<void>((resolve, reject) => {
      let text = '';
      child.stderr.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
        this.#output += piece;
        if (text.includes(' runs. ')) resolve();
      });
      child.once('exit', (code, signal) => reject(new Error(`the toolkit ended (${code ?? signal}):\n${text}`)));
    });
  }

  /** Ends the process as a crash would. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    this.kills += 1;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }

  /** Runs `actionbase migrate …`. */
  migrate(...args: string[]): Promise<CommandEnd> {
    return this.command('migrate', ...args, '--dir', this.#options.directory);
  }

  /** Runs a command of the toolkit against the server. */
  command(...args: string[]): Promise<CommandEnd> {
    return new Promise((resolve) => {
      execFile(process.execPath, [MAIN, ...args], { maxBuffer: 64 * 1024 * 1024 }, (error, out, err) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, err });
      });
    });
  }

  /** Recounts a table, as fast as it can. */
  audit(table: string, ...flags: string[]): Promise<CommandEnd> {
    return this.command('audit', table, ...flags, '--rate', AUDIT_RATE, '--url', this.#options.serverUrl);
  }

  async plan(): Promise<CommandEnd> {
    const { legacyUrl, serverUrl } = this.#options;
    return this.command('migrate', 'plan', '--file', FILE, '--legacy', legacyUrl, '--url', serverUrl);
  }

  /** Asked through the socket that the command asks, too: a process for each look would cost more than all that is shown. */
  async status(): Promise<MigrationStatus> {
    const answer = await callControl(this.#options.directory, { kind: 'status' });
    if (answer.kind === 'refused') throw new Error(`the status was refused: ${answer.message}`);
    return answer.body as MigrationStatus;
  }

  /** Asks again and again until the status is as it should be. */
  async until(
    what: string,
    isSo: (status: MigrationStatus) => boolean,
    timeoutMs = UNTIL_MS_MAX,
  ): Promise<MigrationStatus> {
    const untilMs = performance.now() + timeoutMs;
    for (;;) {
      const status = await this.status();
      if (isSo(status)) return status;
      if (performance.now() > untilMs)
        throw new Error(`${what} did not come: ${JSON.stringify(status)}\n${this.#output.slice(-2_000)}`);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }
}
