import type { ParsedCommand } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { DEACTIVATE_FLAG } from './entity-flags.ts';
import { printEntities, printEntity } from './entity-output.ts';
import { notFound } from './not-found.ts';
import { listOptions, STATUS_FLAG } from './status-flag.ts';
import { TABLE_CREATE } from './table-create.ts';
import { TABLE_UPDATE } from './table-update.ts';
import { TABLE_WAIT } from './table-wait.ts';

const DB = { name: 'DB' } as const;
const TABLE = { name: 'TABLE' } as const;

/** `actionbase table …` */
export const TABLE_COMMANDS: readonly ParsedCommand[] = [
  TABLE_CREATE,
  {
    kind: 'parsed',
    words: ['table', 'list'],
    summary: 'Lists the tables of a database.',
    positionals: [DB],
    flags: [STATUS_FLAG],
    examples: ['actionbase table list shop'],
    run: async (call) => {
      const { args } = call;
      await printEntities(call, await call.connect().tables.list(args.positional('DB'), listOptions(args)));
      return EXIT.ok;
    },
  },
  {
    kind: 'parsed',
    words: ['table', 'show'],
    summary: 'Shows a table with its properties and indexes.',
    positionals: [DB, TABLE],
    flags: [],
    examples: ['actionbase table show shop wish', 'actionbase table show shop wish --json > wish.json'],
    run: async (call) => {
      const [database, name] = [call.args.positional('DB'), call.args.positional('TABLE')];
      const table = await call.connect().tables.get(database, name);
      if (table === undefined) throw notFound('table', `${database}.${name}`);
      await printEntity(call, table);
      return EXIT.ok;
    },
  },
  TABLE_UPDATE,
  TABLE_WAIT,
  {
    kind: 'parsed',
    words: ['table', 'delete'],
    summary: 'Deletes an inactive table with all its edges.',
    positionals: [DB, TABLE],
    flags: [DEACTIVATE_FLAG],
    examples: ['actionbase table delete shop wish --deactivate'],
    run: async (call) => {
      const { tables } = call.connect();
      const [database, name] = [call.args.positional('DB'), call.args.positional('TABLE')];
      if (call.args.has('deactivate')) await tables.update(database, name, { active: false });
      await tables.delete(database, name);
      call.terminal.tell(`Deleted table ${database}.${name}.\n`);
      return EXIT.ok;
    },
  },
];
