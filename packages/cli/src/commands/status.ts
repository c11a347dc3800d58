import type { CommandCall, ParsedCommand } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { printJsonLine } from '../print/json-output.ts';

/** `actionbase status` */
export const STATUS: ParsedCommand = {
  kind: 'parsed',
  words: ['status'],
  summary: 'Shows whether a server runs, what it holds and how far its log is.',
  details:
    'Exit code 0: it serves data. 4: it runs, and is not ready (it replays its log, or is broken). 3: nothing answers.',
  positionals: [],
  flags: [],
  examples: ['actionbase status', 'actionbase status --url http://db.example:8080 --json'],
  run: status,
};

async function status(call: CommandCall): Promise<ExitCode> {
  // What is asked for is the answer of this moment.
  const { server } = call.connect({ retries: 0 });
  const { version, timestamp } = await server.info();
  const isReady = await server.isReady();
  const metrics = parseMetrics(await server.metrics());
  const facts = {
    url: call.url,
    version,
    time: timestamp,
    ready: isReady,
    engine: engineStatus(metrics),
    position: positionOf(metrics),
    tables: numberOf(metrics, 'actionbase_tables'),
    queueWaiting: metrics.get('actionbase_queue_waiting') === '1',
  };
  if (call.asJson) {
    await call.terminal.print(printJsonLine(facts));
  } else {
    const rows = Object.entries(facts).map(([name, value]) => [
      LABELS[name] ?? name,
      value === null ? '-' : String(value),
    ]);
    await call.terminal.printTable({ columns: ['WHAT', 'VALUE'], rows });
  }
  return isReady ? EXIT.ok : EXIT.serverFailed;
}

const LABELS: Readonly<Record<string, string>> = { queueWaiting: 'queue waiting' };

/** Reads the text format of Prometheus: series with their labels, and their values as text. */
export function parseMetrics(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const blank = line.lastIndexOf(' ');
    if (!line.startsWith('#') && blank > 0) values.set(line.slice(0, blank), line.slice(blank + 1));
  }
  return values;
}

function engineStatus(metrics: ReadonlyMap<string, string>): string {
  for (const [series, value] of metrics) {
    const [, name] = /^actionbase_engine_status\{status="([^"]+)"\}$/.exec(series) ?? [];
    if (name !== undefined && value === '1') return name;
  }
  return 'opening';
}

/** The position as it is printed everywhere: `e1-p0-1842`; null before the first frame. */
function positionOf(metrics: ReadonlyMap<string, string>): string | null {
  const offset = metrics.get('actionbase_log_offset{partition="0"}');
  const epoch = metrics.get('actionbase_log_epoch{partition="0"}');
  return offset === undefined || offset === '-1' ? null : `e${epoch ?? '?'}-p0-${offset}`;
}

function numberOf(metrics: ReadonlyMap<string, string>, series: string): number | null {
  const text = metrics.get(series);
  return text === undefined ? null : Number(text);
}
