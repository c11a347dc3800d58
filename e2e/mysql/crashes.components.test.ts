/** What the contract of the old side can't show within one process: servers and processes that die, and readers that are slow. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { aRow, LEGACY_MIGRATION, LEGACY_TABLE } from '@actionbase/ports/contracts/legacy-home';
import type { DigestField, LegacyTransaction } from '@actionbase/ports/legacy';
import { RowDigests } from '@actionbase/ports/legacy-digest';
import fc from 'fast-check';
import { MariaDb } from '../servers/mariadb.ts';
import { makeMysqlLegacyHome } from './mysql-legacy-home.ts';

test('M2 a server that is killed while it is followed: every transaction comes once and whole', async () => {
  await using server = await MariaDb.start();
  await using home = await makeMysqlLegacyHome(server);
  const from = await home.source.position();
  const abort = new AbortController();
  const seen: string[] = [];
  const reached = Promise.withResolvers<void>();
  const following = (async () => {
    const request = { tables: [LEGACY_TABLE], from, signal: abort.signal };
    for await (const { changes } of home.source.follow(request)) {
      if (changes.length > 0) seen.push(changes.map(({ after }) => String(after?.sku)).join(' '));
      if (seen.at(-1) === 'end') reached.resolve();
    }
  })();
  const write = (sku: string) =>
    home.transact(['a', 'b'].map((kind) => ({ kind: 'put', row: aRow({ user_id: 1n, sku: `${kind}-${sku}` }) })));
  const expected: string[] = [];
  for (const round of [1, 2, 3]) {
    for (let i = 0; i < 20; i++) {
      await write(`${round}-${i}`);
      expected.push(`a-${round}-${i} b-${round}-${i}`);
    }
    await server.kill();
    await server.launch();
  }
  await home.transact([{ kind: 'put', row: aRow({ user_id: 1n, sku: 'end' }) }]);
  await Promise.race([reached.promise, following]);
  abort.abort();
  await following;
  assert.deepEqual(seen, [...expected, 'end']);
});

test('M2 a log that is larger than memory may be is read as it is taken, not before', async () => {
  await using server = await MariaDb.start();
  await using home = await makeMysqlLegacyHome(server);
  const from = await home.source.position();
  const transactions = 60;
  const note = 'x'.repeat(60_000);
  for (let i = 0; i < transactions; i++) {
    const rows = Array.from({ length: 16 }, (_, k) => aRow({ user_id: BigInt(i), sku: `${k}`, note }));
    await home.transact(rows.map((row) => ({ kind: 'put', row })));
  }
  const abort = new AbortController();
  const log = home.source.follow({ tables: [LEGACY_TABLE], from, signal: abort.signal });
  const iterator = log[Symbol.asyncIterator]();
  let rows = (await nextWithChanges(iterator)).changes.length;
  assert.equal(await lastingState(server), 'Writing to net', 'the server waits for a reader that does not read');
  for (let i = 1; i < transactions; i++) rows += (await nextWithChanges(iterator)).changes.length;
  assert.equal(rows, transactions * 16);
  abort.abort();
  await iterator.return?.();
});

test('M6 versions of a bucket grow in commit order over processes', async () => {
  await using server = await MariaDb.start();
  await using home = await makeMysqlLegacyHome(server);
  const store = await home.openStore();
  await store.prepare(LEGACY_MIGRATION);
  const from = await home.source.position();
  const settings = JSON.stringify(home.settings);
  const lines = (await Promise.all(['one', 'two', 'three'].map((name) => run([settings, 'write', name, '60'])))).flat();
  const told = new Map(lines.map((line) => [line.split(' ').slice(0, 2).join(' '), BigInt(line.split(' ')[2] ?? 0)]));
  assert.equal(told.size, 180);
  let last = 0n;
  let count = 0;
  const abort = new AbortController();
  for await (const { changes } of home.source.follow({ tables: [LEGACY_TABLE], from, signal: abort.signal })) {
    for (const { after } of changes) {
      assert.ok(typeof after?.version === 'bigint' && after.version > last, `${after?.version} comes after ${last}`);
      last = after.version;
      assert.equal(told.get(String(after.note)), last, 'the row has the version that its writer was told');
      count++;
    }
    if (count === 180) abort.abort();
  }
});

test('M9 a hold whose process is killed is released, and nothing of it happened', async () => {
  await using server = await MariaDb.start();
  await using home = await makeMysqlLegacyHome(server);
  const store = await home.openStore();
  await store.prepare(LEGACY_MIGRATION);
  const child = start([JSON.stringify(home.settings), 'hold']);
  await once(linesOf(child), 'line');
  const write = {
    migration: LEGACY_MIGRATION,
    table: LEGACY_TABLE,
    bucket: 3,
    versionColumn: 'version',
    versionMin: 1n,
  };
  let isWritten = false;
  const writing = store.write({ ...write, key: { user_id: 1n, sku: 'a' }, values: { note: 'n' } }).then((written) => {
    isWritten = true;
    return written;
  });
  for (let i = 0; i < 20; i++) await home.source.position();
  assert.equal(isWritten, false);
  child.kill('SIGKILL');
  assert.equal((await writing).kind, 'written');
  assert.equal((await store.truth(LEGACY_MIGRATION)).revision, 0);
});

test('M1 the digest that the server computes is that of its rows, whatever they hold', async () => {
  await using server = await MariaDb.start();
  const fields: readonly DigestField[] = [
    { column: 'sku', form: 'plain' },
    { column: 'user_id', form: 'plain' },
    { column: 'note', form: 'plain' },
    { column: 'at', form: 'milliseconds' },
    { column: 'flag', form: 'boolean' },
    { column: 'price', form: 'plain' },
    { column: 'raw', form: 'plain' },
  ];
  const anyRow = fc.record({
    user_id: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
    sku: fc.string({ unit: 'grapheme', maxLength: 40 }),
    note: fc.option(fc.string({ unit: 'grapheme', maxLength: 400 })),
    at: fc.option(fc.integer({ min: -30_000_000_000_000, max: 200_000_000_000_000 }).map(printTime)),
    flag: fc.option(fc.bigInt(-3n, 3n)),
    price: fc.option(fc.integer({ min: -99_999_999, max: 99_999_999 }).map((cents) => (cents / 100).toFixed(2))),
    raw: fc.option(fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString('hex'))),
  });
  const property = fc.asyncProperty(fc.array(anyRow, { minLength: 30, maxLength: 60 }), async (rows) => {
    await using home = await makeMysqlLegacyHome(server);
    await home.transact(rows.map((row) => ({ kind: 'put', row: aRow(row) })));
    const digests = new RowDigests(fields);
    const chunk = await home.source.readChunk({
      table: LEGACY_TABLE,
      columns: fields.map(({ column }) => column),
      rowsMax: 100,
    });
    for (const row of chunk.rows) digests.add(row);
    assert.deepEqual((await home.source.digest({ table: LEGACY_TABLE, fields })).sums, digests.sums());
  });
  await fc.assert(property, { numRuns: 8 });
});

/** What the server says that it does for the reader of its log, once it says the same ten times. */
async function lastingState(server: MariaDb): Promise<string> {
  let last = '';
  for (let times = 0; times < 10; ) {
    const threads = (await server.sql('SHOW PROCESSLIST')).split('\n').map((line) => line.split('\t'));
    const state = threads.find((fields) => fields[4] === 'Binlog Dump')?.[6] ?? 'gone';
    times = state === last ? times + 1 : 0;
    last = state;
  }
  return last;
}

async function nextWithChanges(iterator: AsyncIterator<LegacyTransaction>): Promise<LegacyTransaction> {
  for (;;) {
    const { value, done } = await iterator.next();
    if (done) throw new Error('the log ended');
    if (value.changes.length > 0) return value;
  }
}

function printTime(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
}

function start(args: readonly string[]): ChildProcess {
  const program = join(import.meta.dirname, 'store-process.ts');
  return spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}

function linesOf({ stdout }: ChildProcess) {
  if (stdout === null) throw new Error('the process has no output');
  return createInterface({ input: stdout });
}

async function run(args: readonly string[]): Promise<readonly string[]> {
  const child = start(args);
  const lines: string[] = [];
  linesOf(child).on('line', (line) => lines.push(line));
  const [code] = await once(child, 'close');
  assert.equal(code, 0);
  return lines;
}
