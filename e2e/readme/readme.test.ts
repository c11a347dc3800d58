/**
 * Goal: whoever copies the commands of README.md gets what it shows.
 * Method: all its ```sh blocks run in one shell, in their order, in the repository; only the port and the data directory
 * are others. `npm start` runs in the background, as in a terminal of its own, until the server is killed.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { type CommandBlock, findDifference, readCommandBlocks } from './readme-blocks.ts';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'readme-'));
const dataDirectory = join(folder, 'data');

test('every command of the README works and prints what the README shows', async () => {
  const blocks = readCommandBlocks(readFileSync(join(root, 'README.md'), 'utf8'));
  assert.ok(blocks.filter(({ expected }) => expected !== undefined).length >= 5, 'the README shows outputs');
  await using run = new ReadmeRun();
  for (const block of blocks) {
    const problem = await run.runBlock(block);
    assert.equal(problem, undefined, `README.md:${block.line}: ${problem}`);
  }
  assert.ok(run.starts >= 2, 'the README starts the server, and again after the kill');
});

after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

class ReadmeRun implements AsyncDisposable {
  starts = 0;
  /** Free at the first start, and the same from then on. */
  #port = 0;
  readonly #env: NodeJS.ProcessEnv;
  readonly #shell: ChildProcess;
  #server: ChildProcess | undefined;
  #output = '';

  constructor() {
    // What the tests run on may not be the first `node` in the path.
    const path = [dirname(process.execPath), process.env.PATH].join(':');
    this.#env = { ...process.env, ACTIONBASE_DATA_DIR: dataDirectory, PATH: path };
    this.#shell = spawn('bash', ['--noprofile', '--norc'], { cwd: root, env: this.#env });
    this.#shell.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#output += text;
      this.#shell.emit('printed');
    });
    this.#shell.stderr?.pipe(process.stderr);
  }

  /** A sentence on what is wrong, or undefined. */
  async runBlock({ commands, expected }: CommandBlock): Promise<string | undefined> {
    if (commands === 'npm start') return this.#start();
    if (commands === 'npm test') return hasScript('test') ? undefined : 'package.json has no script "test"';
    const killed = commands.startsWith('kill -9') ? this.#server : undefined;
    const { code, output } = await this.#runInShell(this.#redirect(commands));
    if (code !== 0) return `the commands end with ${code} and print ${output}`;
    if (killed !== undefined && killed.exitCode === null && killed.signalCode === null) await once(killed, 'exit');
    return expected === undefined ? undefined : findDifference(expected, output);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#shell.kill();
    const server = this.#server;
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    server.kill('SIGTERM');
    await once(server, 'exit');
  }

  /** The port and the data directory that the README names are this run's own. */
  #redirect(commands: string): string {
    return commands
      .replaceAll('localhost:8080', `localhost:${this.#port}`)
      .replaceAll(/(?<![\w/])data\//g, `${dataDirectory}/`);
  }

  async #start(): Promise<string | undefined> {
    this.starts += 1;
    const env = { ...this.#env, ACTIONBASE_PORT: String(this.#port) };
    const server = spawn('npm', ['start'], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
    this.#server = server;
    const address = await new Promise<string | undefined>((resolve) => {
      let said = '';
      server.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        const url = / serves (http:\S+)\n/.exec(said)?.[1];
        if (url !== undefined) resolve(url);
      });
      server.once('exit', () => resolve(undefined));
    });
    if (address === undefined) return 'the server ended instead of serving';
    this.#port = Number(new URL(address).port);
    await this.#runInShell(`export ACTIONBASE_URL=${address}`);
    return undefined;
  }

  async #runInShell(commands: string): Promise<{ readonly code: number; readonly output: string }> {
    const mark = `end-of-block-${this.#output.length}`;
    this.#output = '';
    this.#shell.stdin?.write(`${commands}\nprintf '\\n%s %d\\n' '${mark}' $?\n`);
    for (;;) {
      const end = new RegExp(`\\n${mark} (\\d+)\\n`).exec(this.#output);
      if (end !== null) return { code: Number(end[1]), output: this.#output.slice(0, end.index) };
      await once(this.#shell, 'printed');
    }
  }
}

function hasScript(name: string): boolean {
  const manifest: { readonly scripts: Record<string, string> } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  return Object.hasOwn(manifest.scripts, name);
}
