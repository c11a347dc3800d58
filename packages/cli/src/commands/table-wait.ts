import type { TableDescriptor } from '@actionbase/client';
import type { CommandCall, ParsedCommand } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { ChangingLine } from '../print/changing-line.ts';
import { printEntity } from './entity-output.ts';
import { printReworkLine } from './rework-output.ts';

/** `actionbase table wait` */
export const TABLE_WAIT: ParsedCommand = {
  kind: 'parsed',
  words: ['table', 'wait'],
  summary: 'Waits until the indexes, groups and caches of a table are complete.',
  details:
    'Those that are added to a large table are built in the background, and rows of dropped ones are removed there. On a\n' +
    'terminal a line shows how far it is. Exit code 1: one of them cannot be built; the output says at which edge, and why.',
  positionals: [{ name: 'DB' }, { name: 'TABLE' }],
  flags: [],
  examples: ['actionbase table wait shop wish'],
  run: (call) => waitForTable(call),
};

/** Waits for the table that the command names, and shows it. */
export async function waitForTable(call: CommandCall): Promise<ExitCode> {
  const { terminal } = call;
  const table = await waitWithLine(call);
  await printEntity(call, table);
  const failed = (table.reworks ?? []).flatMap((rework) => rework.failed);
  for (const { name, edge, reason } of failed) {
    terminal.tell(`${terminal.styleRemark('red', 'Failed:')} ${name} cannot be built at ${edge}: ${reason}\n`);
  }
  return failed.length === 0 ? EXIT.ok : EXIT.refused;
}

async function waitWithLine({ args, terminal, connect }: CommandCall): Promise<TableDescriptor> {
  using line = new ChangingLine(terminal);
  const onProgress = ({ reworks }: TableDescriptor): void => line.show(printReworkLine(reworks ?? []));
  return await connect().tables.wait(args.positional('DB'), args.positional('TABLE'), { onProgress });
}
