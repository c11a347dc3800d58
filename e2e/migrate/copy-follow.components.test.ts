/**
 * A table is copied from a real MariaDB to a real server and its log is followed, while an application writes and processes
 * are killed. At the end both sides must have the same rows, with the same versions.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { MysqlSource } from '@actionbase/adapter-mysql/mysql-source';
import { NodeDisk } from '@actionbase/adapter-node/node-disk';
import { SystemClock } from '@actionbase/adapter-node/system-clock';
import { Copier } from '@actionbase/migrate/copy/copier';
import { MutateLoader } from '@actionbase/migrate/copy/loader';
import { defineMigration } from '@actionbase/migrate/declare/define-migration';
import { Follower } from '@actionbase/migrate/follow/follower';
import { FileCheckpoint, MemoryCheckpoint } from '@actionbase/migrate/send/checkpoint';
import { EdgeSender } from '@actionbase/migrate/send/edge-sender';
import { killServer, startServer } from '../crash/server.ts';
import { MariaDb } from '../servers/mariadb.ts';
import { wishMigration } from './wish-migration.ts';
import { createWish, readEdges, WishSide } from './wish-side.ts';

const ROWS = 4_000;

test('WISH-08 WISH-10 WISH-11 a table is copied and followed under writes, without a lock, and replays change nothing', async () => {
  await using made = await makeSides();
  const { side, mariadb, client } = made;
  const lockWaits = () => mariadb.sql("SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_waits'");
  const waitsBefore = await lockWaits();

  const writing = new AbortController();
  const writer = side.write(1, writing.signal);
  await using source = new MysqlSource(side.settings);
  const clock = new SystemClock();
  const sender = new EdgeSender({ table: client.table('shop', 'wish'), clock });
  const parts = { migration: wishMigration, source, clock };
  const copier = new Copier({ ...parts, loader: new MutateLoader(sender), checkpoint: new MemoryCheckpoint() });
  const from = await copier.begin(new AbortController().signal);
  const follower = () => new Follower({ ...parts, sender, checkpoint: new MemoryCheckpoint(), from });

  const following = new AbortController();
  const first = follower();
  const running = first.run(following.signal);
  const copied = await copier.run(following.signal);
  assert.equal(copied.isDone, true);
  writing.abort();
  assert.ok((await writer) > 20, 'the writer never stopped, and met no error');
  assert.equal(await lockWaits(), waitsBefore, 'nobody waited for a lock');
  await first.caughtUpTo(await source.position());
  following.abort();
  await running;

  const rows = await side.rows();
  assert.deepEqual(await readEdges(client), rows);
  for (let again = 0; again < 3; again++) {
    const replay = follower();
    const stop = new AbortController();
    const replaying = replay.run(stop.signal);
    await replay.caughtUpTo(await source.position());
    stop.abort();
    await replaying;
    assert.ok(replay.events > 0);
    assert.deepEqual(await readEdges(client), rows, `replayed ${again + 1} times`);
  }
});

test('WISH-11 kill -9 of copier and follower, of the old database and of the new store, in the middle: nothing is lost', async () => {
  await using made = await makeSides();
  const { side, mariadb, client, url } = made;
  const folder = join(made.directory, 'migration');
  const start = () => startMigration([JSON.stringify(side.settings), url, folder]);

  const writing = new AbortController();
  const writer = side.write(2, writing.signal);
  for (const rows of [500, 1_500]) {
    const running = start();
    await running.hasCopied(rows);
    await running.kill();
  }
  writing.abort();
  assert.ok((await writer) > 5);

  const running = start();
  await running.hasCopied(2_500);
  await mariadb.kill();
  await mariadb.launch();
  await made.restartServer();
  await running.isDone;
  const more = new AbortController();
  const again = side.write(3, more.signal);
  await running.kill();
  const last = start();
  await last.isDone;
  more.abort();
  await again;

  await using source = new MysqlSource(side.settings);
  const clock = new SystemClock();
  await last.kill();
  const sender = new EdgeSender({ table: client.table('shop', 'wish'), clock });
  const checkpoint = new FileCheckpoint(new NodeDisk(), folder, 'follow.txt');
  const saved = await checkpoint.load();
  assert.ok(saved !== undefined, 'the killed follower left its position');
  const follower = new Follower({ migration: wishMigration, source, sender, checkpoint, from: '' as never, clock });
  const stop = new AbortController();
  const following = follower.run(stop.signal);
  await follower.caughtUpTo(await source.position());
  stop.abort();
  await following;
  assert.deepEqual(await readEdges(client), await side.rows());
});

test('values at the borders arrive exactly; what can be no edge stops the copy or the follower, with its key', async () => {
  await using made = await makeSides();
  const { side, mariadb, client } = made;
  await using source = new MysqlSource(side.settings);
  const clock = new SystemClock();
  const sender = new EdgeSender({ table: client.table('shop', 'wish'), clock });
  const from = await source.position();
  const checkpoint = new MemoryCheckpoint();
  const migrate = (migration = wishMigration) => ({ migration, source, sender, checkpoint, from, clock });
  const long = 'é🎁'.repeat(30);
  await mariadb.sql(`USE shop; INSERT INTO wish VALUES
    (-9223372036854775808, '${long}', REPEAT('long 🎁 ', 25), '1969-12-31 23:59:59.999', 0, 7),
    (9223372036854775807, 'a ', NULL, NULL, NULL, 4611686018427387903), (9223372036854775807, 'a', '', NULL, NULL, 0)`);
  const stop = new AbortController();
  const follower = new Follower(migrate());
  const following = follower.run(stop.signal);
  await follower.caughtUpTo(await source.position());
  stop.abort();
  await following;
  const table = client.table('shop', 'wish');
  const low = await table.get(-9_223_372_036_854_775_808n, long);
  assert.deepEqual({ ...low?.properties }, { note: 'long 🎁 '.repeat(25), at: -1, gift: false });
  assert.equal(low?.version, 14);
  const high = await table.getMany([9_223_372_036_854_775_807n], ['a', 'a ']);
  assert.deepEqual(
    high.map(({ target, version, properties }) => [target, version, properties.note]),
    [
      ['a', 0, ''],
      ['a ', 9_223_372_036_854_775_806n, null],
    ],
  );

  await mariadb.sql("USE shop; SET sql_mode = ''; INSERT INTO wish VALUES (5, 'zero', NULL, '0000-00-00', 0, 8)");
  const zero = { code: 'row-unfit', message: /user_id = 5 and sku = zero can be no edge: column at: 0000-00-00/ };
  await assert.rejects(new Follower(migrate()).run(new AbortController().signal), zero);
  await mariadb.sql(`USE shop; CREATE TABLE big (
    user_id BIGINT UNSIGNED NOT NULL, sku VARBINARY(9) NOT NULL, version BIGINT NOT NULL, PRIMARY KEY (user_id, sku));
    INSERT INTO big VALUES (7, 'a', 1), (18446744073709551615, 'b', 1)`);
  const edge = { source: 'user_id', target: 'sku', version: 'version' };
  const big = defineMigration({ name: 'big', from: 'big', to: 'shop.wish', edge });
  const copier = new Copier({ ...migrate(big), loader: new MutateLoader(sender), checkpoint: new MemoryCheckpoint() });
  await assert.rejects(copier.run(new AbortController().signal), {
    code: 'row-unfit',
    message: /user_id = 18446744073709551615 and sku = 62 can be no edge/,
  });
});

async function makeSides() {
  const directory = await mkdtemp(join(tmpdir(), 'actionbase-migrate-'));
  const mariadb = await MariaDb.start();
  const data = join(directory, 'data');
  let server = await startServer(data);
  const side = await WishSide.make(mariadb, ROWS);
  const url = `http://127.0.0.1:${server.port}`;
  const client = await createWish(url);
  return {
    directory,
    mariadb,
    side,
    url,
    client,
    async restartServer() {
      const { port } = server;
      await killServer(server);
      server = await startServer(data, { port });
    },
    async [Symbol.asyncDispose]() {
      await side[Symbol.asyncDispose]();
      await killServer(server);
      await mariadb[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

interface RunningMigration {
  readonly isDone: Promise<void>;
  hasCopied(rows: number): Promise<void>;
  kill(): Promise<void>;
}

function startMigration(args: readonly string[]): RunningMigration {
  const program = join(import.meta.dirname, 'migration-process.ts');
  const child: ChildProcess = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let rows = 0;
  const done = Promise.withResolvers<void>();
  const waiting: { readonly rows: number; readonly resolve: () => void }[] = [];
  if (child.stdout === null) throw new Error('the process has no output');
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line === 'done') done.resolve();
    else rows = Number(line.split(' ')[1]);
    for (const waiter of waiting) if (waiter.rows <= rows || line === 'done') waiter.resolve();
  });
  child.once('exit', (code, signal) => {
    if (signal !== 'SIGKILL') done.reject(new Error(`the migration ended (${code ?? signal})`));
  });
  done.promise.catch(() => {});
  return {
    isDone: done.promise,
    async hasCopied(wanted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push({ rows: wanted, resolve });
      if (rows < wanted) await Promise.race([promise, done.promise]);
    },
    async kill() {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}
