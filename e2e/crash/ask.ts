import { type Agent, request as httpRequest } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Sends one request; rejects when the connection breaks before the whole answer is there. */
export function ask(
  port: number,
  agent: Agent,
  method: string,
  path: string,
  body?: unknown,
  more: Record<string, string> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    // Told here, because Node sends the body of a DELETE without saying where it ends.
    const length = { 'content-length': Buffer.byteLength(text ?? '') };
    const headers = text === undefined ? more : { 'content-type': 'application/json', ...length, ...more };
    const sent = httpRequest({ host: '127.0.0.1', port, agent, method, path, headers }, (answer) => {
      let read = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        read += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: read }));
      answer.on('error', reject);
      answer.on('close', () => reject(new Error('the connection closed in the middle of an answer')));
    });
    sent.on('error', reject);
    sent.end(text);
  });
}
