import { UsageError } from '../arguments/usage-error.ts';
import type { CommandCall, ParsedCommand } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { printJsonLine } from '../print/json-output.ts';
import { StageLine } from '../print/stage-line.ts';
import type { ExportOutput } from '../transfer/export-table.ts';
import { DATA_DIR_FLAG, readDataDir } from './data-dir-flag.ts';

/** `actionbase export` */
export const EXPORT: ParsedCommand = {
  kind: 'parsed',
  words: ['export'],
  summary: 'Writes the edges of a table to a file of JSON lines or Parquet, all as of one position.',
  details:
    'Reads a backup, or the data directory itself, beside its server. A store that is written to grows by what changes in it\n' +
    'meanwhile, so a large table is better read from a backup. Without --states only active edges are written, each with its\n' +
    'version; with it every edge that is or was, with the versions of all its properties, so that an import makes the same.',
  positionals: [{ name: 'DATABASE.TABLE' }],
  flags: [
    {
      kind: 'choice',
      name: 'format',
      value: 'FORMAT',
      choices: ['jsonl', 'parquet'],
      help: 'jsonl (default) or parquet.',
    },
    {
      kind: 'text',
      name: 'to',
      value: 'FILE',
      help: 'A new file; without the flag, or with -, lines go to the standard output.',
    },
    { kind: 'text', name: 'from-backup', value: 'DIR', help: 'The backup to read; else the data directory is read.' },
    DATA_DIR_FLAG,
    { kind: 'switch', name: 'states', help: 'Every edge that is or was, with all versions.' },
  ],
  examples: [
    'actionbase export shop.wish --from-backup /backups/monday --format parquet --to wish.parquet',
    'actionbase export shop.wish --states --to wish.jsonl',
  ],
  run: runExport,
};

async function runExport(call: CommandCall): Promise<ExitCode> {
  const { args, terminal } = call;
  const table = args.positional('DATABASE.TABLE');
  const backup = args.text('from-backup');
  if (backup !== undefined && args.has('data-dir')) {
    throw new UsageError('--from-backup and --data-dir name two sources; give one.');
  }
  const output = readOutput(call);
  const isPrinted = output.path === undefined;
  using progress = new StageLine(terminal, call.asJson || isPrinted);
  progress.begin(`Exporting ${table}`);
  // Loaded here, so that the other commands start without the database.
  const { exportTable } = await import('../transfer/export-table.ts');
  const { head, rows } = await exportTable({
    directory: backup ?? readDataDir(args),
    table,
    kind: args.has('states') ? 'states' : 'edges',
    output,
    onRows: (count) => progress.begin(`Exporting ${table}: ${count} edges`),
  });
  progress[Symbol.dispose]();
  const { kind, position, time } = head;
  if (isPrinted) return EXIT.ok;
  const document = { table: head.table, kind, position, time, rows, file: output.path };
  if (call.asJson) await terminal.print(printJsonLine(document));
  else await terminal.print(`Exported ${rows} ${kind} of ${head.table} as of ${position ?? '-'} (${time ?? '-'})\n`);
  return EXIT.ok;
}

function readOutput({ args, terminal }: CommandCall): ExportOutput {
  const to = args.text('to');
  const path = to === '-' ? undefined : to;
  const format = args.text('format')?.toLowerCase() === 'parquet' ? 'parquet' : 'jsonl';
  if (format === 'parquet') {
    if (path === undefined) throw new UsageError('--format parquet needs --to FILE: its footer comes last.');
    return { format, path };
  }
  return path === undefined ? { format, path, print: (text) => terminal.print(text) } : { format, path };
}
