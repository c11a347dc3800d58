import { ChildMain } from '../../../e2e/servers/child-main.ts';

/** The wish application as a process of its own. */
export class WishAppProcess implements AsyncDisposable {
  readonly #child: ChildMain;
  readonly port: number;

  private constructor(child: ChildMain, port: number) {
    this.#child = child;
    this.port = port;
  }

  /** Starts a program that makes a store from its settings and serves it, and waits until it says where. */
  static async start(main: string, settings: unknown): Promise<WishAppProcess> {
    const child = new ChildMain(main, settings);
    const [, port] = await child.line(/http:\/\/127\.0\.0\.1:(\d+)/);
    return new WishAppProcess(child, Number(port));
  }

  kill(): Promise<void> {
    return this.#child.kill();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }
}
