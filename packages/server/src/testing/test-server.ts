import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '@actionbase/adapter-node/system-clock';
import { SystemRandom } from '@actionbase/adapter-node/system-random';
import { openInstance } from '../composition.ts';
import type { ServerConfig } from '../config/config-table.ts';
import { defaultConfig } from '../config/read-config.ts';
import { engineOptions } from '../engine-options.ts';
import { type RunningServer, type ServerParts, startServer } from '../server.ts';
import { openMemoryInstance } from './memory-instance.ts';

/** What a test server stands on. */
export const TEST_STORES = ['memory', 'embedded'] as const;

export interface TestServerOptions {
  readonly store?: (typeof TEST_STORES)[number];
  readonly parts?: Partial<ServerParts>;
}

/** A server on a free port, with what it said. */
export interface TestServer extends RunningServer {
  /** Lines of the request log. */
  readonly logged: readonly string[];
  readonly notices: readonly string[];
}

/** Starts a server over a memory database, or over an embedded one in a folder that is removed in the end. */
export async function startTestServer(
  config: Partial<ServerConfig> = {},
  { store = 'memory', parts = {} }: TestServerOptions = {},
): Promise<TestServer> {
  const logged: string[] = [];
  const notices: string[] = [];
  const clock = new SystemClock();
  const directory = store === 'embedded' ? await mkdtemp(join(tmpdir(), 'actionbase-server-')) : undefined;
  const dataDir = directory ?? 'none';
  const server = await startServer(defaultConfig({ port: 0, dataDir, ...config }), {
    clock,
    random: new SystemRandom(),
    open: (whole, onNotice) =>
      store === 'embedded' ? openInstance(whole, onNotice) : openMemoryInstance(clock, engineOptions(whole, onNotice)),
    writeLog: (text) => logged.push(text),
    onNotice: (text) => notices.push(text),
    ...parts,
  });
  const { url, port, instance } = server;
  return {
    url,
    port,
    instance,
    logged,
    notices,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      if (directory !== undefined) await rm(directory, { recursive: true });
    },
  };
}
