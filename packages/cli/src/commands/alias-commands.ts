import type { ParsedCommand } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { ACTIVE_FLAG, activeOf, COMMENT_FLAG, DEACTIVATE_FLAG } from './entity-flags.ts';
import { printEntities, printEntity } from './entity-output.ts';
import { notFound } from './not-found.ts';
import { listOptions, STATUS_FLAG } from './status-flag.ts';

const DB = { name: 'DB' } as const;
const ALIAS = { name: 'ALIAS' } as const;

/** `actionbase alias …` */
export const ALIAS_COMMANDS: readonly ParsedCommand[] = [
  {
    kind: 'parsed',
    words: ['alias', 'create'],
    summary: 'Creates a second name for a table of the same database.',
    positionals: [DB, ALIAS, { name: 'TABLE' }],
    flags: [COMMENT_FLAG],
    examples: ['actionbase alias create shop favourites wish'],
    run: async (call) => {
      const { args } = call;
      const declaration = {
        alias: args.positional('ALIAS'),
        table: args.positional('TABLE'),
        comment: args.text('comment'),
      };
      await printEntity(call, await call.connect().aliases.create(args.positional('DB'), declaration));
      return EXIT.ok;
    },
  },
  {
    kind: 'parsed',
    words: ['alias', 'list'],
    summary: 'Lists the aliases of a database.',
    positionals: [DB],
    flags: [STATUS_FLAG],
    examples: ['actionbase alias list shop'],
    run: async (call) => {
      const { args } = call;
      await printEntities(call, await call.connect().aliases.list(args.positional('DB'), listOptions(args)));
      return EXIT.ok;
    },
  },
  {
    kind: 'parsed',
    words: ['alias', 'show'],
    summary: 'Shows one alias.',
    positionals: [DB, ALIAS],
    flags: [],
    examples: ['actionbase alias show shop favourites'],
    run: async (call) => {
      const [database, name] = [call.args.positional('DB'), call.args.positional('ALIAS')];
      const alias = await call.connect().aliases.get(database, name);
      if (alias === undefined) throw notFound('alias', `${database}.${name}`);
      await printEntity(call, alias);
      return EXIT.ok;
    },
  },
  {
    kind: 'parsed',
    words: ['alias', 'update'],
    summary: 'Changes an alias, or lets it name another table.',
    positionals: [DB, ALIAS],
    flags: [
      { kind: 'text', name: 'table', value: 'TABLE', help: 'The table that it names from now on.' },
      ACTIVE_FLAG,
      COMMENT_FLAG,
    ],
    examples: ['actionbase alias update shop favourites --table wish_2'],
    run: async (call) => {
      const { args } = call;
      const change = { active: activeOf(args), table: args.text('table'), comment: args.text('comment') };
      const [database, name] = [args.positional('DB'), args.positional('ALIAS')];
      await printEntity(call, await call.connect().aliases.update(database, name, change));
      return EXIT.ok;
    },
  },
  {
    kind: 'parsed',
    words: ['alias', 'delete'],
    summary: 'Deletes an inactive alias; its table stays.',
    positionals: [DB, ALIAS],
    flags: [DEACTIVATE_FLAG],
    examples: ['actionbase alias delete shop favourites --deactivate'],
    run: async (call) => {
      const { aliases } = call.connect();
      const [database, name] = [call.args.positional('DB'), call.args.positional('ALIAS')];
      if (call.args.has('deactivate')) await aliases.update(database, name, { active: false });
      await aliases.delete(database, name);
      call.terminal.tell(`Deleted alias ${database}.${name}.\n`);
      return EXIT.ok;
    },
  },
];
