import type { ActionbaseClient, ParkedMutation, QueueStatus } from '@actionbase/client';
import type { Flag, Positional } from '../arguments/flag.ts';
import type { ParsedArguments } from '../arguments/parsed-arguments.ts';
import { UsageError } from '../arguments/usage-error.ts';
import type { CommandCall, ParsedCommand } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { printCell } from '../print/edge-table.ts';
import { printJsonLine } from '../print/json-output.ts';
import type { Terminal } from '../print/terminal.ts';

const TABLE: Flag = { kind: 'text', name: 'table', value: 'DB.TABLE', help: 'Only mutations of this table.' };
const ALL: Flag = { kind: 'switch', name: 'all', help: 'All that are parked, or all of --table, as of now.' };
const IDS: Positional = { name: 'ID', optional: true, repeated: true };

/** `actionbase queue …` */
export const QUEUE_COMMANDS: readonly ParsedCommand[] = [
  {
    kind: 'parsed',
    words: ['queue', 'show'],
    summary: 'Shows how the queue of asynchronous mutations is, and those that were refused and are parked.',
    details: 'The state goes to the error output, the parked mutations, oldest first, to the standard output.',
    positionals: [],
    flags: [
      TABLE,
      { kind: 'integer', name: 'limit', value: 'N', min: 0, max: 1000, help: 'Most parked mutations (100).' },
      { kind: 'text', name: 'after', value: 'ID', help: 'Goes on behind this one.' },
    ],
    examples: ['actionbase queue show', 'actionbase queue show --table shop.wish --limit 1000 --json'],
    run: show,
  },
  {
    kind: 'parsed',
    words: ['queue', 'retry'],
    summary: 'Has parked mutations take effect, under their tables as they are now.',
    details:
      'What is refused again is parked under a new id. Exit code 1 when any was refused, or is not parked any more.',
    positionals: [IDS],
    flags: [ALL, TABLE],
    examples: ['actionbase queue retry e1-p0-1842-0-3', 'actionbase queue retry --all --table shop.wish'],
    endsWhenInterrupted: true,
    run: (call) => change(call, { verb: 'Retried', act: retryOne }),
  },
  {
    kind: 'parsed',
    words: ['queue', 'drop'],
    summary: 'Forgets parked mutations: they never take effect.',
    details: 'Exit code 1 when any is not parked any more.',
    positionals: [IDS],
    flags: [ALL, TABLE, { kind: 'switch', name: 'yes', help: 'Needed with --all: what is dropped is gone.' }],
    examples: ['actionbase queue drop e1-p0-1842-0-3', 'actionbase queue drop --all --table shop.wish --yes'],
    endsWhenInterrupted: true,
    run: async (call) => {
      if (call.args.has('all') && !call.args.has('yes')) await refuseToDropAll(call);
      return change(call, { verb: 'Dropped', act: dropOne });
    },
  },
];

async function show(call: CommandCall): Promise<ExitCode> {
  const { args, terminal } = call;
  const options = { table: args.text('table'), limit: args.integer('limit'), after: args.text('after') };
  const { status, mutations, next } = await call.connect().queue.parked(options);
  if (call.asJson) {
    await terminal.print(
      printJsonLine({ status: { ...status }, mutations: mutations.map((one) => ({ ...one })), next }),
    );
    return EXIT.ok;
  }
  terminal.tell(printStatus(status));
  await terminal.printTable({
    columns: ['ID', 'TABLE', 'CODE', 'TRIES', 'TIME', 'REQUEST', 'OP', 'EDGE', 'VERSION', 'MESSAGE'],
    rows: mutations.map(rowOf),
  });
  if (next !== null) terminal.tell(`More are parked; go on with --after ${next}\n`);
  return EXIT.ok;
}

function printStatus({
  state,
  reason,
  framesBehind,
  waitingSinceMs,
  parked,
  parkedMax,
  visibility,
}: QueueStatus): string {
  const waiting = waitingSinceMs === null ? '' : `, waiting since ${new Date(waitingSinceMs).toISOString()}`;
  const last = visibility.lastMs === null ? '' : `, the last took ${visibility.lastMs} ms`;
  return (
    `Queue: ${state}${reason === null ? '' : ` (${reason})`}, ${framesBehind} frames behind${waiting}; ` +
    `${visibility.count} requests took effect since the server started${last}\n` +
    `Parked: ${parked} of at most ${parkedMax}\n`
  );
}

