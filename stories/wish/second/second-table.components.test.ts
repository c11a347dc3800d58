/**
 * WISH-22: the toolkit is a template. Another table of another shape (text keys, a boolean, a time, a column that may be null) is
 * moved by a short declaration and the command alone, on a real MariaDB and a real server, while a program that knows nothing of any
 * director writes.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { MigrationStatus } from '@actionbase/migrate/operate/migration-status';
import type { Verification } from '@actionbase/migrate/operate/proof-loop';
import { killServer, startServer } from '../../../e2e/crash/server.ts';
import { MariaDb } from '../../../e2e/servers/mariadb.ts';

const MAIN = join(import.meta.dirname, '../../../packages/cli/src/main.ts');
const ROWS = 5_000;
const LINES_MAX = 60;

const CREATE = `CREATE DATABASE shop; USE shop;
  CREATE TABLE recent_views (
    user_id BIGINT NOT NULL, item VARCHAR(60) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    seen_at DATETIME(3) NOT NULL, from_ad BOOLEAN NOT NULL, device VARCHAR(20) CHARACTER SET utf8mb4, version BIGINT NOT NULL,
    PRIMARY KEY (user_id, item)) ENGINE = InnoDB;
  INSERT INTO recent_views SELECT seq % 50, CONCAT('item é ', seq), FROM_UNIXTIME(1700000000 + seq / 7), seq % 2,
    IF(seq % 3 = 0, NULL, 'phone'), 1700000000000000 + seq FROM seq_1_to_${ROWS}`;

/** Microseconds by the database's clock, or one more than the row had. */
const VERSION = 'GREATEST(version + 1, CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS SIGNED))';
const WRITES = [
  `INSERT INTO recent_views VALUES (7, 'seen now', NOW(3), TRUE, NULL, CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS SIGNED))
     ON DUPLICATE KEY UPDATE seen_at = NOW(3), from_ad = NOT from_ad, version = ${VERSION}`,
  `UPDATE recent_views SET seen_at = NOW(3), device = 'desktop 🎁', version = ${VERSION} WHERE user_id = 8 LIMIT 20`,
  'DELETE FROM recent_views WHERE user_id = 9 LIMIT 5',
].join('; ');

test('WISH-22 a second table is moved by a declaration of at most 60 lines and the command alone', async () => {
  await using world = await SecondWorld.make('views.migration.ts');
  const text = await readFile(world.file, 'utf8');
  assert.ok(text.split('\n').length <= LINES_MAX, `the declaration has ${text.split('\n').length} lines`);
  const plan = await world.command('migrate', 'plan', '--file', world.file, ...world.sides);
  assert.equal(plan.code, 0, plan.out + plan.err);
  assert.match(plan.out, /Migration views: recent_views, about .* rows, to gift\.view\n/);
  await world.start();
  for (const stage of ['dual', 'loaded', 'caught-up'] as const) {
    await world.write();
    await world.advance(stage);
  }
  await world.write();
  await world.advance('verified');
  await world.write();
  const { sides, stored, secondPath } = await world.verify();
  assert.deepEqual([sides?.mismatches, stored?.mismatches, secondPath?.mismatches], [[], [], []]);
  assert.equal(stored?.rows, await world.rows('TRUE'));
  const edge = await world.command(
    'get',
    'gift',
    'view',
    '--source',
    '7',
    '--target',
    'seen now',
    ...world.server,
    '--json',
  );
  assert.match(edge.out, /"from_ad": ?(true|false)/);
  const early = await world.migrate('advance', 'ramp', '--why', 'too early');
  assert.equal(early.code, 1);
  assert.match(early.err, /stage ramp does not follow verified: the next one is shadow/);
  const evidence = ['evidence', 'check', join(world.directory, 'evidence.jsonl')];
  const checked = await world.command(...evidence, '--key', join(world.directory, 'evidence.pub.pem'));
  assert.match(checked.out, /all signed: [\s\S]*The evidence holds\.\n$/);
});

