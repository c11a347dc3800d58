import type { Terminal } from './terminal.ts';

/** Shows the stages of a long piece of work: on a terminal with the share that is done, else a line per stage. */
export class StageLine implements Disposable {
  readonly #terminal: Terminal;
  readonly #isQuiet: boolean;
  #stage = '';
  #percent = -1;

  constructor(terminal: Terminal, isQuiet: boolean) {
    this.#terminal = terminal;
    this.#isQuiet = isQuiet;
  }

  begin(stage: string): void {
    this.#stage = stage;
    this.#percent = -1;
    if (this.#isQuiet) return;
    if (this.#terminal.errIsTerminal) this.#show(`${stage} …`);
    else this.#terminal.tell(`${stage}\n`);
  }

  advance(share: number): void {
    const percent = Math.min(100, Math.floor(share * 100));
    if (percent === this.#percent) return;
    this.#percent = percent;
    if (!this.#isQuiet && this.#terminal.errIsTerminal) this.#show(`${this.#stage} … ${percent} %`);
  }

  [Symbol.dispose](): void {
    if (!this.#isQuiet && this.#terminal.errIsTerminal) this.#terminal.tell('\r\u001b[2K');
  }

  #show(text: string): void {
    this.#terminal.tell(`\r\u001b[2K${text.slice(0, Math.max(20, this.#terminal.columns - 1))}`);
  }
}
