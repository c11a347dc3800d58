import { type Flag, GLOBAL_FLAGS, type Positional } from './arguments/flag.ts';
import type { Command } from './command.ts';

/** The help text of one command. */
export function printCommandHelp(command: Command): string {
  const usage = ['actionbase', ...command.words, ...usageParts(command)].join(' ');
  const parts = [`${command.summary}\n`, `Usage: ${usage}\n`];
  if (command.details !== undefined) parts.push(`${command.details.trim()}\n`);
  if (command.kind === 'raw') {
    parts.push(`${command.printFlags().trimEnd()}\n`);
  } else {
    if (command.flags.length > 0) parts.push(`Flags:\n${printFlags(command.flags)}`);
    parts.push(`Flags of every command:\n${printFlags(GLOBAL_FLAGS)}`);
  }
  parts.push(`Examples:\n${command.examples.map((example) => `  ${example}\n`).join('')}`);
  return parts.join('\n');
}

/** The help text of the whole program, or of the commands that begin with a word. */
export function printOverview(commands: readonly Command[], word?: string): string {
  const listed = commands.filter((command) => word === undefined || command.words[0] === word);
  const names = listed.map(({ words }) => words.join(' '));
  const width = Math.max(...names.map((name) => name.length));
  const lines = listed.map(({ summary }, place) => `  ${(names[place] ?? '').padEnd(width)}  ${summary}\n`);
  return [
    'actionbase: a database for interactions: who did what to which thing.\n',
    `Usage: actionbase ${word ?? 'COMMAND'} …\n`,
    `Commands:\n${lines.join('')}`,
    `Flags of every command:\n${printFlags(GLOBAL_FLAGS)}`,
    'Exit codes: 0 ok, 1 refused, 2 wrong usage, 3 server not reachable, 4 server failed, 5 a file of this computer failed, 6 another server took the data directory, 130 interrupted.\n',
    'More: actionbase COMMAND --help\n',
  ].join('\n');
}

function usageParts(command: Command): readonly string[] {
  if (command.kind === 'raw') return ['[FLAGS]'];
  const flags = command.flags.flatMap((flag) => (isRequired(flag) ? [headOf(flag)] : []));
  const isComplete = flags.length === command.flags.length;
  return [...command.positionals.map(usageOf), ...flags, ...(isComplete ? [] : ['[FLAGS]'])];
}

function usageOf({ name, optional, repeated }: Positional): string {
  const text = repeated === true ? `${name}…` : name;
  return optional === true ? `[${text}]` : text;
}

function printFlags(flags: readonly Flag[]): string {
  const width = Math.max(...flags.map((flag) => headOf(flag).length));
  return flags.map((flag) => `  ${headOf(flag).padEnd(width)}  ${flag.help}\n`).join('');
}

function headOf(flag: Flag): string {
  return flag.kind === 'switch' ? `--${flag.name}` : `--${flag.name} ${flag.value}`;
}

function isRequired(flag: Flag): boolean {
  return flag.kind !== 'switch' && flag.required === true;
}
