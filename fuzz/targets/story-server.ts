import { Agent, request as httpRequest } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { parseJson, printJson } from '@actionbase/core/codec/json-text';
import { EXAMPLES } from '@actionbase/server/openapi/examples';
import { CLOSING_EXAMPLES } from '@actionbase/server/openapi/examples/closing-examples';
import type { Example } from '@actionbase/server/openapi/examples/example';
import { V2_CLOSING_EXAMPLES } from '@actionbase/server/openapi/examples/v2-closing-examples';
import { startTestServer, type TestServer } from '@actionbase/server/testing/test-server';

/** A request as text: `METHOD path`, headers, an empty line, the body; lines end with a line feed. */
export interface TextRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

export interface TextAnswer {
  readonly status: number;
  readonly text: string;
}

/** Time within which a request is answered, or its connection ends. */
export const ANSWER_WITHIN_MS = 10_000;
const ANSWER_BYTES_MAX = 4_000_000;

/** The story of the API's document but for its end, so that its shop is there. */
export const STORY: readonly Example[] = EXAMPLES.filter(
  (example) => !CLOSING_EXAMPLES.includes(example) && !V2_CLOSING_EXAMPLES.includes(example),
);

/** A server on a memory database in which the story has been played. */
export class StoryServer implements AsyncDisposable {
  readonly server: TestServer;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  private constructor(server: TestServer) {
    this.server = server;
  }

  static async start(): Promise<StoryServer> {
    const limits = { 'limits.bodyBytes': 65_536, 'limits.answerEdges': 500, 'limits.mutationItems': 100 } as const;
    const started = new StoryServer(await startTestServer(limits));
    for (const example of STORY) {
      await started.ask(requestOf(example));
      await started.settle();
    }
    return started;
  }

  /** Waits until nothing happens by itself any more: the queue is empty, and no schema change is under way. */
  async settle(): Promise<void> {
    const { engine } = this.server.instance;
    for (let turn = 0; turn < 10_000; turn++) {
      await setImmediate();
      const isWorking = [...engine.catalog.reworks.values()].some(({ list }) =>
        list.some(({ builds, removes }) => builds.length + removes.length > 0),
      );
      if (engine.isQueueEmpty && !isWorking) return;
    }
  }

  /** Sends a request and reads its answer; undefined where Node's client refuses to send it. An endless answer is left. */
  ask({ method, path, headers, body }: TextRequest): Promise<TextAnswer | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<TextAnswer | undefined>();
    const length: [string, string][] = body === '' ? [] : [['content-length', String(Buffer.byteLength(body))]];
    try {
      const request = httpRequest(
        {
          host: '127.0.0.1',
          port: this.server.port,
          method,
          path,
          headers: Object.fromEntries([['content-type', 'application/json'], ...headers, ...length]),
          agent: this.#agent,
          timeout: ANSWER_WITHIN_MS,
        },
        (response) => {
          const status = response.statusCode ?? 0;
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (piece: string) => {
            text += piece;
            if (text.length < ANSWER_BYTES_MAX && !isEndless(path, status)) return;
            response.destroy();
            resolve({ status, text });
          });
          response.on('end', () => resolve({ status, text }));
          response.on('error', () => resolve({ status, text }));
          if (isEndless(path, status)) {
            response.destroy();
            resolve({ status, text });
          }
        },
      );
      request.on('timeout', () => request.destroy(new Error(`no answer within ${ANSWER_WITHIN_MS} ms`)));
      request.on('error', reject);
      request.end(body);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      resolve(undefined);
    }
    return promise;
  }

  /** What the server said that it never should. */
  get mistake(): string | undefined {
    return this.server.notices.find((notice) => notice.includes('mistake'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#agent.destroy();
    await this.server[Symbol.asyncDispose]();
  }
}

/** A stream may follow the log for ever, and an audit may be told to take its time. */
function isEndless(path: string, status: number): boolean {
  return status === 200 && /log|audit|%/.test(path.split('?')[0] ?? '');
}

/** An example as a request. */
export function requestOf({ method, path, headers = {}, body }: Example): TextRequest {
  return { method, path, headers: Object.entries(headers), body: body === undefined ? '' : printJson(parseJson(body)) };
}

export function printRequest({ method, path, headers, body }: TextRequest): Uint8Array {
  const lines = headers.map(([name, value]) => `${name}: ${value}\n`).join('');
  return Buffer.from(`${method} ${path}\n${lines}\n${body}`);
}

export function parseRequest(input: Uint8Array): TextRequest {
  const text = Buffer.from(input).toString('utf8');
  const headEnd = text.indexOf('\n\n');
  const [first = '', ...lines] = (headEnd < 0 ? text : text.slice(0, headEnd)).split('\n');
  const blank = first.indexOf(' ');
  const headers = lines.flatMap((line): [string, string][] => {
    const colon = line.indexOf(':');
    return colon < 1 ? [] : [[line.slice(0, colon), line.slice(colon + 1).trim()]];
  });
  return {
    method: first.slice(0, Math.max(0, blank)) || 'GET',
    path: first.slice(blank + 1) || '/',
    headers,
    body: headEnd < 0 ? '' : text.slice(headEnd + 2),
  };
}
