import { Failure, invariant } from '@actionbase/core/failure';
import type { Clock } from '@actionbase/ports/clock';
import { portFailures } from '@actionbase/ports/failures';
import type { CountDeltas, LegacyCounts } from '@actionbase/ports/legacy';
import { Redis } from 'ioredis';
import { ADD_SCRIPT } from './add-script.ts';
import {
  ATTEMPT_MS_MAX,
  BATCH_KEYS_MAX,
  CALL_MS_DEFAULT,
  PAGE_KEYS_MAX,
  RETRY_WAIT_MS_MAX,
  RETRY_WAIT_MS_MIN,
} from './limits.ts';
import { redisFailure } from './redis-failure.ts';

export interface RedisCountsOptions {
  readonly host: string;
  readonly port: number;
  readonly password?: string;
  /** What the keys of all counts begin with; a scan gives no others. */
  readonly prefix: string;
  readonly clock: Clock;
  /** How long a call tries, retries included. */
  readonly callMs?: number;
}

/**
 * Counts in Redis: one string with a decimal integer per key. The orders of batches lie beside them, under `actionbase:added:NAME`.
 * A call is tried again while the server is away, until its time is over; then it fails with `legacy-unavailable`, which leaves
 * open whether it happened. Every verb may be sent again.
 */
export class RedisCounts implements LegacyCounts {
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #clock: Clock;
  readonly #callMs: number;
  readonly #closed = new AbortController();

  private constructor({ host, port, password, prefix, clock, callMs = CALL_MS_DEFAULT }: RedisCountsOptions) {
    this.#prefix = prefix;
    this.#clock = clock;
    this.#callMs = callMs;
    this.#redis = new Redis({
      host,
      port,
      ...(password !== undefined && { password }),
      connectionName: 'actionbase-migrate',
      lazyConnect: true,
      // Retries are ours, with one deadline: a command either goes to the server now or fails.
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      commandTimeout: Math.min(ATTEMPT_MS_MAX, callMs),
      connectTimeout: ATTEMPT_MS_MAX,
      socketTimeout: ATTEMPT_MS_MAX,
      retryStrategy: (attempt) => Math.min(RETRY_WAIT_MS_MIN * 2 ** Math.min(attempt, 10), RETRY_WAIT_MS_MAX),
    });
    // A lost connection is seen by the calls that need it.
    this.#redis.on('error', () => undefined);
  }

  /** Connects; throws `legacy-unavailable` when the server does not answer in time. */
  static async open(options: RedisCountsOptions): Promise<RedisCounts> {
    const counts = new RedisCounts(options);
    try {
      counts.#redis.connect().catch(() => undefined);
      await counts.#call('answer a first ping', (redis) => redis.ping());
    } catch (error) {
      await counts[Symbol.asyncDispose]();
      throw error;
    }
    return counts;
  }

  async get(keys: readonly string[]): Promise<readonly (bigint | undefined)[]> {
    const found: (bigint | undefined)[] = [];
    for (let start = 0; start < keys.length; start += PAGE_KEYS_MAX) {
      const page = keys.slice(start, start + PAGE_KEYS_MAX);
      const texts = await this.#call('read counts', (redis) => redis.mget(page));
      texts.forEach((text, index) => void found.push(parseCount(page[index] ?? '', text)));
    }
    return found;
  }

  async set(counts: ReadonlyMap<string, bigint>): Promise<void> {
    const all = [...counts];
    for (let start = 0; start < all.length; start += PAGE_KEYS_MAX) {
      const page = all.slice(start, start + PAGE_KEYS_MAX);
      const present = page.filter(([, count]) => count !== 0n).flatMap(([key, count]) => [key, count.toString()]);
      const absent = page.filter(([, count]) => count === 0n).map(([key]) => key);
      if (present.length > 0) await this.#call('set counts', (redis) => redis.mset(present));
      if (absent.length > 0) await this.#call('remove counts', (redis) => redis.del(absent));
    }
  }

  async add({ name, order, deltas }: CountDeltas): Promise<void> {
    invariant(order >= 0n, 'the order of a batch of counts is not negative');
    const changing = [...deltas].filter(([, delta]) => delta !== 0n);
    if (changing.length > BATCH_KEYS_MAX) {
      const message = `a batch of ${changing.length} counts should have at most ${BATCH_KEYS_MAX}`;
      throw new Failure(portFailures['legacy-refused'], message, { keys: changing.length, keysMax: BATCH_KEYS_MAX });
    }
    const keys = [orderKey(name), ...changing.map(([key]) => key)];
    const values = [order.toString(), ...changing.map(([, delta]) => delta.toString())];
    await this.#call('add to counts', (redis) => redis.eval(ADD_SCRIPT, keys.length, ...keys, ...values));
  }

  async added(name: string): Promise<bigint | undefined> {
    const key = orderKey(name);
    return parseCount(key, await this.#call('read the order of counts', (redis) => redis.get(key)));
  }

  async *scan(): AsyncGenerator<ReadonlyMap<string, bigint>> {
    const pattern = `${this.#prefix.replace(/[\\*?[\]]/g, '\\$&')}*`;
    let cursor = '0';
    do {
      const from = cursor;
      const [next, found] = await this.#call('scan its keys', (redis) =>
        redis.scan(from, 'MATCH', pattern, 'COUNT', PAGE_KEYS_MAX),
      );
      cursor = next;
      const keys = found.filter((key) => !key.startsWith(ORDER_PREFIX));
      const counts = await this.get(keys);
      const page = new Map<string, bigint>();
      keys.forEach((key, index) => {
        const count = counts[index];
        if (count !== undefined) page.set(key, count);
      });
      if (page.size > 0) yield page;
    } while (cursor !== '0');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort(redisFailure('go on', new Error('the counts were closed')));
    this.#redis.disconnect();
  }

  async #call<T>(action: string, run: (redis: Redis) => Promise<T>): Promise<T> {
    const untilMs = this.#clock.monotonicMs() + this.#callMs;
    for (let waitMs = RETRY_WAIT_MS_MIN; ; waitMs = Math.min(waitMs * 2, RETRY_WAIT_MS_MAX)) {
      this.#closed.signal.throwIfAborted();
      try {
        return await run(this.#redis);
      } catch (cause) {
        const failure = redisFailure(action, cause);
        const isTooLate = this.#clock.monotonicMs() + waitMs > untilMs;
        if (failure.kind.retry === 'never' || isTooLate) throw failure;
      }
      await this.#clock.sleep(waitMs, this.#closed.signal);
    }
  }
}

const ORDER_PREFIX = 'actionbase:added:';

function orderKey(name: string): string {
  return `${ORDER_PREFIX}${name}`;
}

function parseCount(key: string, text: string | null): bigint | undefined {
  if (text === null) return undefined;
  if (/^-?\d{1,19}$/.test(text)) return BigInt(text);
  const message = `Redis holds ${JSON.stringify(text.slice(0, 40))} under ${key}; a count should be an integer`;
  throw new Failure(portFailures['legacy-refused'], message, { key });
}
