import { ActionbaseClient } from '@actionbase/client';
import { ActionbaseProcess } from './actionbase-process.ts';

/** `actionbase serve` on a data directory of its own, at an address that stays the same over restarts. */
export class ExampleServer implements AsyncDisposable {
  readonly url: string;
  readonly #dataDirectory: string;
  #process: ActionbaseProcess;

  private constructor(url: string, dataDirectory: string, process: ActionbaseProcess) {
    this.url = url;
    this.#dataDirectory = dataDirectory;
    this.#process = process;
  }

  /** Starts one on a free port; resolves when it serves. */
  static async start(dataDirectory: string): Promise<ExampleServer> {
    const process = serve(0, dataDirectory);
    return new ExampleServer(await addressOf(process), dataDirectory, process);
  }

  client(): ActionbaseClient {
    return new ActionbaseClient({ url: this.url });
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    await this.#process.kill();
  }

  /** Starts it again on what is on disk; resolves when the log is replayed and it serves. */
  async restart(): Promise<void> {
    this.#process = serve(Number(new URL(this.url).port), this.#dataDirectory);
    await addressOf(this.#process);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.isRunning) await this.#process.stop();
  }
}

function serve(port: number, dataDirectory: string): ActionbaseProcess {
  return new ActionbaseProcess(['serve', '--port', String(port), '--data-dir', dataDirectory, '--request-log', 'off']);
}

/** The server prints its address as soon as it serves. */
async function addressOf(process: ActionbaseProcess): Promise<string> {
  const [, url = ''] = await process.waitFor(/ serves (http:\/\/\S+)\n/);
  return url;
}
