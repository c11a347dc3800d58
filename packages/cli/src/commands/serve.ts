import { resolve } from 'node:path';
import { Failure } from '@actionbase/core/failure';
import { printConfigHelp } from '@actionbase/server/config/print-config';
import { readConfig } from '@actionbase/server/config/read-config';
import { UsageError } from '../arguments/usage-error.ts';
import type { RawCommand } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { Terminal } from '../print/terminal.ts';
import { VERSION } from '../version.ts';

/** `actionbase serve` */
export const SERVE: RawCommand = {
  kind: 'raw',
  words: ['serve'],
  summary: 'Starts a server on a data directory.',
  details:
    'A setting is taken from its flag, else from its environment variable, else it has its default.\n' +
    'SIGINT and SIGTERM stop the server after the requests under way (exit code 0); a second one ends it at once.\n' +
    'A server that finds out that another one has taken its data directory stops by itself (exit code 6).',
  printFlags: () => `Settings:\n${printConfigHelp()}`,
  examples: [
    'actionbase serve',
    'actionbase serve --data-dir /var/lib/actionbase --host 0.0.0.0 --access-tokens-file /etc/actionbase/tokens.json',
    'ACTIONBASE_REQUEST_LOG=off actionbase serve --port 0',
  ],
  run: serve,
};

/** Variables that tell the other commands where the server is. */
const CLIENT_VARIABLES = new Set([
  'ACTIONBASE_URL',
  'ACTIONBASE_TOKEN',
  'ACTIONBASE_TOKEN_FILE',
  'ACTIONBASE_CA',
  'ACTIONBASE_ACTOR',
]);

async function serve(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !CLIENT_VARIABLES.has(name)));
  const reading = readConfig({ flags: args.filter((arg) => arg !== '--no-color'), env });
  for (const warning of reading.warnings) terminal.tell(`${terminal.styleRemark('yellow', 'Warning:')} ${warning}\n`);
  if (reading.kind === 'problems') {
    throw new UsageError(`${reading.problems.join('\n')}\nSee: actionbase serve --help`);
  }
  const { config } = reading;
  const stopped = waitForSignal(terminal);
  // A server goes on when nobody reads its log any more.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  try {
    // Loaded here, so that the other commands start without the database.
    const { startEmbeddedServer } = await import('../serve/start-embedded-server.ts');
    await using server = await startEmbeddedServer(config, terminal);
    terminal.log(printBanner(server.url, resolve(config.dataDir), config['access.tokensFile'] !== ''));
    const fenced = await Promise.race([stopped, server.instance.engine.fenced]);
    if (fenced instanceof Failure) throw fenced;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    terminal.tell(`${terminal.styleRemark('red', 'Failed:')} ${error.message} [${error.code}]\n`);
    return error.code === 'fenced' ? EXIT.fenced : EXIT.serverFailed;
  }
  terminal.tell('Stopped.\n');
  return EXIT.ok;
}

/** The first signal is answered by stopping, the second one ends the process. */
function waitForSignal(terminal: Terminal): Promise<void> {
  return new Promise((stop) => {
    let isStopping = false;
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      process.on(signal, () => {
        if (isStopping) process.exit(code);
        isStopping = true;
        terminal.tell('Stopping; requests under way are finished. Once more ends it at once.\n');
        stop();
      });
    }
  });
}

/** What a person wants to know who has just started a server. */
export function printBanner(url: string, dataDir: string, hasTokens: boolean): string {
  const command = programName(process.env);
  const head = [`Actionbase ${VERSION} serves ${url}`, `API:  ${url}/openapi.json`, `Data: ${dataDir}`];
  if (hasTokens) return [...head, `Calls need a token: ${command} token --help`, ''].join('\n');
  return [
    ...head,
    'Try:',
    `  export ACTIONBASE_URL=${url}`,
    `  ${command} database create shop`,
    `  ${command} table create shop wish --source long --target string --property at:long! --index newest=at:desc`,
    `  ${command} insert shop wish --source 7 --target sku-a --property at=1000`,
    `  curl '${url}/graph/v3/databases/shop/tables/wish/edges/scan/newest?start=7&direction=OUT'`,
    '',
  ].join('\n');
}

/** How this command is called: through npm in a clone of the repository, else by its name. */
function programName(env: NodeJS.ProcessEnv): string {
  const isNpm = env.npm_lifecycle_event === 'start' || env.npm_lifecycle_event === 'actionbase';
  return isNpm ? 'npm run --silent actionbase --' : 'actionbase';
}
