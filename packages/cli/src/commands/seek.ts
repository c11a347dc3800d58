import type { CommandCall, ParsedCommand } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { printEdgePage } from '../print/edge-page.ts';
import { DIRECTION_FLAG } from './scan.ts';

/** `actionbase seek` */
export const SEEK: ParsedCommand = {
  kind: 'parsed',
  words: ['seek'],
  summary: "Reads a vertex' edges in the order of a cache.",
  details: "A seek reaches as many edges as the cache's limit says.",
  positionals: [{ name: 'DB' }, { name: 'TABLE' }],
  flags: [
    { kind: 'text', name: 'cache', value: 'CACHE', required: true, help: 'The cache to follow.' },
    { kind: 'text', name: 'start', value: 'VERTEX', required: true, help: 'Whose edges.' },
    DIRECTION_FLAG,
    { kind: 'integer', name: 'limit', value: 'N', help: 'Most edges of a page (10).' },
    { kind: 'text', name: 'offset', value: 'CURSOR', help: 'Where to go on: the offset of the page before.' },
  ],
  examples: [
    'actionbase seek shop wish --cache top --start 7',
    'actionbase seek shop wish --cache top --start sku-a --direction IN --limit 25 --json',
  ],
  run: seek,
};

async function seek(call: CommandCall): Promise<ExitCode> {
  const { args } = call;
  const table = call.connect().table(args.positional('DB'), args.positional('TABLE'));
  const page = await table.seek(args.required('cache'), {
    start: args.required('start'),
    direction: args.text('direction') === 'IN' ? 'IN' : 'OUT',
    limit: args.integer('limit'),
    offset: args.text('offset'),
  });
  await printEdgePage(call, page);
  if (page.hasNext && !call.asJson) call.terminal.tell(`More follow: --offset ${page.offset}.\n`);
  return EXIT.ok;
}
