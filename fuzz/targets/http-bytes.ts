import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { OpenTarget, Target } from '../target.ts';
import { ANSWER_WITHIN_MS, StoryServer } from './story-server.ts';

const BODY = '{"mutations":[{"type":"INSERT","edge":{"version":1,"source":1,"target":"a","properties":{"at":1}}}]}';
const PATH = '/graph/v3/databases/shop/tables/wish/edges';
const SEEDS = [
  'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
  `POST ${PATH} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`,
  `POST ${PATH} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`,
  `POST ${PATH} HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`,
  'GET /graph/v3/databases HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
  'OPTIONS * HTTP/1.1\r\nHost: a\r\nOrigin: http://b\r\n\r\n',
  `GET ${PATH}/scan/newest?start=1&direction=OUT&filters=%F0%9F%98%80:eq:%00 HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\n\r\n`,
  'GET /actionbase/v1/log/wal?from=first HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n',
  'CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n',
];

/** Bytes on a connection. Layout of an input: one byte that says in how many pieces they are sent, the bytes. */
export const HTTP_BYTES: Target = {
  name: 'http-bytes',
  promise:
    'whatever bytes a connection sends, the server answers none with 500, ends it in time, and serves others meanwhile',
  code: /\/packages\/server\/src\//,
  batch: 4,
  lifeInputs: 1_000,
  seeds: () => SEEDS.map((text, at) => Buffer.from(`${String.fromCharCode(at % 4)}${text}`)),
  words: [
    '\r\n',
    '\r\n\r\n',
    'Content-Length: ',
    'Transfer-Encoding: chunked\r\n',
    'Host: a\r\n',
    'GET ',
    ' HTTP/1.1',
    '\0',
    '%',
    '\xff',
    '0\r\n\r\n',
    'ffffffff\r\n',
    'x'.repeat(5_000),
  ],
  open: async () => new OpenConnections(await StoryServer.start()),
};

class OpenConnections implements OpenTarget {
  readonly #story: StoryServer;

  constructor(story: StoryServer) {
    this.#story = story;
  }

  async play(input: Uint8Array): Promise<string | undefined> {
    const answer = await this.#send(input.subarray(1), 1 + ((input[0] ?? 0) % 4));
    if (answer === undefined) return `the connection is open ${ANSWER_WITHIN_MS} ms after its end`;
    if (/^HTTP\/1\.1 500/m.test(answer)) return `answered 500: ${answer.slice(0, 500)}`;
    if (this.#story.mistake !== undefined) return this.#story.mistake;
    const other = await this.#story.ask({ method: 'GET', path: '/graph/health/liveness', headers: [], body: '' });
    return other?.status === 200 ? undefined : `another client is answered ${other?.status}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#story[Symbol.asyncDispose]();
  }

  /** Sends the bytes and the end of the connection, and reads what comes until it is closed; undefined when it stays open. */
  async #send(bytes: Uint8Array, pieces: number): Promise<string | undefined> {
    const socket = connect({ port: this.#story.server.port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    const { promise: closed, resolve } = Promise.withResolvers<'closed'>();
    let answer = '';
    socket.on('data', (data) => {
      // A stream that follows the log is left by its reader.
      if (answer.length < 100_000) answer += data.toString('latin1');
      if (/log\/(?:wal|cdc)/.test(Buffer.from(bytes).toString('latin1'))) socket.destroy();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve('closed'));
    const step = Math.ceil(bytes.length / pieces) || 1;
    for (let at = 0; at < bytes.length; at += step) {
      socket.write(bytes.subarray(at, at + step));
      await new Promise((done) => setImmediate(done));
    }
    socket.end();
    const ending = new AbortController();
    const late = setTimeout(ANSWER_WITHIN_MS, 'late' as const, { signal: ending.signal }).catch(() => 'late' as const);
    const how = await Promise.race([closed, late]);
    ending.abort();
    socket.destroy();
    return how === 'closed' ? answer : undefined;
  }
}
