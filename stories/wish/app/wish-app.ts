import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { answerWishRequest, type WishAnswer } from './wish-routes.ts';
import type { WishStore } from './wish-store.ts';

/** Bytes of a request's body. */
const BODY_BYTES_MAX = 4_096;

/** The wish application: HTTP in front of a store. Disposing it ends the requests under way and closes the store. */
export class WishApp implements AsyncDisposable {
  readonly #server: Server;
  readonly #store: WishStore;
  readonly port: number;

  private constructor(server: Server, store: WishStore, port: number) {
    this.#server = server;
    this.#store = store;
    this.port = port;
  }

  /** Listens on 127.0.0.1; port 0 takes a free one. */
  static async start(store: WishStore, port = 0): Promise<WishApp> {
    const server = createServer((request, response) => {
      answer(store, request).then(
        (given) => send(response, given),
        (error: unknown) => send(response, { status: 400, body: { error: String(error) } }),
      );
    });
    server.keepAliveTimeout = 60_000;
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
    return new WishApp(server, store, address.port);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
    await this.#store[Symbol.asyncDispose]();
  }
}

async function answer(store: WishStore, request: IncomingMessage): Promise<WishAnswer> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  return answerWishRequest(store, { method: request.method ?? '', url, body: await readBody(request) });
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = '';
  request.setEncoding('utf8');
  for await (const chunk of request) {
    text += chunk;
    if (text.length > BODY_BYTES_MAX) throw new Error(`a body should have at most ${BODY_BYTES_MAX} bytes`);
  }
  return text === '' ? undefined : JSON.parse(text);
}

function send(response: ServerResponse, { status, body }: WishAnswer): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
