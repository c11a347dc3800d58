import { Agent, request } from 'node:http';
import type { Wish, WishKey } from '../app/wish-store.ts';

/** The application gave another answer than 200, or none in time. */
export class WishCallFailed extends Error {
  override readonly name = 'WishCallFailed';
  /** Undefined when there was no answer. */
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}

/** A page of a user's list, as the application answers it. */
export interface ClientPage {
  readonly wishes: readonly Wish[];
  readonly next: string | undefined;
}

export interface WishClientOptions {
  readonly port: number;
  /** How long a request may take. */
  readonly deadlineMs?: number;
  readonly connectionsMax?: number;
}

/** Asks the wish application over HTTP, as a phone would. Every verb throws `WishCallFailed` unless the answer is 200. */
export class WishClient implements Disposable {
  readonly #port: number;
  readonly #deadlineMs: number;
  readonly #agent: Agent;

  constructor({ port, deadlineMs = 10_000, connectionsMax = 64 }: WishClientOptions) {
    this.#port = port;
    this.#deadlineMs = deadlineMs;
    this.#agent = new Agent({ keepAlive: true, maxSockets: connectionsMax });
  }

  async add({ userId, productId, createdAtMs, note }: Wish): Promise<void> {
    await this.#ask('PUT', `/users/${userId}/wishes/${productId}`, { createdAtMs, note });
  }

  async remove({ userId, productId }: WishKey): Promise<void> {
    await this.#ask('DELETE', `/users/${userId}/wishes/${productId}`);
  }

  async get({ userId, productId }: WishKey): Promise<Wish | undefined> {
    const { wish } = parse<{ wish: WishJson | null }>(await this.#ask('GET', `/users/${userId}/wishes/${productId}`));
    return wish === null ? undefined : parseWish(wish);
  }

  async scan(userId: bigint, limit: number, after?: string): Promise<ClientPage> {
    const paging = after === undefined ? '' : `&after=${encodeURIComponent(after)}`;
    const text = await this.#ask('GET', `/users/${userId}/wishes?limit=${limit}${paging}`);
    const { wishes, next } = parse<{ wishes: WishJson[]; next: string | null }>(text);
    return { wishes: wishes.map(parseWish), next: next ?? undefined };
  }

  async countOfUser(userId: bigint): Promise<number> {
    return parse<{ count: number }>(await this.#ask('GET', `/users/${userId}/wish-count`)).count;
  }

  async countOfProduct(productId: bigint): Promise<number> {
    return parse<{ count: number }>(await this.#ask('GET', `/products/${productId}/wisher-count`)).count;
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }

  #ask(method: string, path: string, body?: unknown): Promise<string> {
    const signal = AbortSignal.timeout(this.#deadlineMs);
    const place = { host: '127.0.0.1', port: this.#port, agent: this.#agent, method, path, signal };
    return new Promise((resolve, reject) => {
      const fail = (error: Error) => reject(new WishCallFailed(`${method} ${path}: ${error.message}`));
      const sent = request(place, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        answer.on('error', fail);
        answer.on('close', () => fail(new Error('the connection closed in the middle of an answer')));
        answer.on('end', () => {
          if (answer.statusCode === 200) resolve(text);
          else reject(new WishCallFailed(`${method} ${path}: ${answer.statusCode} ${text}`, answer.statusCode));
        });
      });
      sent.on('error', fail);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}

interface WishJson {
  readonly userId: string;
  readonly productId: string;
  readonly createdAtMs: number;
  readonly note: string | null;
}

function parse<T>(text: string): T {
  return JSON.parse(text) as T;
}

function parseWish({ userId, productId, createdAtMs, note }: WishJson): Wish {
  return { userId: BigInt(userId), productId: BigInt(productId), createdAtMs, note };
}
