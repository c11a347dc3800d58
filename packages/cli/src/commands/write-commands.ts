import type { EdgeResult, MultiEdgeResult, TableHandle } from '@actionbase/client';
import type { JsonObject } from '@actionbase/core/codec/json-value';
import type { EventType } from '@actionbase/core/model/edge';
import type { ParsedArguments } from '../arguments/parsed-arguments.ts';
import { UsageError } from '../arguments/usage-error.ts';
import type { CommandCall, ParsedCommand } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { printCell } from '../print/edge-table.ts';
import { printJsonLine } from '../print/json-output.ts';
import type { TextTable } from '../print/text-table.ts';
import { EDGE_FLAGS, PROPERTY_FLAGS, propertiesOf, SYNC_FLAGS, versionOf } from './edge-flags.ts';

const POSITIONALS = [{ name: 'DB' }, { name: 'TABLE' }] as const;

/** `actionbase insert`, `update` and `delete` */
export const WRITE_COMMANDS: readonly ParsedCommand[] = [
  {
    kind: 'parsed',
    words: ['insert'],
    summary: 'Creates an edge, or replaces it whole.',
    positionals: POSITIONALS,
    flags: [...EDGE_FLAGS, ...PROPERTY_FLAGS, ...SYNC_FLAGS],
    examples: [
      'actionbase insert shop wish --source 7 --target sku-a --property at=1000 --property color=red',
      `actionbase insert shop wish --source 7 --target sku-a --version 12 --properties '{"at":1000,"color":null}'`,
      'actionbase insert shop orders --id 100000 --source 7 --target 9 --property paid_at=1000',
    ],
    run: (call) => write(call, 'INSERT'),
  },
  {
    kind: 'parsed',
    words: ['update'],
    summary: 'Changes some properties of an edge; one that does not exist is not created.',
    positionals: POSITIONALS,
    flags: [...EDGE_FLAGS, ...PROPERTY_FLAGS, ...SYNC_FLAGS],
    examples: ['actionbase update shop wish --source 7 --target sku-a --property color=blue'],
    run: (call) => write(call, 'UPDATE'),
  },
  {
    kind: 'parsed',
    words: ['delete'],
    summary: 'Deletes an edge.',
    positionals: POSITIONALS,
    flags: [...EDGE_FLAGS, ...SYNC_FLAGS],
    examples: ['actionbase delete shop wish --source 7 --target sku-a', 'actionbase delete shop orders --id 100000'],
    run: (call) => write(call, 'DELETE'),
  },
];

type Result = EdgeResult | MultiEdgeResult;

async function write(call: CommandCall, type: EventType): Promise<ExitCode> {
  const { args } = call;
  const table = call.connect().table(args.positional('DB'), args.positional('TABLE'));
  const [result] = await send(table, type, args);
  if (result === undefined) return EXIT.serverFailed;
  if (call.asJson) await call.terminal.print(printJsonLine(resultJson(result)));
  else await call.terminal.printTable(resultTable(result));
  return result.status === 'ERROR' ? EXIT.refused : EXIT.ok;
}

function send(table: TableHandle, type: EventType, args: ParsedArguments): Promise<readonly Result[]> {
  const options = { sync: args.has('sync'), force: args.has('force') };
  const properties = type === 'DELETE' ? undefined : propertiesOf(args);
  const version = versionOf(args, Date.now);
  const [id, source, target] = [args.text('id'), args.text('source'), args.text('target')];
  if (id !== undefined) return table.mutate([{ type, edge: { version, id, source, target, properties } }], options);
  if (source !== undefined && target !== undefined) {
    return table.mutate([{ type, edge: { version, source, target, properties } }], options);
  }
  const missing = source === undefined ? '--source SOURCE' : '--target TARGET';
  throw new UsageError(`${missing} is missing: name the edge by --source and --target, or a multi edge by --id.`);
}

function resultJson(result: Result): JsonObject {
  return { ...result };
}

function resultTable(result: Result): TextTable {
  const key = 'id' in result ? { ID: result.id } : { SOURCE: result.source, TARGET: result.target };
  const reason = result.status === 'ERROR' ? { CODE: result.code ?? '', MESSAGE: result.message ?? '' } : {};
  const cells = { ...key, STATUS: result.status, ...reason };
  return { columns: Object.keys(cells), rows: [Object.values(cells).map(printCell)] };
}
