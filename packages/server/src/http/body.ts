import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Failure } from '@actionbase/core/failure';
import { coreFailures } from '@actionbase/core/failures';
import { serverFailures } from '../failures.ts';
import { SERVER_LIMITS } from '../limits.ts';

/**
 * Reads a request's body as one text. A body above `bytesMax` is read to its end and dropped (up to a limit of its own), so
 * that the client is done with sending when the refusal comes.
 */
export async function readJsonText(request: IncomingMessage, bytesMax: number): Promise<string> {
  requireJson(request.headers);
  const bytes = await readBytes(request, bytesMax);
  if (bytes.length === 0) {
    throw new Failure(serverFailures['no-body'], 'No request body; expected a JSON object');
  }
  if (!isUtf8(bytes)) throw new Failure(coreFailures['malformed-json'], 'the body is not UTF-8 text');
  return bytes.toString('utf8');
}

/** Refuses other content than JSON in UTF-8. A request that says nothing about its content is taken to hold JSON. */
function requireJson(headers: IncomingHttpHeaders): void {
  const type = headers['content-type'] ?? '';
  if (type !== 'application/json' && type !== '' && !isJsonType(type)) {
    const message = `Content-Type is "${type}"; expected application/json, in UTF-8`;
    throw new Failure(serverFailures['unsupported-media-type'], message, { type });
  }
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    const message = `Content-Encoding is "${encoding}"; request bodies may not be compressed`;
    throw new Failure(serverFailures['unsupported-media-type'], message, { encoding });
  }
}

function isJsonType(type: string): boolean {
  const [media = '', ...parameters] = type.toLowerCase().split(';');
  if (!/^application\/(?:json|[\w.-]+\+json)$/.test(media.trim())) return false;
  return parameters.every((parameter) => {
    const [name = '', value = ''] = parameter.split('=');
    return name.trim() !== 'charset' || /^"?(?:utf-?8|us-ascii)"?$/.test(value.trim());
  });
}

function readBytes(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= bytesMax) chunks.push(chunk);
      else chunks.length = 0;
      if (size > bytesMax + SERVER_LIMITS.drainBytesMax) {
        request.pause();
        reject(tooLarge(size, bytesMax));
      }
    });
    request.on('end', () => {
      if (size > bytesMax) reject(tooLarge(size, bytesMax));
      else resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks));
    });
    request.on('error', (cause) => reject(cutOff(cause)));
    request.on('close', () => {
      if (!request.readableEnded) reject(cutOff(undefined));
    });
  });
}

function tooLarge(size: number, bytesMax: number): Failure {
  const message = `the body has ${size} bytes or more; at most ${bytesMax} are allowed (limits.bodyBytes)`;
  return new Failure(serverFailures['body-too-large'], message, { size, bytesMax });
}

function cutOff(cause: unknown): Failure {
  return new Failure(serverFailures['request-cut-off'], 'the connection ended within the request', {}, cause);
}
