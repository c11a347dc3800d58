import type { VertexCount } from '@actionbase/client';
import type { ParsedCommand } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { printCell } from '../print/edge-table.ts';
import { printJsonLine } from '../print/json-output.ts';
import type { TextTable } from '../print/text-table.ts';
import { DIRECTION_FLAG } from './scan.ts';

/** `actionbase count` */
export const COUNT: ParsedCommand = {
  kind: 'parsed',
  words: ['count'],
  summary: 'Counts the edges of vertices.',
  positionals: [{ name: 'DB' }, { name: 'TABLE' }],
  flags: [
    { kind: 'text', name: 'start', value: 'VERTEX', required: true, repeated: true, help: 'Whose edges.' },
    DIRECTION_FLAG,
  ],
  examples: [
    'actionbase count shop wish --start 7',
    'actionbase count shop wish --start sku-a --start sku-b --direction IN --json',
  ],
  run: async (call) => {
    const { args } = call;
    const table = call.connect().table(args.positional('DB'), args.positional('TABLE'));
    const counts = await table.counts(args.texts('start'), args.text('direction') === 'IN' ? 'IN' : 'OUT');
    if (call.asJson) await call.terminal.print(printJsonLine({ counts: counts.map((count) => ({ ...count })) }));
    else await call.terminal.printTable(countTable(counts));
    return EXIT.ok;
  },
};

function countTable(counts: readonly VertexCount[]): TextTable {
  return {
    columns: ['START', 'DIRECTION', 'COUNT'],
    rows: counts.map(({ start, direction, count }) => [printCell(start), direction, String(count)]),
  };
}
