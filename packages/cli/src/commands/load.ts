import type { ParsedArguments } from '../arguments/parsed-arguments.ts';
import { UsageError } from '../arguments/usage-error.ts';
import type { CommandCall, ParsedCommand } from '../command.ts';
import type { ExitCode } from '../exit-code.ts';
import { type ColumnMap, parseColumnMap } from '../load/column-map.ts';
import type { LoadPlan } from '../load/load-state.ts';
import type { VersionRule } from '../load/map-row.ts';
import { readSchema, SENDING_FLAGS, sendRows } from './send-rows.ts';

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
    ...SENDING_FLAGS,
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
  const type = TYPES_OF_FLAG[args.text('type') ?? 'insert'] ?? 'INSERT';
  return sendRows(call, {
    path,
    plan,
    describePlace: ({ line, offset }) => `line ${line} of ${file} (${offset} bytes are loaded)`,
    rows: { schema, map, type, version },
  });
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