function rowOf({ id, table, code, tries, timeMs, requestId, op, edge, message }: ParkedMutation): string[] {
  const ends = `${printCell(edge.src ?? null)} -> ${printCell(edge.tgt ?? null)}`;
  const time = new Date(timeMs).toISOString();
  return [id, table, code, String(tries), time, requestId, op, ends, printCell(edge.ts ?? null), message];
}

/** What became of one parked mutation. */
interface Changed {
  readonly id: string;
  /** A status, DROPPED, or NOT-PARKED. */
  readonly status: string;
  readonly code: string | null;
  readonly message: string | null;
  readonly parkedAs: string | null;
}

interface Change {
  readonly verb: 'Retried' | 'Dropped';
  readonly act: (client: ActionbaseClient, id: string) => Promise<Changed>;
}

const NOTHING_TO_TELL = { code: null, message: null, parkedAs: null } as const;

async function retryOne(client: ActionbaseClient, id: string): Promise<Changed> {
  const result = await client.queue.retry(id);
  return result === undefined ? { id, status: 'NOT-PARKED', ...NOTHING_TO_TELL } : { id, ...result };
}

async function dropOne(client: ActionbaseClient, id: string): Promise<Changed> {
  return { id, status: (await client.queue.drop(id)) ? 'DROPPED' : 'NOT-PARKED', ...NOTHING_TO_TELL };
}

/** Changes one after the other, in log order, and tells of each what became of it. */
async function change(call: CommandCall, { verb, act }: Change): Promise<ExitCode> {
  const { terminal, interrupted } = call;
  const client = call.connect();
  const ids = await idsOf(call.args, client);
  let done = 0;
  let failed = 0;
  for (const id of ids) {
    if (interrupted.aborted) break;
    const changed = await act(client, id);
    done += 1;
    if (changed.status === 'ERROR' || changed.status === 'NOT-PARKED') failed += 1;
    await printChanged(call, changed, done === 1);
    showProgress(terminal, `${verb} ${done} of ${ids.length}`);
  }
  clearProgress(terminal);
  terminal.tell(`${verb} ${done - failed} of ${ids.length}${failed === 0 ? '' : `, ${failed} in vain`}.\n`);
  if (interrupted.aborted) return EXIT.interrupted;
  return failed === 0 ? EXIT.ok : EXIT.refused;
}

async function printChanged({ terminal, asJson }: CommandCall, changed: Changed, isFirst: boolean): Promise<void> {
  const { id, status, code, message, parkedAs } = changed;
  if (asJson) return terminal.print(printJsonLine({ id, status, code, message, parkedAs }));
  clearProgress(terminal);
  const row = [id, status, code ?? '', parkedAs ?? '', message ?? ''];
  const columns = ['ID', 'STATUS', 'CODE', 'PARKED AS', 'MESSAGE'];
  return terminal.printTable({ columns, rows: [row], isContinued: !isFirst });
}

/** A line that changes, on a terminal; elsewhere each mutation has its own line of output. */
function showProgress(terminal: Terminal, text: string): void {
  if (terminal.errIsTerminal) terminal.tell(`\r\u001b[2K${text}`);
}

function clearProgress(terminal: Terminal): void {
  if (terminal.errIsTerminal) terminal.tell('\r\u001b[2K');
}

/** The ids that are named, or all that are parked now: what is refused again on the way is not taken twice. */
async function idsOf(args: ParsedArguments, client: ActionbaseClient): Promise<readonly string[]> {
  const named = args.positionals('ID');
  if (!args.has('all')) {
    if (named.length === 0) throw new UsageError('No ID is given, and no --all.');
    if (args.has('table')) throw new UsageError('--table goes with --all; an ID stands for itself.');
    return named;
  }
  if (named.length > 0) throw new UsageError(`"${named[0]}" is given and --all; one is enough.`);
  return allIds(args, client);
}

async function allIds(args: ParsedArguments, client: ActionbaseClient): Promise<readonly string[]> {
  const ids: string[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await client.queue.parked({ table: args.text('table'), limit: 1000, after });
    for (const { id } of page.mutations) ids.push(id);
    if (page.next === null) return ids;
    after = page.next;
  }
}

async function refuseToDropAll({ args, connect }: CommandCall): Promise<never> {
  const count = (await allIds(args, connect())).length;
  throw new UsageError(`--all would drop ${count} mutations for good; add --yes to do so.`);
}
