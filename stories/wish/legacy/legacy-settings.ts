import type { SqlAddress } from './wish-sql.ts';
import type { BatchPoint } from './wisher-batch.ts';

/** Where a Redis is. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
}

/** What the application of the old side is started with: one schema, or one per shard. */
export interface LegacyAppSettings {
  readonly schemas: readonly SqlAddress[];
  readonly redis: RedisAddress;
}

/** What a process of the batch is started with. */
export interface BatchSettings {
  readonly sql: SqlAddress;
  readonly redis: RedisAddress;
  readonly chunkRows: number;
  /** Where it dies, and at which time of passing there; lives on without. */
  readonly crash?: { readonly at: BatchPoint; readonly nth: number };
}

/** How long the application waits for Redis before its user sees an error. */
export const APP_REDIS_MS = 500;

/** The settings that whoever started this process has given it. */
export function readSettings<T>(): T {
  const text = process.env.SETTINGS;
  if (text === undefined) throw new Error('SETTINGS: should be the JSON that tells this program what to work on');
  return JSON.parse(text) as T;
}
