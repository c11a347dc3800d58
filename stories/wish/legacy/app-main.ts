/** Serves the wish application on the old side's data. */
import { SystemClock } from '@actionbase/adapter-node/system-clock';
import { RedisCounts } from '@actionbase/adapter-redis/redis-counts';
import { WishApp } from '../app/wish-app.ts';
import type { WishStore } from '../app/wish-store.ts';
import { APP_REDIS_MS, type LegacyAppSettings, readSettings } from './legacy-settings.ts';
import { LegacyWishStore } from './legacy-wish-store.ts';
import { ShardedWishStore } from './sharded-wish-store.ts';
import { WishSql } from './wish-sql.ts';
import { WISHERS_PREFIX } from './wish-table.ts';

/** Connections to each of several schemas. */
const SHARD_CONNECTIONS = 4;

const app = await WishApp.start(await openStore(readSettings<LegacyAppSettings>()));
console.log(`the wish application serves http://127.0.0.1:${app.port}`);

async function openStore({ schemas, redis }: LegacyAppSettings): Promise<WishStore> {
  const [only, ...others] = schemas;
  if (only === undefined) throw new Error('schemas: there should be at least one');
  if (others.length > 0) return new ShardedWishStore(schemas.map((schema) => new WishSql(schema, SHARD_CONNECTIONS)));
  const clock = new SystemClock();
  const counts = await RedisCounts.open({ ...redis, prefix: WISHERS_PREFIX, clock, callMs: APP_REDIS_MS });
  return new LegacyWishStore({ sql: new WishSql(only), counts });
}
