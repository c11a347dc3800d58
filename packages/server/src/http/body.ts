import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Failure } from '@actionbase/core/failure';
import { coreFailures } from '@actionbase/core/failures';
import { deadlineExceeded } from '@actionbase/engine/deadline';
import { engineFailures } from '@actionbase/engine/failures';
import { serverFailures } from '../failures.ts';
import type { ServerLimits } from '../limits.ts';
import { DeadlineWatch } from './deadline-watch.ts';

export interface BodyReaderParts {
  readonly nowMs: () => number;
  /** Largest body. */
  readonly bytesMax: number;
  readonly limits: Pick<ServerLimits, 'drainBytesMax' | 'arrivingBytesMax' | 'deadlineCheckMs'>;
}

/**
 * Reads the bodies of requests, each as one text. A body above `bytesMax` is read to its end and dropped (up to a limit of
 * its own), so that the client is done with sending when the refusal comes. A body that is not there by its request's
 * deadline is refused, and so is one that finds the memory for arriving bodies full.
 */
export class BodyReader {
  readonly #parts: BodyReaderParts;
  readonly #watch: DeadlineWatch;
  #arrivingBytes = 0;

  constructor(parts: BodyReaderParts) {
    this.#parts = parts;
    this.#watch = new DeadlineWatch(parts.nowMs, parts.limits.deadlineCheckMs);
  }

  /** Bytes of bodies that have not arrived as a whole. */
  get arrivingBytes(): number {
    return this.#arrivingBytes;
  }

  async readJsonText(request: IncomingMessage, deadlineMs: number): Promise<string> {
    requireJson(request.headers);
    const bytes = await this.#readBytes(request, deadlineMs);
    if (bytes.length === 0) {
      throw new Failure(serverFailures['no-body'], 'No request body; expected a JSON object');
    }
    if (!isUtf8(bytes)) throw new Failure(coreFailures['malformed-json'], 'the body is not UTF-8 text');
    return bytes.toString('utf8');
  }

  #readBytes(request: IncomingMessage, deadlineMs: number): Promise<Buffer> {
    const { bytesMax, limits } = this.#parts;
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let size = 0;
      let held = 0;
      const drop = (): void => {
        this.#arrivingBytes -= held;
        held = 0;
        chunks.length = 0;
      };
      const refuse = (failure: Failure): void => {
        request.off('data', take);
        this.#watch.remove(watched);
        drop();
        request.pause();
        reject(failure);
      };
      const watched = { deadlineMs, expire: () => refuse(deadlineExceeded()) };
      const take = (chunk: Buffer): void => {
        size += chunk.length;
        if (size > bytesMax + limits.drainBytesMax) {
          refuse(tooLarge(size, bytesMax));
        } else if (size > bytesMax) {
          drop();
        } else {
          chunks.push(chunk);
          held += chunk.length;
          this.#arrivingBytes += chunk.length;
          if (this.#arrivingBytes > limits.arrivingBytesMax) refuse(memoryFull(limits.arrivingBytesMax));
        }
      };
      this.#watch.add(watched);
      request.on('data', take);
      request.on('end', () => {
        const body = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
        this.#watch.remove(watched);
        drop();
        if (size > bytesMax) reject(tooLarge(size, bytesMax));
        else resolve(body);
      });
      request.on('error', (cause) => reject(cutOff(cause)));
      request.on('close', () => {
        this.#watch.remove(watched);
        drop();
        if (!request.readableEnded) reject(cutOff(undefined));
      });
    });
  }
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

function tooLarge(size: number, bytesMax: number): Failure {
  const message = `the body has ${size} bytes or more; at most ${bytesMax} are allowed (limits.bodyBytes)`;
  return new Failure(serverFailures['body-too-large'], message, { size, bytesMax });
}

function memoryFull(max: number): Failure {
  const message = `bodies of more than ${max} bytes together are arriving; send again later`;
  return new Failure(engineFailures.overloaded, message, { max });
}

function cutOff(cause: unknown): Failure {
  return new Failure(serverFailures['request-cut-off'], 'the connection ended within the request', {}, cause);
}
