import { type ActionbaseClient, isUnderRework, type SchemaDeclaration } from '@actionbase/client';
import type { ParsedArguments } from '../arguments/parsed-arguments.ts';
import { UsageError } from '../arguments/usage-error.ts';
import type { CommandCall, ParsedCommand } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { ACTIVE_FLAG, activeOf, COMMENT_FLAG } from './entity-flags.ts';
import { printEntity } from './entity-output.ts';
import { notFound } from './not-found.ts';
import { readSchemaArgument } from './schema-argument.ts';
import { MODE_FLAG, MODES } from './table-create.ts';
import { parseCache, parseIndex, parseProperty } from './table-shorthand.ts';
import { waitForTable } from './table-wait.ts';

const SCHEMA_CHANGES = ['add-property', 'add-index', 'drop-index', 'add-cache', 'drop-cache', 'drop-group'] as const;

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
    { kind: 'text', name: 'add-cache', value: 'NAME=FIELDS[@N]', repeated: true, help: 'Adds a cache to the schema.' },
    { kind: 'text', name: 'drop-cache', value: 'NAME', repeated: true, help: 'Takes a cache out of the schema.' },
    { kind: 'text', name: 'drop-group', value: 'NAME', repeated: true, help: 'Takes a group out of the schema.' },
    MODE_FLAG,
    COMMENT_FLAG,
    {
      kind: 'switch',
      name: 'wait',
      help: 'Waits until new indexes, groups and caches are complete, as table wait does.',
    },
  ],
  examples: [
    'actionbase table update shop wish --add-property size:int',
    'actionbase table update shop wish --add-index by_size=size:asc,at:desc --wait',
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
  const table = await client.tables.update(args.positional('DB'), args.positional('TABLE'), change);
  if (args.has('wait')) return waitForTable(call);
  await printEntity(call, table);
  if (isUnderRework(table)) {
    const { database, table: name } = table;
    call.terminal.tell(`The change is being worked on; wait for it with: actionbase table wait ${database} ${name}\n`);
  }
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
  const { indexes, caches, groups, ...schema } = table.schema;
  const droppedIndexes = droppedNames(args, 'drop-index', { what: 'indexes', names: indexes.map((one) => one.index) });
  const droppedCaches = droppedNames(args, 'drop-cache', { what: 'caches', names: caches.map((one) => one.cache) });
  const droppedGroups = droppedNames(args, 'drop-group', { what: 'groups', names: groups.map((one) => one.group) });
  return {
    ...schema,
    properties: [
      ...schema.properties,
      ...args.texts('add-property').map((text) => parseProperty(text, '--add-property')),
    ],
    indexes: [
      ...indexes.filter(({ index }) => !droppedIndexes.includes(index)),
      ...args.texts('add-index').map((text) => parseIndex(text, '--add-index')),
    ],
    caches: [
      ...caches.filter(({ cache }) => !droppedCaches.includes(cache)),
      ...args.texts('add-cache').map((text) => parseCache(text, '--add-cache')),
    ],
    groups: groups.filter(({ group }) => !droppedGroups.includes(group)),
  };
}

/** The names that a flag drops, which must all be there. */
function droppedNames(
  args: ParsedArguments,
  flag: string,
  { what, names }: { readonly what: string; readonly names: readonly string[] },
): readonly string[] {
  const dropped = args.texts(flag);
  const unknown = dropped.find((name) => !names.includes(name));
  if (unknown === undefined) return dropped;
  throw new UsageError(`--${flag} is "${unknown}"; the table's ${what} are: ${names.join(', ') || 'none'}.`);
}