test('forwardOnly on a real MariaDB: only what was written since counts, on both sides', async () => {
  await using world = await SecondWorld.make('later-views.migration.ts');
  await world.start();
  await world.advance('dual');
  await world.write();
  for (const stage of ['loaded', 'caught-up'] as const) await world.advance(stage);
  await world.write();
  await world.advance('verified');
  const { sides, stored, secondPath } = await world.verify();
  assert.deepEqual([sides?.mismatches, stored?.mismatches, secondPath?.mismatches], [[], [], []]);
  const floor = await readFile(join(world.directory, 'floor.checkpoint'), 'utf8');
  assert.equal(stored?.rows, await world.rows(`version >= ${floor}`));
  assert.ok(stored !== null && stored.rows >= 21 && stored.rows < 100, `${stored.rows} rows have moved`);
});

interface CommandEnd {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Both sides, and the toolkit as an operator uses it. */
class SecondWorld implements AsyncDisposable {
  readonly file: string;
  readonly directory: string;
  readonly sides: readonly string[];
  readonly server: readonly string[];
  readonly #mariadb: MariaDb;
  readonly #stack: AsyncDisposableStack;

  private constructor(
    file: string,
    directory: string,
    parts: { mariadb: MariaDb; port: number; stack: AsyncDisposableStack },
  ) {
    const { mariadb, port, stack } = parts;
    this.file = file;
    this.directory = directory;
    this.#mariadb = mariadb;
    this.#stack = stack;
    const { user, password } = mariadb.admin;
    this.server = ['--url', `http://127.0.0.1:${port}`];
    this.sides = ['--legacy', `mysql://${user}:${password}@${mariadb.host}:${mariadb.port}/shop`, ...this.server];
  }

  static async make(file: string): Promise<SecondWorld> {
    await using stack = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), 'actionbase-second-'));
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const mariadb = stack.use(await MariaDb.start());
    await mariadb.sql(CREATE);
    const server = await startServer(join(folder, 'data'));
    stack.defer(() => killServer(server));
    const path = join(import.meta.dirname, file);
    const parts = { mariadb, port: server.port, stack: stack.move() };
    const world = new SecondWorld(path, join(folder, 'migration'), parts);
    await world.done('database', 'create', 'gift', ...world.server);
    const ends = ['--source', 'long', '--target', 'string'];
    const properties = ['seen_at:long!', 'from_ad:boolean!', 'device:string'].flatMap((property) => [
      '--property',
      property,
    ]);
    await world.done(
      'table',
      'create',
      'gift',
      'view',
      ...ends,
      ...properties,
      '--index',
      'newest=seen_at:desc',
      ...world.server,
    );
    return world;
  }

  async start(): Promise<void> {
    const args = ['migrate', 'start', '--file', this.file, '--dir', this.directory, ...this.sides];
    const child: ChildProcess = spawn(process.execPath, [MAIN, ...args, '--window', '300', '--pass', '1000'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#stack.defer(async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    });
    await new Promise<void>((resolve, reject) => {
      let text = '';
      child.stderr?.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
        if (text.includes(' runs. ')) resolve();
      });
      child.once('exit', (code) => reject(new Error(`the toolkit ended (${code}):\n${text}`)));
    });
  }

  /** A program that writes to the old table, and raises versions. */
  async write(): Promise<void> {
    await this.#mariadb.sql(`USE shop; ${WRITES}`);
  }

  async rows(condition: string): Promise<number> {
    return Number(await this.#mariadb.sql(`SELECT COUNT(*) FROM shop.recent_views WHERE ${condition}`));
  }

  /** Opens a stage when nothing is missing for it. */
  async advance(stage: string): Promise<void> {
    for (;;) {
      const { out } = await this.migrate('status', '--json');
      const status = JSON.parse(out) as MigrationStatus;
      assert.deepEqual(status.failures, []);
      if (status.next === stage && status.missing.length === 0) break;
    }
    const { code, err } = await this.migrate('advance', stage, '--why', 'nothing is missing');
    assert.equal(code, 0, err);
  }

  async verify(): Promise<Verification> {
    const { out, err } = await this.migrate('verify', '--json');
    assert.notEqual(out, '', err);
    return JSON.parse(out) as Verification;
  }

  migrate(...args: string[]): Promise<CommandEnd> {
    return this.command('migrate', ...args, '--dir', this.directory);
  }

  async done(...args: string[]): Promise<void> {
    const { code, err } = await this.command(...args);
    assert.equal(code, 0, err);
  }

  command(...args: string[]): Promise<CommandEnd> {
    return new Promise((resolve) => {
      execFile(process.execPath, [MAIN, ...args], (error, out, err) =>
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, err }),
      );
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack[Symbol.asyncDispose]();
  }
}
