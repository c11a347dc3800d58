import { ActionbaseClient, ActionbaseError, type ClientOptions } from '@actionbase/client';
import { Failure } from '@actionbase/core/failure';
import { nearestName } from '@actionbase/server/config/nearest-name';
import { GLOBAL_FLAGS } from './arguments/flag.ts';
import { parseArguments } from './arguments/parse-arguments.ts';
import type { ParsedArguments } from './arguments/parsed-arguments.ts';
import { UsageError } from './arguments/usage-error.ts';
import type { Command, CommandCall, ParsedCommand } from './command.ts';
import { COMMANDS } from './command-list.ts';
import { EXIT, type ExitCode, exitCodeOf } from './exit-code.ts';
import { printJsonLine } from './print/json-output.ts';
import { processTerminal, type Terminal } from './print/terminal.ts';
import { printCommandHelp, printOverview } from './print-help.ts';
import { readToken } from './token/read-token.ts';
import { trustOnly } from './token/trust-only.ts';
import { VERSION } from './version.ts';

const URL_DEFAULT = 'http://127.0.0.1:8080';
/** Few: a person waits for the answer. */
const RETRIES = 2;

/** Runs one command line, the program's name left out, and answers the exit code. */
export async function runCommand(args: readonly string[]): Promise<ExitCode> {
  const terminal = processTerminal(args.includes('--no-color'));
  try {
    return await run(args, terminal);
  } catch (error) {
    return tellError(error, terminal, args.includes('--json'));
  }
}

async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { globals, words } = splitGlobals(args);
  const [first] = words;
  // A server goes on without a reader.
  if (first !== 'serve') endWithReader();
  if (first === undefined) {
    if (globals.includes('--version')) await terminal.print(`${VERSION}\n`);
    else await terminal.print(printOverview(COMMANDS));
    return EXIT.ok;
  }
  if (first === 'help') return help(words.slice(1), terminal);
  const command = findCommand(words);
  if (command === undefined) return overviewOf(first, words, terminal);
  const rest = [...globals, ...words.slice(command.words.length)];
  if (asksForHelp(rest)) return help(command.words, terminal);
  if (command.kind === 'raw') return command.run(rest, terminal);
  return runParsed(command, rest, terminal);
}

async function runParsed(command: ParsedCommand, rest: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const flags = [...command.flags, ...GLOBAL_FLAGS];
  const args = parseOrHint(rest, { flags, positionals: command.positionals }, command);
  const call: CommandCall = {
    args,
    terminal,
    asJson: args.has('json'),
    url: urlOf(args),
    interrupted: watchSignals(command.endsWhenInterrupted === true),
    // Read here: commands that call no server need neither token nor certificates.
    connect: (changes) => new ActionbaseClient({ ...clientOptions(args), ...changes }),
  };
  return command.run(call);
}

/** The reader of a pipe that has seen enough ends the command: `actionbase scan … --all | head`. */
function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.ok);
    throw error;
  });
}

