import type { ScanOptions, TableHandle } from '@actionbase/client';
import type { Flag } from '../arguments/flag.ts';
import { UsageError } from '../arguments/usage-error.ts';
import type { CommandCall, ParsedCommand } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { printEdgePage } from '../print/edge-page.ts';
import { edgeJson, edgeTable } from '../print/edge-table.ts';
import { printJsonLine } from '../print/json-output.ts';

export const DIRECTION_FLAG: Flag = {
  kind: 'choice',
  name: 'direction',
  value: 'OUT|IN',
  choices: ['OUT', 'IN'],
  help: 'Whether the start is a source (OUT, so without the flag) or a target (IN).',
};

/** `actionbase scan` */
export const SCAN: ParsedCommand = {
  kind: 'parsed',
  words: ['scan'],
  summary: "Reads a vertex' edges in the order of an index.",
  positionals: [{ name: 'DB' }, { name: 'TABLE' }],
  flags: [
    { kind: 'text', name: 'index', value: 'INDEX', required: true, help: 'The index to follow.' },
    { kind: 'text', name: 'start', value: 'VERTEX', required: true, help: 'Whose edges.' },
    DIRECTION_FLAG,
    {
      kind: 'integer',
      name: 'limit',
      value: 'N',
      help: 'Most edges of a page (10); with --all of each request (500).',
    },
    { kind: 'text', name: 'offset', value: 'CURSOR', help: 'Where to go on: the offset of the page before.' },
    { kind: 'text', name: 'ranges', value: 'RANGES', help: 'Bounds on the leading fields: color:eq:red;at:gte:1000.' },
    { kind: 'text', name: 'filters', value: 'FILTERS', help: 'Which of the edges: color:in:red,blue.' },
    { kind: 'switch', name: 'total', help: 'Also asks how many edges the vertex has in all.' },
    { kind: 'switch', name: 'all', help: 'Reads to the end; with --json one line per edge.' },
  ],
  examples: [
    'actionbase scan shop wish --index newest --start 7',
    'actionbase scan shop wish --index newest --start sku-a --direction IN --limit 25',
    'actionbase scan shop wish --index newest --start 7 --ranges at:bt:1000,2000',
    'actionbase scan shop wish --index newest --start 7 --all --json > edges.jsonl',
  ],
  run: scan,
};

async function scan(call: CommandCall): Promise<ExitCode> {
  const { args } = call;
  const table = call.connect().table(args.positional('DB'), args.positional('TABLE'));
  const options: ScanOptions = {
    start: args.required('start'),
    direction: args.text('direction') === 'IN' ? 'IN' : 'OUT',
    limit: args.integer('limit'),
    offset: args.text('offset'),
    ranges: args.text('ranges'),
    filters: args.text('filters'),
    total: args.has('total'),
  };
  if (!args.has('all')) return scanPage(call, table, options);
  if (args.has('total')) throw new UsageError('--all and --total exclude each other.');
  return scanAll(call, table, options);
}

async function scanPage(call: CommandCall, table: TableHandle, options: ScanOptions): Promise<ExitCode> {
  const page = await table.scan(call.args.required('index'), options);
  await printEdgePage(call, page);
  if (call.asJson) return EXIT.ok;
  if (options.total === true) call.terminal.tell(`${page.total} in all.\n`);
  if (page.hasNext) call.terminal.tell(`More follow: --offset ${page.offset}, or --all.\n`);
  return EXIT.ok;
}

async function scanAll(call: CommandCall, table: TableHandle, options: ScanOptions): Promise<ExitCode> {
  const { limit: pageSize, total: _, ...scanned } = options;
  let pages = 0;
  for await (const edges of table.scanPages(call.args.required('index'), { ...scanned, pageSize })) {
    if (call.asJson) {
      await call.terminal.print(edges.map((edge) => printJsonLine(edgeJson(edge))).join(''));
    } else if (edges.length > 0) {
      await call.terminal.printTable({ ...edgeTable(edges), isContinued: pages > 0 });
      pages += 1;
    }
  }
  if (pages === 0 && !call.asJson) call.terminal.tell('No edge.\n');
  return EXIT.ok;
}
