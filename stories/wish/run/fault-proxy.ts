import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a proxy does to the calls that pass it. */
export interface ProxyFaults {
  /** Every call waits so long before it is passed on. */
  delayMs: number;
  /** Every connection is broken off. */
  isCut: boolean;
  /** Drops this line, counted from 0 among those that create an edge, of every change feed that is read from its beginning. */
  dropFeedLine: number | undefined;
}

/** Stands between a program and a server of Actionbase, and does what networks do. */
export class FaultProxy implements AsyncDisposable {
  readonly faults: ProxyFaults = { delayMs: 0, isCut: false, dropFeedLine: undefined };
  /** The feed's lines that were dropped, as they were. */
  readonly dropped: string[] = [];
  readonly #server: Server;
  readonly #target: () => number;

  private constructor(target: () => number) {
    this.#target = target;
    this.#server = createServer((incoming, outgoing) => void this.#pass(incoming, outgoing));
    this.#server.keepAliveTimeout = 60_000;
  }

  /** `target` gives the server's port, which may change when the server is started again. */
  static async start(target: () => number): Promise<FaultProxy> {
    const proxy = new FaultProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { delayMs, isCut } = this.faults;
    if (isCut) return void incoming.socket.destroy();
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    const { method, url = '/', headers } = incoming;
    const passed = request({ host: '127.0.0.1', port: this.#target(), method, path: url, headers });
    const fail = (): void => {
      outgoing.destroy();
      passed.destroy();
    };
    passed.on('error', fail);
    outgoing.on('close', () => passed.destroy());
    incoming.on('error', fail).pipe(passed);
    passed.on('response', (answer) => {
      answer.on('error', fail);
      const isWholeFeed = url.includes('/log/cdc') && !url.includes('from=');
      if (isWholeFeed && this.faults.dropFeedLine !== undefined)
        return void this.#passFeed(answer, outgoing, this.faults.dropFeedLine);
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
  }

  /** Passes the lines of a feed but one. */
  async #passFeed(answer: IncomingMessage, outgoing: ServerResponse, drop: number): Promise<void> {
    const { 'content-length': _, ...headers } = answer.headers;
    outgoing.writeHead(answer.statusCode ?? 502, headers);
    let text = '';
    let line = 0;
    for await (const piece of answer.setEncoding('utf8')) {
      const lines = (text + String(piece)).split('\n');
      text = lines.pop() ?? '';
      for (const whole of lines) {
        const isDropped = whole.includes('"status":"CREATED"') && line++ === drop;
        if (isDropped) this.dropped.push(whole);
        else if (!outgoing.write(`${whole}\n`)) await new Promise((resolve) => outgoing.once('drain', resolve));
      }
    }
    outgoing.end(text);
  }
}
