/** Runs the batch once, or goes on with the run that another process has left. */
import { SystemClock } from '@actionbase/adapter-node/system-clock';
import { RedisCounts } from '@actionbase/adapter-redis/redis-counts';
import { type BatchSettings, readSettings } from './legacy-settings.ts';
import { WishSql } from './wish-sql.ts';
import { WISHERS_PREFIX } from './wish-table.ts';
import { type BatchPoint, runWisherBatch } from './wisher-batch.ts';

const { sql: address, redis, chunkRows, crash } = readSettings<BatchSettings>();
const clock = new SystemClock();
await using sql = new WishSql(address, 2);
await using counts = await RedisCounts.open({ ...redis, prefix: WISHERS_PREFIX, clock });
let passed = 0;
const onPoint = (point: BatchPoint) => {
  if (point === crash?.at && ++passed === crash.nth) process.kill(process.pid, 'SIGKILL');
};
console.log(JSON.stringify(await runWisherBatch({ sql, counts, clock, chunkRows, onPoint })));
