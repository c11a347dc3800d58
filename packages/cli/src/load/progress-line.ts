import { ChangingLine } from '../print/changing-line.ts';
import type { Terminal } from '../print/terminal.ts';
import { type ProgressFigures, printBar, printProgress } from './load-progress.ts';

/** Without a terminal a line is written this often. */
const LINE_MS = 5_000;

/** Shows how far a load is: one line that changes on a terminal, else a line every few seconds. */
export class ProgressLine implements Disposable {
  readonly #terminal: Terminal;
  readonly #line: ChangingLine;
  readonly #isQuiet: boolean;
  #lineMs = Date.now();

  constructor(terminal: Terminal, isQuiet: boolean) {
    this.#terminal = terminal;
    this.#line = new ChangingLine(terminal);
    this.#isQuiet = isQuiet;
  }

  show(figures: ProgressFigures): void {
    if (this.#isQuiet) return;
    const text = printProgress(figures);
    if (this.#terminal.errIsTerminal) {
      this.#line.show(`${printBar(figures)} ${text}`.trim());
    } else if (Date.now() - this.#lineMs >= LINE_MS) {
      this.#lineMs = Date.now();
      this.#terminal.tell(`${text.trim()}\n`);
    }
  }

  /** Writes a line of its own. */
  remark(text: string): void {
    if (this.#isQuiet) return;
    this.clear();
    this.#terminal.tell(`${text}\n`);
  }

  /** Takes the changing line away. */
  clear(): void {
    this.#line.clear();
  }

  [Symbol.dispose](): void {
    this.clear();
  }
}