/** Aborts at the first signal; ends the process at the second one, or at the first when the command does not wait for it. */
function watchSignals(endsByItself: boolean): AbortSignal {
  const interruption = new AbortController();
  const interrupt = (): void => {
    if (!endsByItself || interruption.signal.aborted) process.exit(EXIT.interrupted);
    interruption.abort();
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  return interruption.signal;
}

/** A usage error ends with where to read more. */
function parseOrHint(
  args: readonly string[],
  shape: Parameters<typeof parseArguments>[1],
  command: Command,
): ParsedArguments {
  try {
    return parseArguments(args, shape);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${error.message}\nSee: actionbase ${command.words.join(' ')} --help`, error);
  }
}

/** What stands before the command's first word: flags of every command. */
function splitGlobals(args: readonly string[]): { globals: readonly string[]; words: readonly string[] } {
  const known = new Map<string, 'text' | 'integer' | 'switch'>(
    GLOBAL_FLAGS.map((flag) => [`--${flag.name}`, flag.kind]),
  );
  let at = 0;
  while (at < args.length) {
    const arg = args[at] ?? '';
    if (!arg.startsWith('-')) break;
    const name = arg.split('=', 1)[0] ?? '';
    const kind = known.get(name);
    if (kind === undefined && name !== '-h' && name !== '--version') {
      throw new UsageError(`${name} is not a flag; did you mean ${nearestName(name, known.keys())}?`);
    }
    const takesNext = kind !== undefined && kind !== 'switch' && !arg.includes('=');
    at += takesNext ? 2 : 1;
  }
  return { globals: args.slice(0, at), words: args.slice(at) };
}

function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return (end < 0 ? args : args.slice(0, end)).some((arg) => arg === '--help' || arg === '-h');
}

async function help(words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const command = findCommand(words);
  if (command !== undefined) {
    await terminal.print(printCommandHelp(command));
    return EXIT.ok;
  }
  const [first] = words;
  if (first === undefined) {
    await terminal.print(printOverview(COMMANDS));
    return EXIT.ok;
  }
  return overviewOf(first, [first, '--help'], terminal);
}

/** A first word alone (`table`) lists its commands; all else is not a command. */
async function overviewOf(first: string, words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const group = COMMANDS.filter((command) => command.words[0] === first);
  if (group.length === 0) {
    const names = new Set(COMMANDS.map((command) => command.words[0] ?? '').concat('help'));
    throw new UsageError(
      `"${first}" is not a command; did you mean "${nearestName(first, names)}"?\nSee: actionbase help`,
    );
  }
  if (asksForHelp(words) || words.length === 1) {
    await terminal.print(printOverview(COMMANDS, first));
    return asksForHelp(words) ? EXIT.ok : EXIT.usage;
  }
  const seconds = group.map((command) => command.words[1] ?? '');
  const nearest = nearestName(words[1] ?? '', seconds);
  throw new UsageError(
    `"${first} ${words[1]}" is not a command; did you mean "${first} ${nearest}"?\nSee: actionbase ${first} --help`,
  );
}

function findCommand(words: readonly string[]): Command | undefined {
  return COMMANDS.find((command) => command.words.every((word, place) => words[place] === word));
}

function urlOf(args: ParsedArguments): string {
  return args.text('url') ?? (process.env.ACTIONBASE_URL || URL_DEFAULT);
}

function clientOptions(args: ParsedArguments): ClientOptions {
  const { env } = process;
  const ca = args.text('ca') ?? (env.ACTIONBASE_CA || undefined);
  if (ca !== undefined) trustOnly(ca);
  const seconds = args.integer('timeout');
  return {
    url: urlOf(args),
    token: readToken(args.text('token-file'), env),
    actor: args.text('actor') ?? (env.ACTIONBASE_ACTOR || undefined),
    retries: RETRIES,
    timeoutMs: seconds === undefined ? undefined : seconds * 1000,
  };
}

function tellError(error: unknown, terminal: Terminal, asJson: boolean): ExitCode {
  if (error instanceof UsageError) {
    terminal.tell(`${terminal.styleRemark('red', 'Usage error:')} ${error.message}\n`);
    return EXIT.usage;
  }
  if (isSystemError(error)) {
    const code = 'file-failed';
    if (asJson) terminal.tell(printJsonLine({ error: { code, message: error.message } }));
    else terminal.tell(`${terminal.styleRemark('red', 'Failed:')} ${error.message} [${code}]\n`);
    return EXIT.fileFailed;
  }
  if (error instanceof Failure) return tellFailure(error, terminal, asJson);
  if (!(error instanceof ActionbaseError)) throw error;
  const { status, code, message, retry } = error;
  if (asJson) {
    terminal.tell(printJsonLine({ error: { status, code, message, retry } }));
  } else {
    terminal.tell(`${terminal.styleRemark('red', 'Failed:')} ${message} [${code}]\n${hintFor(code)}`);
  }
  return exitCodeOf(error);
}

/** What a command that works on files of this computer met there. */
function tellFailure({ code, message }: Failure, terminal: Terminal, asJson: boolean): ExitCode {
  if (asJson) terminal.tell(printJsonLine({ error: { code, message } }));
  else terminal.tell(`${terminal.styleRemark('red', 'Failed:')} ${message} [${code}]\n`);
  return EXIT_OF_FAILURE.get(code) ?? EXIT.fileFailed;
}

/** Failures that are not of files: what was asked for is refused, or nobody is there to do it. */
const EXIT_OF_FAILURE: ReadonlyMap<string, ExitCode> = new Map([
  ['unknown-token', EXIT.refused],
  ['stage-refused', EXIT.refused],
  ['legacy-refused', EXIT.refused],
  ['legacy-unavailable', EXIT.notReachable],
  ['migration-not-running', EXIT.notReachable],
]);

/** What the operating system says of a file: its message names the operation and the path. */
function isSystemError(error: unknown): error is Error {
  return error instanceof Error && 'errno' in error && 'syscall' in error;
}

function hintFor(code: string): string {
  if (code === 'not-reachable') return 'Is a server running there? Start one with: actionbase serve\n';
  return code === 'unauthorized'
    ? 'Give a valid token with --token-file, ACTIONBASE_TOKEN_FILE or ACTIONBASE_TOKEN.\n'
    : '';
}
