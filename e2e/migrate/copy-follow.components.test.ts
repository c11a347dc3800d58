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
      server = await startServer(data, port);
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
