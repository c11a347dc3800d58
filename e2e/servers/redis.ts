import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from './free-port.ts';

/**
 * A real Redis as a child process with a data folder and a port of its own. It writes each command to its append-only file, and
 * syncs it, before it answers. Disposing it removes everything.
 */
export class RedisServer implements AsyncDisposable {
  readonly host = '127.0.0.1';
  readonly port: number;
  readonly #directory: string;
  #child: ChildProcess | undefined;
  #output = '';
  readonly #killAtExit = () => this.#child?.kill('SIGKILL');

  private constructor(directory: string, port: number) {
    this.#directory = directory;
    this.port = port;
    process.once('exit', this.#killAtExit);
  }

  /** Makes a data folder, starts a server on it and waits until it takes connections. */
  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await mkdtemp(join(tmpdir(), 'actionbase-redis-')), await freePort());
    try {
      await server.launch();
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
    return server;
  }

  /** Everything that it has printed. */
  get output(): string {
    return this.#output;
  }

  /** Starts the server that was stopped or killed, on the same folder and port; it answers when its data is loaded. */
  async launch(): Promise<void> {
    if (this.#child !== undefined) throw new Error('Redis is running already');
    const address = ['--port', String(this.port), '--bind', this.host, '--dir', this.#directory];
    const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
    // The program decides by its own name what it is: Debian's redis-tools has the server under another one.
    const child = spawn(findServer(), [...address, ...durable], {
      argv0: 'redis-server',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child = child;
    const printedFrom = this.#output.length;
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        this.#child = undefined;
        reject(new Error(`Redis ended (${code ?? signal}):\n${this.#output.slice(printedFrom)}`));
      });
      createInterface({ input: child.stdout }).on('line', (line) => {
        this.#output += `${line}\n`;
        if (line.includes('Ready to accept connections')) resolve();
      });
    });
  }

  /** Ends the server in good order. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Ends the server as a crash would. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Stops it, as a machine that hangs: connections stay open and nothing answers. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    process.removeListener('exit', this.#killAtExit);
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }
}

const FOLDERS = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/local/sbin'];

function findServer(): string {
  for (const name of ['redis-server', 'redis-check-rdb']) {
    const found = FOLDERS.map((folder) => join(folder, name)).find((path) => existsSync(path));
    if (found !== undefined) return found;
  }
  throw new Error('Redis is not installed here: run scripts/install-components.sh, or install redis-tools');
}
