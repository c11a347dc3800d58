import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { RunningServer } from '../server.ts';

/** A stream that is being read line by line. */
export interface LineReader {
  readonly status: number;
  readonly response: IncomingMessage;
  /** The next line; undefined at the end. */
  readonly next: () => Promise<string | undefined>;
  readonly leave: () => void;
}

/** Begins to read a stream; nothing is taken from the connection but for the lines that are asked for. */
export async function openLines(server: Pick<RunningServer, 'port'>, path: string): Promise<LineReader> {
  const request = httpRequest({ host: '127.0.0.1', port: server.port, path, agent: false });
  request.end();
  const [response]: IncomingMessage[] = await once(request, 'response');
  if (response === undefined) throw new Error('a response comes with its event');
  const lines = linesOf(response);
  return {
    status: response.statusCode ?? 0,
    response,
    next: async () => (await lines.next()).value,
    leave: () => response.destroy(),
  };
}

async function* linesOf(response: IncomingMessage): AsyncGenerator<string, undefined> {
  let rest = '';
  for await (const chunk of response) {
    const pieces = (rest + String(chunk)).split('\n');
    rest = pieces.pop() ?? '';
    yield* pieces;
  }
  return undefined;
}
