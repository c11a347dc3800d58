import type { Terminal } from '../print/terminal.ts';
import { type ProgressFigures, printBar, printProgress } from './load-progress.ts';

/** Without a terminal a line is written this often. */
const LINE_MS = 5_000;

/** Shows how far a load is: one line that changes on a terminal, else a line every few seconds. */
export class ProgressLine implements Disposable {
  readonly #terminal: Terminal;
  readonly #isQuiet: boolean;
  #lineMs = Date.now();
  #isShown = false;

  constructor(terminal: Terminal, isQuiet: boolean) {
    this.#terminal = terminal;
    this.#isQuiet = isQuiet;
  }

  show(figures: ProgressFigures): void {
    if (this.#isQuiet) return;
    const text = printProgress(figures);
    if (this.#terminal.errIsTerminal) {
      const line = `${printBar(figures)} ${text}`.trim();
      this.#terminal.tell(`\r\u001b[2K${line.slice(0, Math.max(20, this.#terminal.columns - 1))}`);
      this.#isShown = true;
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
    if (this.#isShown) this.#terminal.tell('\r\u001b[2K');
    this.#isShown = false;
  }

  [Symbol.dispose](): void {
    this.clear();
  }
}
