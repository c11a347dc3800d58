/**
 * Copies and follows, as a process of its own that may be killed at any time:
 * `node migration-process.ts SETTINGS URL FOLDER`. Prints a line `copied ROWS` per chunk, `done` when all is copied.
 */
import { MysqlSource } from '@actionbase/adapter-mysql/mysql-source';
import { NodeDisk } from '@actionbase/adapter-node/node-disk';
import { SystemClock } from '@actionbase/adapter-node/system-clock';
import { ActionbaseClient } from '@actionbase/client';
import { Copier } from '@actionbase/migrate/copy/copier';
import { MutateLoader } from '@actionbase/migrate/copy/loader';
import { Follower } from '@actionbase/migrate/follow/follower';
import { FileCheckpoint } from '@actionbase/migrate/send/checkpoint';
import { EdgeSender } from '@actionbase/migrate/send/edge-sender';
import { wishMigration } from './wish-migration.ts';

const [settings = '', url = '', folder = ''] = process.argv.slice(2);
const { signal } = new AbortController();
const clock = new SystemClock();
const disk = new NodeDisk();
const source = new MysqlSource(JSON.parse(settings));
const sender = new EdgeSender({ table: new ActionbaseClient({ url }).table('shop', 'wish'), clock });
const parts = { migration: wishMigration, source, clock };

const copier = new Copier({
  ...parts,
  loader: new MutateLoader(sender),
  checkpoint: new FileCheckpoint(disk, folder, 'copy.json'),
  onProgress: ({ rows }) => console.log(`copied ${rows}`),
});
const from = await copier.begin(signal);
const checkpoint = new FileCheckpoint(disk, folder, 'follow.txt');
const follower = new Follower({ ...parts, sender, checkpoint, from });
const following = follower.run(signal);
await copier.run(signal);
console.log('done');
await following;
