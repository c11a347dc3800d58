import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { findProgram, ServerChild } from './server-child.ts';

/**
 * A real Redis as a child process with a data folder and a port of its own. It writes each command to its append-only file, and
 * syncs it, before it answers. Disposing it removes everything.
 */
export class RedisServer implements AsyncDisposable {
  readonly host = '127.0.0.1';
  readonly port: number;
  readonly #directory: string;
  readonly #child = new ServerChild();

  private constructor(directory: string, port: number) {
    this.#directory = directory;
    this.port = port;
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
    return this.#child.output;
  }

  /** Starts the server that was stopped or killed, on the same folder and port; it answers when its data is loaded. */
  async launch(): Promise<void> {
    const address = ['--port', String(this.port), '--bind', this.host, '--dir', this.#directory];
    const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
    await this.#child.launch({
      name: 'Redis',
      path: findServer(),
      args: [...address, ...durable],
      // The program decides by its own name what it is: Debian's redis-tools has the server under another one.
      options: { argv0: 'redis-server', stdio: ['ignore', 'pipe', 'inherit'] },
      says: 'stdout',
      ready: 'Ready to accept connections',
    });
  }

  /** Ends the server in good order. */
  async stop(): Promise<void> {
    await this.#child.end('SIGTERM');
  }

  /** Ends the server as a crash would. */
  async kill(): Promise<void> {
    await this.#child.end('SIGKILL');
  }

  /** Stops it, as a machine that hangs: connections stay open and nothing answers. */
  freeze(): void {
    this.#child.freeze();
  }

  thaw(): void {
    this.#child.thaw();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    this.#child[Symbol.dispose]();
    await rm(this.#directory, { recursive: true, force: true });
  }
}

function findServer(): string {
  const found = findProgram('redis-server', 'redis-check-rdb');
  if (found !== undefined) return found;
  throw new Error('Redis is not installed here: run scripts/install-components.sh, or install redis-tools');
}
