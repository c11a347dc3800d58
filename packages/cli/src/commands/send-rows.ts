import type { TableSchema } from '@actionbase/core/model/schema';
import type { Flag } from '../arguments/flag.ts';
import type { CommandCall } from '../command.ts';
import { EXIT, type ExitCode, exitCodeOf } from '../exit-code.ts';
import { type LoadEnd, type LoadParts, load } from '../load/load.ts';
import { removeFile, requireRejectsPath } from '../load/load-files.ts';
import { NO_COUNTS } from '../load/load-ledger.ts';
import type { LoadPlan, LoadState } from '../load/load-state.ts';
import { openLoadState } from '../load/open-load-state.ts';
import { ProgressLine } from '../load/progress-line.ts';
import { printJsonLine } from '../print/json-output.ts';
import { notFound } from './not-found.ts';

/** The flags of the commands that send the rows of a file, about the sending; each has its own `fresh` and `quiet`. */
export const SENDING_FLAGS: readonly Flag[] = [
  { kind: 'integer', name: 'batch', value: 'N', min: 1, max: 10_000, help: 'Edges per request (500).' },
  { kind: 'integer', name: 'concurrency', value: 'N', min: 1, max: 64, help: 'Requests side by side (4).' },
  {
    kind: 'integer',
    name: 'patience',
    value: 'SECONDS',
    max: 86_400,
    help: 'How long to try again while the server does not answer (60).',
  },
  { kind: 'text', name: 'rejects', value: 'FILE', help: 'Where refused rows go (FILE.rejects.jsonl).' },
];

export interface Sending {
  /** The file; undefined for standard input. */
  readonly path: string | undefined;
  readonly plan: LoadPlan;
  /** In words, where a resumed run goes on. */
  readonly describePlace: (state: LoadState) => string;
  /** What the rows are, and how edges are made of them. */
  readonly rows: Pick<LoadParts, 'schema' | 'map' | 'type' | 'version'> & Partial<Pick<LoadParts, 'source'>>;
}

/** Sends the rows of a file to a table, from where an earlier run stopped, with progress; answers the exit code. */
export async function sendRows(call: CommandCall, { path, plan, describePlace, rows }: Sending): Promise<ExitCode> {
  const { args, terminal } = call;
  const { state, statePath, isResumed } = await openLoadState({ path, plan, isFresh: args.has('fresh') });
  if (isResumed) terminal.tell(`Going on at ${describePlace(state)}.\n`);
  const rejectsPath = args.text('rejects') ?? `${path ?? 'stdin'}.rejects.jsonl`;
  await requireRejectsPath(rejectsPath, path);
  using progress = new ProgressLine(terminal, args.has('quiet'));
  const end = await load({
    ...rows,
    path,
    statePath,
    rejectsPath,
    state,
    table: call.connect({ retries: 0 }).table(plan.database, plan.table),
    batchRowsMax: args.integer('batch') ?? 500,
    concurrency: args.integer('concurrency') ?? 4,
    patienceMs: (args.integer('patience') ?? 60) * 1000,
    interrupted: call.interrupted,
    onProgress: (figures) => progress.show(figures),
    onWaiting: (error) => progress.remark(`Trying again: ${error.message}`),
  });
  progress.clear();
  if (end.kind === 'done' && statePath !== undefined) await removeFile(statePath);
  return tellEnd(call, end, { rejectsPath, isResumable: path !== undefined });
}

/** The schema of the table, or of the one that an alias names. */
export async function readSchema({ connect }: CommandCall, database: string, name: string): Promise<TableSchema> {
  const client = connect();
  const table = await client.tables.get(database, name);
  if (table !== undefined) return table.schema;
  const alias = await client.aliases.get(database, name);
  const aliased = alias === undefined ? undefined : await client.tables.get(database, alias.table);
  if (aliased === undefined) throw notFound('table', `${database}.${name}`);
  return aliased.schema;
}

interface EndContext {
  readonly rejectsPath: string;
  readonly isResumable: boolean;
}

/** Tells how a load ended, and answers the exit code. */
async function tellEnd(call: CommandCall, end: LoadEnd, { rejectsPath, isResumable }: EndContext): Promise<ExitCode> {
  const { terminal } = call;
  const refused = end.counts.errors + end.counts.rejected;
  const document = {
    end: end.kind,
    ...NO_COUNTS,
    ...end.counts,
    line: end.line,
    rejects: refused === 0 ? null : rejectsPath,
  };
  if (call.asJson) await terminal.print(printJsonLine(document));
  else await terminal.print(`${summaryOf(end)}\n`);
  if (refused > 0) terminal.tell(`Refused rows, with reasons: ${rejectsPath}\n`);
  if (end.kind === 'done') return refused > 0 ? EXIT.refused : EXIT.ok;
  if (end.kind === 'stopped') {
    const { message, code } = end.error;
    terminal.tell(`${terminal.styleRemark('red', 'Stopped')} at line ${end.line}: ${message} [${code}]\n`);
  } else {
    terminal.tell(`Interrupted at line ${end.line}.\n`);
  }
  if (isResumable) terminal.tell(`The same command goes on from there.\n`);
  else
    terminal.tell('Standard input cannot be resumed; sending all of it again is harmless when rows have versions.\n');
  return end.kind === 'interrupted' ? EXIT.interrupted : exitCodeOf(end.error);
}

function summaryOf({ kind, counts }: LoadEnd): string {
  const head = { done: 'Loaded', stopped: 'Stopped', interrupted: 'Interrupted' }[kind];
  const parts = Object.entries(counts).filter(([name, count]) => count > 0 || ALWAYS_TOLD.has(name));
  return `${head}: ${parts.map(([name, count]) => `${count} ${name}`).join(', ')}`;
}

const ALWAYS_TOLD = new Set(['created', 'updated', 'idle', 'errors', 'rejected']);
