import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { killAtExit } from '../servers/kill-at-exit.ts';

const MAIN = join(import.meta.dirname, '../../packages/cli/src/main.ts');

export interface ServerUnderTest {
  readonly child: ChildProcess;
  readonly port: number;
  /** Everything that it has printed so far. */
  readonly output: () => string;
}

export interface ServerOptions {
  /** A free one when missing. */
  readonly port?: number | undefined;
  /** The program of another version. */
  readonly main?: string | undefined;
}

/** Starts `actionbase serve` and waits until it says where it serves. */
export async function startServer(
  dataDirectory: string,
  { port = 0, main = MAIN }: ServerOptions = {},
): Promise<ServerUnderTest> {
  const settings = { ACTIONBASE_PORT: String(port), ACTIONBASE_DATA_DIR: dataDirectory, ACTIONBASE_REQUEST_LOG: 'off' };
  const child = spawn(process.execPath, [main, 'serve'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...settings },
  });
  killAtExit(child);
  let output = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const servedPort = await new Promise<number>((resolve, reject) => {
    if (child.stdout === null) return reject(new Error('the server has no standard output'));
    createInterface({ input: child.stdout }).on('line', (line) => {
      output += `${line}\n`;
      const found = /http:\/\/127\.0\.0\.1:(\d+)/.exec(line);
      if (found !== null) resolve(Number(found[1]));
    });
    child.once('exit', (code, signal) => reject(new Error(`the server ended (${code ?? signal}):\n${output}`)));
  });
  return { child, port: servedPort, output: () => output };
}

/** Ends the server as a power failure of the process would: no handler runs. */
export async function killServer(server: ServerUnderTest): Promise<void> {
  if (server.child.exitCode !== null || server.child.signalCode !== null) return;
  server.child.kill('SIGKILL');
  await once(server.child, 'exit');
}
