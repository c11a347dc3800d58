import { UsageError } from '../arguments/usage-error.ts';
import type { CommandCall, ParsedCommand } from '../command.ts';
import type { ExitCode } from '../exit-code.ts';
import { load } from '../load/load.ts';
import { removeFile, requireRejectsPath } from '../load/load-files.ts';
import type { LoadPlan } from '../load/load-state.ts';
import { openLoadState } from '../load/open-load-state.ts';
import { ProgressLine } from '../load/progress-line.ts';
import { readSchema, tellEnd } from './load.ts';

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
    { kind: 'integer', name: 'batch', value: 'N', min: 1, max: 10_000, help: 'Edges per request (500).' },
    { kind: 'integer', name: 'concurrency', value: 'N', min: 1, max: 64, help: 'Requests side by side (4).' },
    {
      kind: 'integer',
      name: 'patience',
      value: 'SECONDS',
      max: 86_400,
      help: 'How long to try again while the server does not answer (60).',
    },
    { kind: 'text', name: 'rejects', value: 'FILE', help: 'Where refused rows go (FILE.rejects.jsonl).' },
    { kind: 'switch', name: 'fresh', help: 'Begins anew, whatever was imported before.' },
    { kind: 'switch', name: 'quiet', help: 'No progress.' },
  ],
  examples: ['actionbase import wish.parquet --to shop.wish', 'actionbase import wish.jsonl --to shop.wish --json'],
  endsWhenInterrupted: true,
  run: runImport,
};

async function runImport(call: CommandCall): Promise<ExitCode> {
  const { args, terminal } = call;
  const path = args.positional('FILE');
  const plan = planOf(call, path);
  const schema = await readSchema(call, plan.database, plan.table);
  // Loaded here, so that the other commands start without it.
  const { openImportSource } = await import('../transfer/import-source.ts');
  const { rows } = await openImportSource(path, plan.format === 'parquet' ? 'parquet' : 'jsonl', schema);
  const { state, statePath, isResumed } = await openLoadState({ path, plan, isFresh: args.has('fresh') });
  if (isResumed) terminal.tell(`Going on at row ${state.line} of ${path}.\n`);
  const rejectsPath = args.text('rejects') ?? `${path}.rejects.jsonl`;
  await requireRejectsPath(rejectsPath, path);
  using progress = new ProgressLine(terminal, args.has('quiet'));
  const end = await load({
    path,
    statePath,
    rejectsPath,
    state,
    table: call.connect({ retries: 0 }).table(plan.database, plan.table),
    schema,
    map: null,
    type: 'INSERT',
    version: 'row',
    batchRowsMax: args.integer('batch') ?? 500,
    concurrency: args.integer('concurrency') ?? 4,
    patienceMs: (args.integer('patience') ?? 60) * 1000,
    source: rows,
    interrupted: call.interrupted,
    onProgress: (figures) => progress.show(figures),
    onWaiting: (error) => progress.remark(`Trying again: ${error.message}`),
  });
  progress.clear();
  if (end.kind === 'done' && statePath !== undefined) await removeFile(statePath);
  return tellEnd(call, end, { rejectsPath, isResumable: true });
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
