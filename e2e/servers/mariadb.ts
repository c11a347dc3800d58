import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';
import { findProgram, ServerChild } from './server-child.ts';

const run = promisify(execFile);

export interface MariaDbOptions {
  /** Memory for pages of tables; a small one makes a table that outgrows it visible. */
  readonly bufferPoolMb?: number;
  /** More lines of the configuration, by name, or other values for those that every server here has. */
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * A real MariaDB with a row-based binary log, as a child process with a data folder and a port of its own. It commits durably
 * (`sync_binlog=1`, log flushed at every commit). Disposing it removes everything.
 */
export class MariaDb implements AsyncDisposable {
  readonly host = '127.0.0.1';
  readonly port: number;
  /** May do everything, from everywhere. */
  readonly admin = { user: 'admin', password: 'admin' };
  readonly #directory: string;
  readonly #settings: Readonly<Record<string, string>>;
  readonly #child = new ServerChild();

  private constructor(directory: string, port: number, settings: Readonly<Record<string, string>>) {
    this.#directory = directory;
    this.port = port;
    this.#settings = settings;
  }

  /** Makes a data folder, starts a server on it and waits until it takes connections. */
  static async start({ bufferPoolMb = 64, settings = {} }: MariaDbOptions = {}): Promise<MariaDb> {
    programOf('mariadbd');
    const directory = await mkdtemp(join(tmpdir(), 'actionbase-mariadb-'));
    const data = join(directory, 'data');
    const install = ['--no-defaults', `--datadir=${data}`, `--user=${userInfo().username}`];
    await run(programOf('mariadb-install-db'), [
      ...install,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
    ]);
    const server = new MariaDb(directory, await freePort(), {
      'innodb-buffer-pool-size': `${bufferPoolMb}M`,
      ...settings,
    });
    try {
      await server.launch();
      const { user, password } = server.admin;
      await server.sql(
        `CREATE USER '${user}'@'%' IDENTIFIED BY '${password}'; GRANT ALL ON *.* TO '${user}'@'%' WITH GRANT OPTION`,
      );
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
    return server;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Everything that it has printed. */
  get output(): string {
    return this.#child.output;
  }

  /** Runs statements as root through the command line client, and gives what it prints: columns separated by tabs, no heads. */
  async sql(statements: string): Promise<string> {
    const { stdout } = await run(
      programOf('mariadb'),
      [
        ...['--no-defaults', '--user=root', `--socket=${this.#socket}`, '--default-character-set=utf8mb4'],
        ...['--batch', '--skip-column-names', '-e', statements],
      ],
      { maxBuffer: 64 * 1024 * 1024 },
    );
    return stdout;
  }

  /** Starts the server that was stopped or killed, on the same folder and port. */
  async launch(): Promise<void> {
    const configuration = join(this.#directory, 'my.cnf');
    await writeFile(configuration, this.#configuration());
    await this.#child.launch({
      name: 'MariaDB',
      path: programOf('mariadbd'),
      args: [`--defaults-file=${configuration}`],
      options: { stdio: ['ignore', 'ignore', 'pipe'] },
      says: 'stderr',
      ready: 'ready for connections',
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

  /** Stops all its threads, as a machine that hangs: connections stay open and nothing answers. */
  freeze(): void {
    this.#child.freeze();
  }

  thaw(): void {
    this.#child.thaw();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.launch();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    this.#child[Symbol.dispose]();
    await rm(this.#directory, { recursive: true, force: true });
  }

  get #socket(): string {
    return join(this.#directory, 'mariadb.sock');
  }

  #configuration(): string {
    const settings: Record<string, string> = {
      datadir: join(this.#directory, 'data'),
      socket: this.#socket,
      port: String(this.port),
      'bind-address': this.host,
      user: userInfo().username,
      'skip-name-resolve': '1',
      'server-id': '1',
      'log-bin': 'binlog',
      'binlog-format': 'ROW',
      'binlog-row-image': 'FULL',
      'binlog-row-metadata': 'FULL',
      'gtid-strict-mode': '1',
      'sync-binlog': '1',
      'innodb-flush-log-at-trx-commit': '1',
      'innodb-log-file-size': '64M',
      'character-set-server': 'utf8mb4',
      ...this.#settings,
    };
    return `[mariadbd]\n${Object.entries(settings)
      .map(([name, value]) => `${name}=${value}\n`)
      .join('')}`;
  }
}

function programOf(name: string): string {
  const found = findProgram(name);
  if (found !== undefined) return found;
  throw new Error(
    `${name} is not installed here: run scripts/install-components.sh, or install MariaDB 10.11 or later`,
  );
}
