import type { ActionbaseClient, AuditDifference, AuditProgress, AuditSummary } from '@actionbase/client';
import { UsageError } from '../arguments/usage-error.ts';
import type { CommandCall, ParsedCommand } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { printCell } from '../print/edge-table.ts';
import type { Terminal } from '../print/terminal.ts';

/** `actionbase audit` */
export const AUDIT: ParsedCommand = {
  kind: 'parsed',
  words: ['audit'],
  summary: 'Compares index, count, group and cache rows with the states, and repairs them.',
  details:
    'Writes go on meanwhile. Each difference is told with its key, what is expected, what was found, and the log records that ' +
    'touched it; with --json the lines come as the server wrote them. Exit code 0 when nothing differs (any more), 1 when ' +
    'something does.',
  positionals: [{ name: 'DB.TABLE', optional: true }],
  flags: [
    { kind: 'switch', name: 'all', help: 'All active tables, one after another.' },
    { kind: 'switch', name: 'repair', help: 'Has the rows derived again, and looks a second time.' },
    { kind: 'integer', name: 'rate', value: 'N', min: 1, max: 1_000_000, help: 'Rows to read in a second (20000).' },
  ],
  examples: ['actionbase audit shop.wish', 'actionbase audit --all --rate 5000', 'actionbase audit shop.wish --repair'],
  run: audit,
};

async function audit(call: CommandCall): Promise<ExitCode> {
  const client = call.connect();
  let left = 0;
  for (const name of await tablesOf(call, client)) left += await auditOne(call, client, name);
  return left === 0 ? EXIT.ok : EXIT.refused;
}

/** Audits one table; answers how many differences are left. */
async function auditOne(
  { args, terminal, asJson }: CommandCall,
  client: ActionbaseClient,
  name: string,
): Promise<number> {
  const [database = '', table = ''] = name.split('.');
  const options = { repair: args.has('repair'), ratePerS: args.integer('rate') };
  let left = 0;
  for await (const line of client.audit(database, table, options)) {
    if (line.kind === 'summary') left = line.summary.left;
    if (asJson) {
      await terminal.print(`${line.text}\n`);
    } else if (line.kind === 'progress') {
      showProgress(terminal, name, line.progress);
    } else {
      clearProgress(terminal);
      await terminal.print(line.kind === 'difference' ? printDifference(line.difference) : printSummary(line.summary));
    }
  }
  return left;
}

async function tablesOf({ args }: CommandCall, client: ActionbaseClient): Promise<readonly string[]> {
  const [name] = args.positionals('DB.TABLE');
  if (args.has('all')) {
    if (name !== undefined) throw new UsageError(`"${name}" is given and --all; one is enough.`);
    return allTables(client);
  }
  if (name === undefined) throw new UsageError('No DB.TABLE is given, and no --all.');
  if (!/^[^.]+\.[^.]+$/.test(name)) throw new UsageError(`"${name}" is no table; expected DB.TABLE.`);
  return [name];
}

async function allTables(client: ActionbaseClient): Promise<readonly string[]> {
  const names: string[] = [];
  for (const { database } of await client.databases.list()) {
    for (const { table } of await client.tables.list(database)) names.push(`${database}.${table}`);
  }
  return names;
}

/** A difference in a few lines: what and where, expected, found, and what touched it. */
export function printDifference(difference: AuditDifference): string {
  const { stage, table, row, name, direction, vertex, values, edge, problem, key, qualifier } = difference;
  const place = [row, name, direction].filter((part) => part !== null).join(' ');
  const owner = edge === null ? (vertex === null ? '' : ` of ${printCell(vertex)}`) : ` of ${printCell(edge)}`;
  const at = values === null ? '' : ` at ${printCell(values)}`;
  const lines = [
    `${table}: ${stage === 'left' ? 'still ' : ''}${problem} ${place}${owner}${at}`,
    `  key       ${key}${qualifier === null ? '' : ` ${qualifier}`}`,
    `  expected  ${difference.expected === null ? 'no row' : printCell(difference.expected)}`,
    `  found     ${difference.found === null ? 'no row' : printCell(difference.found)}`,
  ];
  for (const touch of difference.touchedBy) {
    const { position = null, requestId = null, op = null, version = null, status = null } = touch;
    const parts = [position, op, status, `v${printCell(version)}`, 'request', requestId];
    lines.push(`  touched   ${parts.map((part) => (typeof part === 'string' ? part : printCell(part))).join(' ')}`);
  }
  return `${lines.join('\n')}\n`;
}

/** What came of the audit of one table. */
export function printSummary(summary: AuditSummary): string {
  const { table, position, states, activeEdges, rows, found, listed, repaired, left } = summary;
  const read = `${states} states (${activeEdges} active), ${rows} rows compared, as of ${position ?? 'now'}`;
  const unlisted = found > listed ? ` (${listed} listed)` : '';
  const after = repaired === null ? '' : `; ${repaired} rows repaired, ${left} differences left`;
  return `${table}: ${found} differences${unlisted}${after}; ${read}\n`;
}

function showProgress(terminal: Terminal, name: string, { phase, pass, rows, differences }: AuditProgress): void {
  if (!terminal.errIsTerminal) return;
  const text = `${name}: ${phase}, pass ${pass}, ${rows.toLocaleString('en-US')} rows, ${differences} differences`;
  terminal.tell(`\r\u001b[2K${text.slice(0, Math.max(20, terminal.columns - 1))}`);
}

function clearProgress(terminal: Terminal): void {
  if (terminal.errIsTerminal) terminal.tell('\r\u001b[2K');
}
