import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { styleText } from 'node:util';
import { printAligned, printTabbed, type TextTable } from './text-table.ts';

export interface TerminalParts {
  readonly out: Writable;
  readonly err: Writable;
  /** Whether a person looks at `out`, and at `err`. */
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  /** Width of the terminal in columns. */
  readonly columns: number;
  readonly withColors: boolean;
}

type Style = 'bold' | 'dim' | 'green' | 'yellow' | 'red';

/** Where a command writes: results to `out`, everything about them to `err`. */
export class Terminal {
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  readonly columns: number;
  readonly #out: Writable;
  readonly #err: Writable;
  readonly #withColors: boolean;

  constructor(parts: TerminalParts) {
    this.#out = parts.out;
    this.#err = parts.err;
    this.outIsTerminal = parts.outIsTerminal;
    this.errIsTerminal = parts.errIsTerminal;
    this.columns = parts.columns;
    this.#withColors = parts.withColors;
  }

  /** Writes to the results; waits when the reader is slow. */
  async print(text: string): Promise<void> {
    if (text !== '' && !this.#out.write(text)) await once(this.#out, 'drain');
  }

  /** Writes to the results and does not wait. */
  log(text: string): void {
    this.#out.write(text);
  }

  /** A table: aligned on a terminal, with tabs for programs. */
  async printTable(table: TextTable): Promise<void> {
    await this.print(this.outIsTerminal ? printAligned(table, (head) => this.style('bold', head)) : printTabbed(table));
  }

  /** Writes to the remarks. */
  tell(text: string): void {
    this.#err.write(text);
  }

  /** Colours a text for `out` where there are colours. */
  style(style: Style, text: string): string {
    return this.#withColors && this.outIsTerminal ? styleText(style, text, { validateStream: false }) : text;
  }

  /** Colours a text for `err` where there are colours. */
  styleRemark(style: Style, text: string): string {
    return this.#withColors && this.errIsTerminal ? styleText(style, text, { validateStream: false }) : text;
  }
}

/** The terminal of this process. Colours need a terminal, and neither `NO_COLOR` nor `--no-color`. */
export function processTerminal(withoutColors: boolean): Terminal {
  const { env, stdout, stderr } = process;
  return new Terminal({
    out: stdout,
    err: stderr,
    outIsTerminal: stdout.isTTY === true,
    errIsTerminal: stderr.isTTY === true,
    columns: stderr.columns || stdout.columns || 80,
    withColors: !withoutColors && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb',
  });
}
