import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { RunningServer } from '../server.ts';

/** A request of a test. A body gets the content type JSON unless the headers say otherwise. */
export interface Sent {
  readonly method?: string;
  readonly path: string;
  readonly body?: string | Uint8Array | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Received {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Sends a request as it is: paths and queries are not normalised, and every method may have a body. */
export function send(
  server: Pick<RunningServer, 'port'>,
  { method = 'GET', path, body, headers }: Sent,
): Promise<Received> {
  // Node sends the body of a DELETE without its length unless told so.
  const length = { 'content-length': String(Buffer.byteLength(body ?? '')) };
  const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json', ...length };
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port: server.port, method, path, headers: { ...type, ...headers }, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
        });
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

/** Sends a POST with a JSON body. */
export function post(server: Pick<RunningServer, 'port'>, path: string, body: string): Promise<Received> {
  return send(server, { method: 'POST', path, body });
}

/** Sends a PUT with a JSON body. */
export function put(server: Pick<RunningServer, 'port'>, path: string, body: string): Promise<Received> {
  return send(server, { method: 'PUT', path, body });
}

/** Sends a GET. */
export function get(server: Pick<RunningServer, 'port'>, path: string): Promise<Received> {
  return send(server, { path });
}
