import type { Terminal } from './terminal.ts';

/** A line on a terminal that is replaced as long as something goes on. Without a terminal nothing is shown. */
export class ChangingLine implements Disposable {
  readonly #terminal: Terminal;
  #isShown = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  show(text: string): void {
    if (!this.#terminal.errIsTerminal) return;
    this.#terminal.tell(`\r\u001b[2K${text.slice(0, Math.max(20, this.#terminal.columns - 1))}`);
    this.#isShown = true;
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#isShown) this.#terminal.tell('\r\u001b[2K');
    this.#isShown = false;
  }

  [Symbol.dispose](): void {
    this.clear();
  }
}
