import type { SchemaDeclaration } from '@actionbase/client';
import { VERTEX_TYPES, type VertexType } from '@actionbase/core/model/value';
import type { Flag } from '../arguments/flag.ts';
import type { ParsedArguments } from '../arguments/parsed-arguments.ts';
import { UsageError } from '../arguments/usage-error.ts';
import type { CommandCall, ParsedCommand } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { COMMENT_FLAG } from './entity-flags.ts';
import { printEntity } from './entity-output.ts';
import { readSchemaArgument } from './schema-argument.ts';
import { parseCache, parseIndex, parseProperty, parseType } from './table-shorthand.ts';

const DIRECTIONS = ['OUT', 'IN', 'BOTH'] as const;

export const MODES = ['SYNC', 'ASYNC', 'DROP'] as const;

export const MODE_FLAG: Flag = {
  kind: 'choice',
  name: 'mode',
  value: 'MODE',
  choices: MODES,
  help: 'SYNC answers after a mutation took effect (so without the flag), ASYNC when it is durable, DROP only logs it.',
};

const SHORTHAND: readonly Flag[] = [
  {
    kind: 'choice',
    name: 'source',
    value: 'TYPE',
    choices: VERTEX_TYPES,
    help: 'Type of the sources: long or string.',
  },
  {
    kind: 'choice',
    name: 'target',
    value: 'TYPE',
    choices: VERTEX_TYPES,
    help: 'Type of the targets: long or string.',
  },
  { kind: 'text', name: 'id', value: 'TYPE', help: 'Makes a table of multi edges, with ids of this type.' },
  {
    kind: 'text',
    name: 'property',
    value: 'NAME:TYPE[!]',
    repeated: true,
    help: 'A property; "!" says that every edge has it. Types: boolean byte short int long float double string object.',
  },
  {
    kind: 'text',
    name: 'index',
    value: 'NAME=FIELDS',
    repeated: true,
    help: 'An index to scan by, for example newest=at:desc,color:asc.',
  },
  {
    kind: 'text',
    name: 'cache',
    value: 'NAME=FIELDS[@N]',
    repeated: true,
    help: 'A cache to seek in; a seek reaches its first N edges.',
  },
  {
    kind: 'choice',
    name: 'direction',
    value: 'DIRECTION',
    choices: DIRECTIONS,
    help: 'Where edges are found from: OUT (the source), IN (the target), or BOTH (so without the flag).',
  },
];

/** `actionbase table create` */
export const TABLE_CREATE: ParsedCommand = {
  kind: 'parsed',
  words: ['table', 'create'],
  summary: 'Creates a table.',
  positionals: [{ name: 'DB' }, { name: 'TABLE' }],
  details:
    'The schema is given as JSON, in a file or in the argument, or in short with --source, --target and so on.\n' +
    'Groups need JSON. What `table show --json` prints can be given to --schema again.',
  flags: [
    { kind: 'text', name: 'schema', value: 'FILE|JSON', help: 'The whole schema; not together with the short flags.' },
    ...SHORTHAND,
    MODE_FLAG,
    {
      kind: 'text',
      name: 'storage',
      value: 'URI',
      help: 'datastore://namespace/table; named after the table without the flag.',
    },
    COMMENT_FLAG,
  ],
  examples: [
    'actionbase table create shop wish --source long --target string --property at:long! --property color:string --index newest=at:desc',
    'actionbase table create shop orders --id long --source long --target long --property paid_at:long! --index newest=paid_at:desc',
    'actionbase table create shop wish --schema wish.json --comment wishes',
  ],
  run: createTable,
};

async function createTable(call: CommandCall): Promise<ExitCode> {
  const { args } = call;
  const mode = args.text('mode');
  const schema = await readSchema(args);
  const declaration = {
    table: args.positional('TABLE'),
    schema,
    mode: MODES.find((known) => known === mode),
    storage: args.text('storage'),
    comment: args.text('comment'),
  };
  await printEntity(call, await call.connect().tables.create(args.positional('DB'), declaration));
  return EXIT.ok;
}

async function readSchema(args: ParsedArguments): Promise<SchemaDeclaration> {
  const argument = args.text('schema');
  if (argument === undefined) return shorthandSchema(args);
  const short = SHORTHAND.find(({ name }) => args.has(name));
  if (short === undefined) return readSchemaArgument(argument);
  throw new UsageError(`--schema and --${short.name} exclude each other: the schema says it all.`);
}

function shorthandSchema(args: ParsedArguments): SchemaDeclaration {
  const direction = args.text('direction');
  const id = args.text('id');
  return {
    source: vertexType(args, 'source'),
    target: vertexType(args, 'target'),
    id: id === undefined ? undefined : parseType(id, '--id'),
    properties: args.texts('property').map((text) => parseProperty(text, '--property')),
    direction: DIRECTIONS.find((known) => known === direction),
    indexes: args.texts('index').map((text) => parseIndex(text, '--index')),
    caches: args.texts('cache').map((text) => parseCache(text, '--cache')),
  };
}

function vertexType(args: ParsedArguments, name: string): VertexType {
  const text = args.text(name);
  const found = VERTEX_TYPES.find((type) => type === text);
  if (found !== undefined) return found;
  throw new UsageError(`--${name} TYPE is missing: give --source and --target (long or string), or --schema.`);
}
