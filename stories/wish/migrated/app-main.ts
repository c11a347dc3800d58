/** Serves the wish application through a director: on the old side, on both, or on the new one, as the migration says. */
import { MysqlStore } from '@actionbase/adapter-mysql/mysql-store';
import { NodeDisk } from '@actionbase/adapter-node/node-disk';
import { SystemClock } from '@actionbase/adapter-node/system-clock';
import { SystemRandom } from '@actionbase/adapter-node/system-random';
import { RedisCounts } from '@actionbase/adapter-redis/redis-counts';
import { ActionbaseClient } from '@actionbase/client';
import { Director } from '@actionbase/migrate/direct/director';
import { WishApp } from '../app/wish-app.ts';
import { APP_REDIS_MS, type RedisAddress, readSettings } from '../legacy/legacy-settings.ts';
import { LegacyWishStore } from '../legacy/legacy-wish-store.ts';
import { type SqlAddress, WishSql } from '../legacy/wish-sql.ts';
import { WISHERS_PREFIX } from '../legacy/wish-table.ts';
import { DirectorWishStore } from './director-wish-store.ts';
import { migration } from './wish.migration.ts';

/** What the application is started with while its truth moves, and after. */
export interface MigratedAppSettings {
  /** Undefined once the old side is gone. */
  readonly old?: { readonly sql: SqlAddress; readonly redis: RedisAddress };
  /** Address of the server of Actionbase. */
  readonly url: string;
  /** The director's folder. */
  readonly directory: string;
}

const { old, url, directory } = readSettings<MigratedAppSettings>();
const clock = new SystemClock();
const director = await Director.open({
  migration,
  legacy: old === undefined ? undefined : new MysqlStore(old.sql),
  client: new ActionbaseClient({ url, retries: 0 }),
  disk: new NodeDisk(),
  directory,
  clock,
  random: new SystemRandom(),
});
const app = await WishApp.start(new DirectorWishStore({ director, legacy: await openLegacy() }));
console.log(`the wish application serves http://127.0.0.1:${app.port}`);

async function openLegacy(): Promise<LegacyWishStore | undefined> {
  if (old === undefined) return undefined;
  const counts = await RedisCounts.open({ ...old.redis, prefix: WISHERS_PREFIX, clock, callMs: APP_REDIS_MS });
  return new LegacyWishStore({ sql: new WishSql(old.sql), counts });
}
