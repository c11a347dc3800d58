import type { JsonPlace } from '@actionbase/core/wire/json-place';
import { ActionbaseError } from './actionbase-error.ts';
import type { CallOptions, HttpTransport } from './http-transport.ts';
import { readAnswer } from './read-answer.ts';

/** What a server says of itself. */
export interface ServerInfo {
  readonly status: string;
  readonly version: string;
  /** The server's time, ISO 8601. */
  readonly timestamp: string;
}

/** The calls about the server itself. */
export class ServerCalls {
  readonly #transport: HttpTransport;

  constructor(transport: HttpTransport) {
    this.#transport = transport;
  }

  /** Answers as soon as the server listens. */
  async info(options?: CallOptions): Promise<ServerInfo> {
    return readAnswer(await this.#transport.send({ method: 'GET', path: [], repeatable: true, options }), readInfo);
  }

  /** Whether the server serves data: its log is replayed and its engine sound. One that is not reached is an error. */
  async isReady(options?: CallOptions): Promise<boolean> {
    const path = ['graph', 'health', 'readiness'];
    try {
      // Not sent again: what is asked for is the answer of this moment.
      await this.#transport.sendForText({ method: 'GET', path, repeatable: false, retries: 0, options });
      return true;
    } catch (error) {
      if (error instanceof ActionbaseError && error.status === 503) return false;
      throw error;
    }
  }

  /** The server's metrics in the text format of Prometheus. */
  async metrics(options?: CallOptions): Promise<string> {
    const path = ['actuator', 'prometheus'];
    return this.#transport.sendForText({ method: 'GET', path, repeatable: true, options });
  }
}

function readInfo(place: JsonPlace): ServerInfo {
  const info = place.object();
  return {
    status: info.member('status').text(),
    version: info.member('version').text(),
    timestamp: info.member('timestamp').text(),
  };
}
