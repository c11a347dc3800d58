import { connect, type Socket } from 'node:net';

/** One answer, as far as a load generator looks at it. */
export interface LoadAnswer {
  readonly status: number;
  readonly body: string;
}

interface Asked {
  readonly resolve: (answer: LoadAnswer) => void;
  readonly reject: (error: Error) => void;
}

const HEAD_END = '\r\n\r\n';

/**
 * A keep-alive connection that has one request under way at a time. Cheaper than `node:http`, so that a load generator on
 * the same cores leaves more of them to the server. Understands answers with a content-length only.
 */
export class HttpConnection {
  readonly #socket: Socket;
  #asked: Asked | undefined;
  #received: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the server closed the connection')));
  }

  static open(host: string, port: number): Promise<HttpConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new HttpConnection(socket));
      });
    });
  }

  /** Sends one request, as bytes of head and body, and resolves with its answer. */
  ask(request: string): Promise<LoadAnswer> {
    if (this.#asked !== undefined) throw new Error('one request at a time');
    return new Promise((resolve, reject) => {
      this.#asked = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket.removeAllListeners('close');
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const headEnd = this.#received.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = this.#received.toString('latin1', 0, headEnd);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head);
    const bodyStart = headEnd + HEAD_END.length;
    const end = bodyStart + Number(length?.[1] ?? 0);
    if (this.#received.length < end) return;
    const body = this.#received.toString('utf8', bodyStart, end);
    this.#received = this.#received.subarray(end);
    const asked = this.#asked;
    this.#asked = undefined;
    asked?.resolve({ status: Number(head.slice(9, 12)), body });
  }

  #fail(error: Error): void {
    const asked = this.#asked;
    this.#asked = undefined;
    asked?.reject(error);
  }
}

/** The bytes of a request without a body. */
export function getRequest(path: string): string {
  return `GET ${path} HTTP/1.1\r\nhost: bench\r\n\r\n`;
}

/** The bytes of a request with a JSON body. */
export function postRequest(path: string, body: string): string {
  const length = Buffer.byteLength(body);
  const head = `POST ${path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\ncontent-length: ${length}`;
  return `${head}\r\n\r\n${body}`;
}
