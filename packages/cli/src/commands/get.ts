import type { Edge } from '@actionbase/client';
import { UsageError } from '../arguments/usage-error.ts';
import type { CommandCall, ParsedCommand } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { edgeJson, edgeTable } from '../print/edge-table.ts';
import { printJsonLine } from '../print/json-output.ts';

/** `actionbase get` */
export const GET: ParsedCommand = {
  kind: 'parsed',
  words: ['get'],
  summary: 'Reads edges by their ends, or multi edges by their ids.',
  details:
    'Several sources and targets: all pairs of them. Edges that do not exist are left out; the exit code stays 0.',
  positionals: [{ name: 'DB' }, { name: 'TABLE' }],
  flags: [
    { kind: 'text', name: 'source', value: 'SOURCE', repeated: true, help: 'Where the edges begin.' },
    { kind: 'text', name: 'target', value: 'TARGET', repeated: true, help: 'Where the edges end.' },
    { kind: 'text', name: 'id', value: 'ID', repeated: true, help: 'The ids of multi edges.' },
    {
      kind: 'text',
      name: 'filters',
      value: 'FILTERS',
      help: 'Which of them, for example color:in:red,blue;at:gte:1000.',
    },
  ],
  examples: [
    'actionbase get shop wish --source 7 --target sku-a',
    'actionbase get shop wish --source 7 --source 8 --target sku-a --json',
    'actionbase get shop orders --id 100000',
  ],
  run: get,
};

async function get(call: CommandCall): Promise<ExitCode> {
  const edges = await readEdges(call);
  if (call.asJson) await call.terminal.print(printJsonLine({ edges: edges.map(edgeJson) }));
  else if (edges.length === 0) call.terminal.tell('No edge.\n');
  else await call.terminal.printTable(edgeTable(edges));
  return EXIT.ok;
}

function readEdges(call: CommandCall): Promise<readonly Edge[]> {
  const { args } = call;
  const [ids, sources, targets] = [args.texts('id'), args.texts('source'), args.texts('target')];
  const options = { filters: args.text('filters') };
  const table = call.connect().table(args.positional('DB'), args.positional('TABLE'));
  if (ids.length > 0 && sources.length + targets.length === 0) return table.ids(ids, options);
  if (ids.length === 0 && sources.length > 0 && targets.length > 0) return table.getMany(sources, targets, options);
  throw new UsageError('get needs --source and --target, or --id alone.');
}
