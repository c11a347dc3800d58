import type { JsonMembers, LogLine, LogOptions } from '@actionbase/client';
import { printJson } from '@actionbase/core/codec/json-text';
import { UsageError } from '../arguments/usage-error.ts';
import type { CommandCall, ParsedCommand } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { printCell } from '../print/edge-table.ts';

/** `actionbase log tail` */
export const LOG_TAIL: ParsedCommand = {
  kind: 'parsed',
  words: ['log', 'tail'],
  summary: 'Shows what was asked for (wal) or what took effect (cdc), in the order of the log.',
  details:
    'On a terminal one line for people per record; in a pipe, or with --json, the lines of docs/streams.md as the server wrote ' +
    'them. A lost connection is made again from the last position.',
  positionals: [{ name: 'wal|cdc' }],
  flags: [
    {
      kind: 'text',
      name: 'from',
      value: 'POSITION',
      help: 'Goes on exactly after this position; first (so without the flag) or end.',
    },
    { kind: 'text', name: 'table', value: 'DB.TABLE', help: 'Only records of this table or alias.' },
    { kind: 'text', name: 'request', value: 'ID', help: 'Only records of this request.' },
    { kind: 'integer', name: 'limit', value: 'N', min: 1, max: 1_000_000_000, help: 'Ends after this many records.' },
    { kind: 'switch', name: 'follow', help: 'Goes on with what comes.' },
  ],
  examples: [
    'actionbase log tail cdc --table shop.wish --follow',
    'actionbase log tail wal --from e1-p0-1842-3 --limit 100 --json > records.jsonl',
  ],
  run: tail,
};

async function tail(call: CommandCall): Promise<ExitCode> {
  const { args, terminal } = call;
  const stream = args.positional('wal|cdc');
  if (stream !== 'wal' && stream !== 'cdc') throw new UsageError(`"${stream}" is no stream; expected wal or cdc.`);
  const options: LogOptions = {
    from: args.text('from'),
    table: args.text('table'),
    request: args.text('request'),
    limit: args.integer('limit'),
    follow: args.has('follow'),
  };
  const forPeople = terminal.outIsTerminal && !call.asJson;
  for await (const line of call.connect().log[stream](options)) {
    await terminal.print(`${forPeople ? printRecordLine(line) : line.text}\n`);
  }
  return EXIT.ok;
}

/** One record on one line: position, time, table, what happened, the edge, its version and its properties. */
export function printRecordLine({ position, record }: LogLine): string {
  const edge = membersOf(record.edge);
  const after = membersOf(record.after);
  const time = typeof record.ts === 'number' ? new Date(record.ts).toISOString() : '-';
  const { status } = record;
  const mode = membersOf(record.mode).queue === true ? ' queued' : '';
  const what =
    typeof status === 'string' ? `${printCell(record.op ?? null)} ${status}` : `${printCell(record.op ?? null)}${mode}`;
  const ends = `${printCell(edge.src ?? null)} -> ${printCell(edge.tgt ?? null)}`;
  const properties = printJson(after.props ?? edge.props ?? null);
  const label = printCell(record.label ?? null);
  return [position, time, label, what, ends, `v${printCell(edge.ts ?? null)}`, properties].join('  ');
}

function membersOf(value: JsonMembers[string] | undefined): JsonMembers {
  return typeof value === 'object' && value !== null && !isList(value) ? value : {};
}

/** `Array.isArray` does not narrow a readonly array. */
function isList(value: JsonMembers[string]): value is readonly JsonMembers[string][] {
  return Array.isArray(value);
}
