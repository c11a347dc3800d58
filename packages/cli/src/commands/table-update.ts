import type { ActionbaseClient, SchemaDeclaration } from '@actionbase/client';
import type { ParsedArguments } from '../arguments/parsed-arguments.ts';
import { UsageError } from '../arguments/usage-error.ts';
import type { CommandCall, ParsedCommand } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { ACTIVE_FLAG, activeOf, COMMENT_FLAG } from './entity-flags.ts';
import { printEntity } from './entity-output.ts';
import { notFound } from './not-found.ts';
import { readSchemaArgument } from './schema-argument.ts';
import { MODE_FLAG, MODES } from './table-create.ts';
import { parseIndex, parseProperty } from './table-shorthand.ts';

const SCHEMA_CHANGES = ['add-property', 'add-index', 'drop-index'] as const;

/** `actionbase table update` */
export const TABLE_UPDATE: ParsedCommand = {
  kind: 'parsed',
  words: ['table', 'update'],
  summary: 'Changes a table.',
  positionals: [{ name: 'DB' }, { name: 'TABLE' }],
  flags: [
    ACTIVE_FLAG,
    { kind: 'text', name: 'schema', value: 'FILE|JSON', help: 'The whole new schema, as for table create.' },
    {
      kind: 'text',
      name: 'add-property',
      value: 'NAME:TYPE',
      repeated: true,
      help: 'Adds a property to the schema; it is nullable, since stored edges lack it.',
    },
    { kind: 'text', name: 'add-index', value: 'NAME=FIELDS', repeated: true, help: 'Adds an index to the schema.' },
    { kind: 'text', name: 'drop-index', value: 'NAME', repeated: true, help: 'Takes an index out of the schema.' },
    MODE_FLAG,
    COMMENT_FLAG,
  ],
  examples: [
    'actionbase table update shop wish --add-property size:int',
    'actionbase table update shop wish --add-index by_size=size:asc,at:desc',
    'actionbase table update shop wish --active false',
  ],
  run: updateTable,
};

async function updateTable(call: CommandCall): Promise<ExitCode> {
  const { args } = call;
  const client = call.connect();
  const mode = args.text('mode');
  const change = {
    active: activeOf(args),
    schema: await readChangedSchema(args, client),
    mode: MODES.find((known) => known === mode),
    comment: args.text('comment'),
  };
  await printEntity(call, await client.tables.update(args.positional('DB'), args.positional('TABLE'), change));
  return EXIT.ok;
}

async function readChangedSchema(
  args: ParsedArguments,
  client: ActionbaseClient,
): Promise<SchemaDeclaration | undefined> {
  const argument = args.text('schema');
  const given = SCHEMA_CHANGES.find((name) => args.has(name));
  if (given === undefined) return argument === undefined ? undefined : readSchemaArgument(argument);
  if (argument !== undefined) throw new UsageError(`--schema and --${given} exclude each other.`);
  const [database, name] = [args.positional('DB'), args.positional('TABLE')];
  const table = await client.tables.get(database, name);
  if (table === undefined) throw notFound('table', `${database}.${name}`);
  const { indexes, ...schema } = table.schema;
  const dropped = args.texts('drop-index');
  const unknown = dropped.find((index) => !indexes.some((known) => known.index === index));
  if (unknown !== undefined) {
    const known = indexes.map(({ index }) => index).join(', ') || 'none';
    throw new UsageError(`--drop-index is "${unknown}"; the table's indexes are: ${known}.`);
  }
  return {
    ...schema,
    properties: [
      ...schema.properties,
      ...args.texts('add-property').map((text) => parseProperty(text, '--add-property')),
    ],
    indexes: [
      ...indexes.filter(({ index }) => !dropped.includes(index)),
      ...args.texts('add-index').map((text) => parseIndex(text, '--add-index')),
    ],
  };
}
