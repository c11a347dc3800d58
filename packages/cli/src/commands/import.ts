import { UsageError } from '../arguments/usage-error.ts';
import type { CommandCall, ParsedCommand } from '../command.ts';
import type { ExitCode } from '../exit-code.ts';
import type { LoadPlan } from '../load/load-state.ts';
import { readSchema, SENDING_FLAGS, sendRows } from './send-rows.ts';

/** `actionbase import` */
export const IMPORT: ParsedCommand = {
  kind: 'parsed',
  words: ['import'],
  summary: 'Sends the edges of an export to a table of a server; goes on where it was stopped.',
  details: `
Edges keep their versions, and of an export of states their properties, creations and deletions too. They go through the
server as mutations, so rows that are there already and are newer stay. The table has to be there; the export holds the
schema of the one it was made from. A Parquet file of somebody else is taken as well, if its columns are named source,
target, id and version; all others are properties.

How far it has come is kept in FILE.load.json, as with \`load\`: the same command goes on there. Rows that are refused go to
FILE.rejects.jsonl.`,
  positionals: [{ name: 'FILE' }],
  flags: [
    { kind: 'text', name: 'to', value: 'DATABASE.TABLE', required: true, help: 'The table, or an alias.' },
    {
      kind: 'choice',
      name: 'format',
      value: 'FORMAT',
      choices: ['jsonl', 'parquet'],
      help: 'What the file is; without the flag parquet when its name ends in .parquet, else jsonl.',
    },
    ...SENDING_FLAGS,
    { kind: 'switch', name: 'fresh', help: 'Begins anew, whatever was imported before.' },
    { kind: 'switch', name: 'quiet', help: 'No progress.' },
  ],
  examples: ['actionbase import wish.parquet --to shop.wish', 'actionbase import wish.jsonl --to shop.wish --json'],
  endsWhenInterrupted: true,
  run: runImport,
};

async function runImport(call: CommandCall): Promise<ExitCode> {
  const path = call.args.positional('FILE');
  const plan = planOf(call, path);
  const schema = await readSchema(call, plan.database, plan.table);
  // Loaded here, so that the other commands start without it.
  const { openImportSource } = await import('../transfer/import-source.ts');
  const { rows } = await openImportSource(path, plan.format === 'parquet' ? 'parquet' : 'jsonl', schema);
  return sendRows(call, {
    path,
    plan,
    describePlace: ({ line }) => `row ${line} of ${path}`,
    rows: { schema, map: null, type: 'INSERT', version: 'row', source: rows },
  });
}

function planOf({ args, url }: CommandCall, path: string): LoadPlan {
  const to = args.required('to');
  const [database, table, ...rest] = to.split('.');
  if (database === undefined || table === undefined || database === '' || table === '' || rest.length > 0) {
    throw new UsageError(`--to is "${to}"; expected DATABASE.TABLE.`);
  }
  const named = args.text('format')?.toLowerCase();
  const isParquet = named === undefined ? path.toLowerCase().endsWith('.parquet') : named === 'parquet';
  return { url, database, table, format: isParquet ? 'parquet' : 'export', map: '', type: 'insert', version: '' };
}
