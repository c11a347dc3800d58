import type { ParsedCommand } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { ACTIVE_FLAG, activeOf, COMMENT_FLAG, DEACTIVATE_FLAG } from './entity-flags.ts';
import { printEntities, printEntity } from './entity-output.ts';
import { notFound } from './not-found.ts';
import { listOptions, STATUS_FLAG } from './status-flag.ts';

const DB = { name: 'DB' } as const;

/** `actionbase database …` */
export const DATABASE_COMMANDS: readonly ParsedCommand[] = [
  {
    kind: 'parsed',
    words: ['database', 'create'],
    summary: 'Creates a database.',
    positionals: [DB],
    flags: [COMMENT_FLAG],
    examples: ['actionbase database create shop --comment "the demo shop"'],
    run: async (call) => {
      const { args } = call;
      await printEntity(
        call,
        await call.connect().databases.create({ database: args.positional('DB'), comment: args.text('comment') }),
      );
      return EXIT.ok;
    },
  },
  {
    kind: 'parsed',
    words: ['database', 'list'],
    summary: 'Lists the databases.',
    positionals: [],
    flags: [STATUS_FLAG],
    examples: ['actionbase database list', 'actionbase database list --status all --json'],
    run: async (call) => {
      await printEntities(call, await call.connect().databases.list(listOptions(call.args)));
      return EXIT.ok;
    },
  },
  {
    kind: 'parsed',
    words: ['database', 'show'],
    summary: 'Shows one database.',
    positionals: [DB],
    flags: [],
    examples: ['actionbase database show shop'],
    run: async (call) => {
      const name = call.args.positional('DB');
      const database = await call.connect().databases.get(name);
      if (database === undefined) throw notFound('database', name);
      await printEntity(call, database);
      return EXIT.ok;
    },
  },
  {
    kind: 'parsed',
    words: ['database', 'update'],
    summary: 'Changes a database.',
    positionals: [DB],
    flags: [ACTIVE_FLAG, COMMENT_FLAG],
    examples: ['actionbase database update shop --active false'],
    run: async (call) => {
      const { args } = call;
      const change = { active: activeOf(args), comment: args.text('comment') };
      await printEntity(call, await call.connect().databases.update(args.positional('DB'), change));
      return EXIT.ok;
    },
  },
  {
    kind: 'parsed',
    words: ['database', 'delete'],
    summary: 'Deletes an inactive database.',
    positionals: [DB],
    flags: [DEACTIVATE_FLAG],
    examples: ['actionbase database delete shop --deactivate'],
    run: async (call) => {
      const { databases } = call.connect();
      const name = call.args.positional('DB');
      if (call.args.has('deactivate')) await databases.update(name, { active: false });
      await databases.delete(name);
      call.terminal.tell(`Deleted database ${name}.\n`);
      return EXIT.ok;
    },
  },
];
