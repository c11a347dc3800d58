/**
 * A process that writes under a truth map: `node store-process.ts SETTINGS write NAME COUNT` writes rows of one bucket and prints
 * their versions; `… hold` holds the writes, says so, and keeps them until it dies.
 */
import { MysqlStore } from '@actionbase/adapter-mysql/mysql-store';
import { LEGACY_MIGRATION, LEGACY_TABLE } from '@actionbase/ports/contracts/legacy-home';

const [settings = '', task = '', name = '', count = '0'] = process.argv.slice(2);
const store = new MysqlStore(JSON.parse(settings));

if (task === 'hold') {
  const hold = await store.hold(LEGACY_MIGRATION);
  console.log(`held ${hold.position}`);
  setInterval(() => hold.truth, 60_000);
} else {
  for (let i = 0; i < Number(count); i++) {
    const write = { migration: LEGACY_MIGRATION, table: LEGACY_TABLE, bucket: 3, versionColumn: 'version' };
    const key = { user_id: BigInt(i % 5), sku: name };
    const written = await store.write({ ...write, key, values: { note: `${name} ${i}` }, versionMin: 1n });
    if (written.kind === 'written') console.log(`${name} ${i} ${written.version}`);
  }
  await store[Symbol.asyncDispose]();
}
