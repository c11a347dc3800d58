import type { ActionbaseClient, ClientOptions } from '@actionbase/client';
import type { Flag, Positional } from './arguments/flag.ts';
import type { ParsedArguments } from './arguments/parsed-arguments.ts';
import type { ExitCode } from './exit-code.ts';
import type { Terminal } from './print/terminal.ts';

interface CommandTexts {
  /** What is typed after `actionbase`: `['table', 'create']`. */
  readonly words: readonly string[];
  /** One sentence. */
  readonly summary: string;
  /** Paragraphs below the usage line. */
  readonly details?: string;
  /** Whole command lines that work. */
  readonly examples: readonly string[];
}

/** A command whose arguments are checked against its flags. */
export interface ParsedCommand extends CommandTexts {
  readonly kind: 'parsed';
  readonly positionals: readonly Positional[];
  readonly flags: readonly Flag[];
  /** Whether it ends by itself when it is interrupted; others are ended at once. */
  readonly endsWhenInterrupted?: boolean;
  readonly run: (call: CommandCall) => Promise<ExitCode>;
}

/** A command that reads its arguments itself. */
export interface RawCommand extends CommandTexts {
  readonly kind: 'raw';
  /** The part of its help that lists what it takes. */
  readonly printFlags: () => string;
  readonly run: (args: readonly string[], terminal: Terminal) => Promise<ExitCode>;
}

export type Command = ParsedCommand | RawCommand;

/** What a command works with. */
export interface CommandCall {
  readonly args: ParsedArguments;
  readonly terminal: Terminal;
  /** Whether the output is for a program. */
  readonly asJson: boolean;
  readonly url: string;
  /** Aborted by SIGINT and SIGTERM. */
  readonly interrupted: AbortSignal;
  /** A client of the server that the flags and the environment name. */
  readonly connect: (changes?: Partial<ClientOptions>) => ActionbaseClient;
}
