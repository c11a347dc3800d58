import type { GroupSum } from '@actionbase/client';
import type { ParsedCommand } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { printCell } from '../print/edge-table.ts';
import { printJsonLine } from '../print/json-output.ts';
import type { TextTable } from '../print/text-table.ts';
import { DIRECTION_FLAG } from './scan.ts';

/** `actionbase agg` */
export const AGG: ParsedCommand = {
  kind: 'parsed',
  words: ['agg'],
  summary: 'Sums up the counters of a group.',
  details: 'Vertices that have no counter in these ranges are left out; the exit code stays 0.',
  positionals: [{ name: 'DB' }, { name: 'TABLE' }],
  flags: [
    { kind: 'text', name: 'group', value: 'GROUP', required: true, help: 'The group.' },
    { kind: 'text', name: 'start', value: 'VERTEX', required: true, repeated: true, help: 'Whose counters.' },
    DIRECTION_FLAG,
    {
      kind: 'text',
      name: 'ranges',
      value: 'RANGES',
      required: true,
      help: 'Which of them: color:eq:red;day:bt:now-7d,now. Buckets go by their names.',
    },
    { kind: 'switch', name: 'cells', help: 'Also prints each counter.' },
  ],
  examples: [
    'actionbase agg shop wish --group colors --start sku-a --direction IN --ranges color:eq:red',
    "actionbase agg shop orders --group spent --start 7 --ranges 'day:bt:now-7d,now' --cells --json",
  ],
  run: async (call) => {
    const { args, terminal } = call;
    const table = call.connect().table(args.positional('DB'), args.positional('TABLE'));
    const sums = await table.agg(args.required('group'), {
      starts: args.texts('start'),
      direction: args.text('direction') === 'IN' ? 'IN' : 'OUT',
      ranges: args.required('ranges'),
      accumulators: args.has('cells'),
    });
    if (call.asJson) await terminal.print(printJsonLine({ groups: sums.map(sumJson) }));
    else if (sums.length === 0) terminal.tell('No counter.\n');
    else await terminal.printTable(args.has('cells') ? cellTable(sums) : sumTable(sums));
    return EXIT.ok;
  },
};

function sumJson({ start, direction, value, accumulators }: GroupSum) {
  return { start, direction, value, accumulators: accumulators.map((cell) => ({ ...cell })) };
}

function sumTable(sums: readonly GroupSum[]): TextTable {
  return {
    columns: ['START', 'DIRECTION', 'VALUE'],
    rows: sums.map(({ start, direction, value }) => [printCell(start), direction, String(value)]),
  };
}

function cellTable(sums: readonly GroupSum[]): TextTable {
  return {
    columns: ['START', 'DIRECTION', 'CELL', 'VALUE'],
    rows: sums.flatMap(({ start, direction, accumulators }) =>
      accumulators.map(({ groupValues, value }) => [
        printCell(start),
        direction,
        groupValues.map(printCell).join(', '),
        String(value),
      ]),
    ),
  };
}
