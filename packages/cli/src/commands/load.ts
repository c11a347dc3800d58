import type { TableSchema } from '@actionbase/core/model/schema';
import type { ParsedArguments } from '../arguments/parsed-arguments.ts';
import { UsageError } from '../arguments/usage-error.ts';
import type { CommandCall, ParsedCommand } from '../command.ts';
import { EXIT, type ExitCode, exitCodeOf } from '../exit-code.ts';
import { type ColumnMap, parseColumnMap } from '../load/column-map.ts';
import { type LoadEnd, load } from '../load/load.ts';
import { removeFile, requireRejectsPath } from '../load/load-files.ts';
import { NO_COUNTS } from '../load/load-ledger.ts';
import type { LoadPlan } from '../load/load-state.ts';
import type { VersionRule } from '../load/map-row.ts';
import { openLoadState } from '../load/open-load-state.ts';
import { ProgressLine } from '../load/progress-line.ts';
import { printJsonLine } from '../print/json-output.ts';
import { notFound } from './not-found.ts';

const TYPES = ['insert', 'update', 'delete'] as const;

/** `actionbase load` */
export const LOAD: ParsedCommand = {
  kind: 'parsed',
  words: ['load'],
  summary: 'Loads edges from a file of JSON lines or CSV; goes on where it was stopped.',
  details: `
A line of JSON is an edge: {"source":7,"target":"sku-a","version":1,"properties":{"at":1000}}, with "id" for multi edges and
"type" (insert, update, delete) if it is not that of --type. With --map it may be any flat object. A CSV file has a header;
columns are looked up by the names source, target, id, type and version unless --map says otherwise, all others are
properties. An empty field without quotes is not there.

How far it has come is kept in FILE.load.json: the same command goes on there, also after kill -9. Rows that were on their
way then are sent again and come out as idle. Rows that cannot be read or are refused go to FILE.rejects.jsonl.`,
  positionals: [{ name: 'FILE' }, { name: 'DB' }, { name: 'TABLE' }],
  flags: [
    {
      kind: 'choice',
      name: 'format',
      value: 'jsonl|csv',
      choices: ['jsonl', 'csv'],
      help: 'What the file is; without the flag csv when its name ends in .csv, else jsonl.',
    },
    {
      kind: 'text',
      name: 'map',
      value: 'NAME=COLUMN,…',
      repeated: true,
      help: 'Columns of source, target, id, type, version and properties. Once a property is named, only named ones count.',
    },
    { kind: 'choice', name: 'type', value: 'TYPE', choices: TYPES, help: 'Type of rows that name none (insert).' },
    {
      kind: 'text',
      name: 'version',
      value: 'now|line|COLUMN',
      help: 'Versions: the time at which the load began, the line number, or a column; else the row tells its own.',
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
    { kind: 'switch', name: 'fresh', help: 'Begins anew, whatever was loaded before.' },
    { kind: 'switch', name: 'quiet', help: 'No progress.' },
  ],
  examples: [
    'actionbase load wishes.jsonl shop wish',
    'actionbase load wishes.csv shop wish --map source=user_id,target=sku,version=updated_at,at=created_at,color=color',
    'zcat wishes.jsonl.gz | actionbase load - shop wish --version now',
  ],
  endsWhenInterrupted: true,
  run: runLoad,
};

async function runLoad(call: CommandCall): Promise<ExitCode> {
  const { args } = call;
  const file = args.positional('FILE');
  const path = file === '-' ? undefined : file;
  const plan = planOf(call, path);
  const { map, version } = readVersions(args);
  const schema = await readSchema(call, plan.database, plan.table);
  const { state, statePath, isResumed } = await openLoadState({ path, plan, isFresh: args.has('fresh') });
  if (isResumed) call.terminal.tell(`Going on at line ${state.line} of ${file} (${state.offset} bytes are loaded).\n`);
  const rejectsPath = args.text('rejects') ?? `${path ?? 'stdin'}.rejects.jsonl`;
  await requireRejectsPath(rejectsPath, path);
  using progress = new ProgressLine(call.terminal, args.has('quiet'));
  const end = await load({
    path,
    statePath,
    rejectsPath,
    state,
    table: call.connect({ retries: 0 }).table(args.positional('DB'), args.positional('TABLE')),
    schema,
    map,
    type: TYPES_OF_FLAG[args.text('type') ?? 'insert'] ?? 'INSERT',
    version,
    batchRowsMax: args.integer('batch') ?? 500,
    concurrency: args.integer('concurrency') ?? 4,
    patienceMs: (args.integer('patience') ?? 60) * 1000,
    interrupted: call.interrupted,
    onProgress: (figures) => progress.show(figures),
    onWaiting: (error) => progress.remark(`Trying again: ${error.message}`),
  });
  progress.clear();
  if (end.kind === 'done' && statePath !== undefined) await removeFile(statePath);
  return tellEnd(call, end, { rejectsPath, isResumable: path !== undefined });
}

const TYPES_OF_FLAG: Readonly<Record<string, 'INSERT' | 'UPDATE' | 'DELETE'>> = {
  insert: 'INSERT',
  update: 'UPDATE',
  delete: 'DELETE',
};

function planOf({ args, url }: CommandCall, path: string | undefined): LoadPlan {
  const format = args.text('format') ?? (path?.toLowerCase().endsWith('.csv') === true ? 'csv' : 'jsonl');
  return {
    url,
    database: args.positional('DB'),
    table: args.positional('TABLE'),
    format: format === 'csv' ? 'csv' : 'jsonl',
    map: args.texts('map').join(','),
    type: args.text('type') ?? 'insert',
    version: args.text('version') ?? '',
  };
}

function readVersions(args: ParsedArguments): { map: ColumnMap | null; version: VersionRule['kind'] } {
  const texts = args.texts('map');
  const word = args.text('version');
  const kind = word === 'now' ? 'fixed' : word === 'line' ? 'line' : 'row';
  const column = kind === 'row' ? word : undefined;
  if (texts.length === 0 && column === undefined) return { map: null, version: kind };
  const map = parseColumnMap(texts);
  if (column === undefined) return { map, version: kind };
  if (texts.some((text) => /(?:^|,)\s*version\s*=/.test(text))) {
    throw new UsageError(`--version is "${column}" and --map names a column of the version too; one is enough.`);
  }
  return { map: { ...map, version: column }, version: kind };
}

/** The schema of the table, or of the one that an alias names. */
export async function readSchema({ connect }: CommandCall, database: string, name: string): Promise<TableSchema> {
  const client = connect();
  const table = await client.tables.get(database, name);
  if (table !== undefined) return table.schema;
  const alias = await client.aliases.get(database, name);
  const aliased = alias === undefined ? undefined : await client.tables.get(database, alias.table);
  if (aliased === undefined) throw notFound('table', `${database}.${name}`);
  return aliased.schema;
}

export interface EndContext {
  readonly rejectsPath: string;
  readonly isResumable: boolean;
}

/** Tells how a load ended, and answers the exit code. */
export async function tellEnd(
  call: CommandCall,
  end: LoadEnd,
  { rejectsPath, isResumable }: EndContext,
): Promise<ExitCode> {
  const { terminal } = call;
  const refused = end.counts.errors + end.counts.rejected;
  const document = {
    end: end.kind,
    ...NO_COUNTS,
    ...end.counts,
    line: end.line,
    rejects: refused === 0 ? null : rejectsPath,
  };
  if (call.asJson) await terminal.print(printJsonLine(document));
  else await terminal.print(`${summaryOf(end)}\n`);
  if (refused > 0) terminal.tell(`Refused rows, with reasons: ${rejectsPath}\n`);
  if (end.kind === 'done') return refused > 0 ? EXIT.refused : EXIT.ok;
  if (end.kind === 'stopped') {
    const { message, code } = end.error;
    terminal.tell(`${terminal.styleRemark('red', 'Stopped')} at line ${end.line}: ${message} [${code}]\n`);
  } else {
    terminal.tell(`Interrupted at line ${end.line}.\n`);
  }
  if (isResumable) terminal.tell(`The same command goes on from there.\n`);
  else
    terminal.tell('Standard input cannot be resumed; sending all of it again is harmless when rows have versions.\n');
  return end.kind === 'interrupted' ? EXIT.interrupted : exitCodeOf(end.error);
}

function summaryOf({ kind, counts }: LoadEnd): string {
  const head = { done: 'Loaded', stopped: 'Stopped', interrupted: 'Interrupted' }[kind];
  const parts = Object.entries(counts).filter(([name, count]) => count > 0 || ALWAYS_TOLD.has(name));
  return `${head}: ${parts.map(([name, count]) => `${count} ${name}`).join(', ')}`;
}

const ALWAYS_TOLD = new Set(['created', 'updated', 'idle', 'errors', 'rejected']);
