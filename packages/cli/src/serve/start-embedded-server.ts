import { SystemClock } from '@actionbase/adapter-node/system-clock';
import { SystemRandom } from '@actionbase/adapter-node/system-random';
import { openInstance } from '@actionbase/server/composition';
import type { ServerConfig } from '@actionbase/server/config/config-table';
import { type RunningServer, startServer } from '@actionbase/server/server';
import type { Terminal } from '../print/terminal.ts';

/** Starts a server on the embedded database. The request log goes to the results, notices to the remarks. */
export function startEmbeddedServer(config: ServerConfig, terminal: Terminal): Promise<RunningServer> {
  return startServer(config, {
    clock: new SystemClock(),
    random: new SystemRandom(),
    open: openInstance,
    writeLog: (text) => terminal.log(text),
    onNotice: (text) => terminal.tell(`${text}\n`),
  });
}
