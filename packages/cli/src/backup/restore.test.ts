import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, open, readdir, rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { rowKey } from '@actionbase/adapter-lmdb/lmdb-key';
import { defaultDurability, LmdbStore } from '@actionbase/adapter-lmdb/lmdb-store';
import { openLmdbTree } from '@actionbase/adapter-lmdb/lmdb-tree';
import { recordTypeOf } from '@actionbase/core/codec/record-type';
import { decodeLogRecord } from '@actionbase/core/record/decode-log-record';
import type { MutationItem } from '@actionbase/core/wire/mutation-json';
import { recountAll } from '@actionbase/engine/testing/instance-state';
import { TEST_STAMP } from '@actionbase/engine/testing/wish-tables';
import { assertFailure } from '@actionbase/ports/contracts/log-frames';
import { backUp, restoreTo } from '../testing/backup-requests.ts';
import { createShop, framesOf, mutate, openFiles, untilQueueEmpty } from '../testing/file-instance.ts';
import { storedDump } from '../testing/replayed-dump.ts';
import { SILENT } from './stage-progress.ts';
import { type VerifyRequest, verifyBackup } from './verify-backup.ts';

let root: string;
let dataDir: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'actionbase-restore-'));
  dataDir = join(root, 'data');
});

afterEach(() => rm(root, { recursive: true }));

/** Frames 0 to 2 are the metadata of the shop. */
const FIRST_WISH = 3;

test('an asynchronous mutation that was queued at the restored position takes effect exactly once', async () => {
  {
    await using instance = await openFiles(dataDir);
    await createShop(instance);
    await mutate(instance, 'wish', [aWish(7)], { mode: 'ASYNC' });
    await untilQueueEmpty(instance);
    await mutate(instance, 'wish', [aWish(8)], { mode: 'ASYNC' });
    await untilQueueEmpty(instance);
    await mutate(instance, 'wish', [aWish(9)]);
  }
  for (const tailOnly of [false, true]) {
    const backup = join(root, `backup-${tailOnly}`);
    const { log } = await backUp(dataDir, backup, tailOnly);
    for (let offset = log.start; offset < log.end; offset += 1) {
      if (offset < FIRST_WISH || (tailOnly && offset < log.end - 1)) continue;
      const restored = join(root, `restored-${tailOnly}-${offset}`);
      await restoreTo(backup, restored, { offset });
      {
        await using instance = await openFiles(restored);
        await untilQueueEmpty(instance);
        await mutate(instance, 'wish', [aWish(10)], { mode: 'ASYNC' });
        await untilQueueEmpty(instance);
        assert.deepEqual(await recountAll(instance.store), []);
      }
      const expected = [...(await queuedIn(dataDir, log.start, offset)), 10];
      assert.deepEqual(await appendedAgain(restored), expected, `restored to frame ${offset}`);
    }
  }
});

test('frames that wait in the queue are kept by a backup of the tail, however far back they lie', async () => {
  const stopped = join(root, 'stopped');
  {
    await using instance = await openFiles(dataDir);
    await createShop(instance);
    await mutate(instance, 'wish', [aWish(7)], { mode: 'ASYNC' });
    await untilQueueEmpty(instance);
    await mutate(instance, 'wish', [aWish(9)]);
  }
  // As if the server had ended between the two: the asynchronous mutation is durable and not appended again.
  const whole = join(root, 'whole');
  await backUp(dataDir, whole);
  await restoreTo(whole, stopped, { offset: FIRST_WISH });
  const tail = join(root, 'tail');
  const { log, store } = await backUp(stopped, tail, true);
  assert.deepEqual([log.start, store.offset, store.logNeededFrom], [0, FIRST_WISH, 0]);
  const restored = join(root, 'restored');
  await restoreTo(tail, restored);
  {
    await using instance = await openFiles(restored);
    await untilQueueEmpty(instance);
  }
  assert.deepEqual(await appendedAgain(restored), [7]);
});

test('L2 a reader of a foreign log goes on after the position that the restored inbox has', async () => {
  {
    await using instance = await openFiles(dataDir);
    await createShop(instance);
    for (const position of [5n, 6n, 7n]) {
      await mutate(instance, 'wish', [aWish(Number(position))], { origin: { name: 'binlog', position } });
    }
  }
  await backUp(dataDir, join(root, 'backup'));
  const restored = join(root, 'restored');
  const { inbox } = await restoreTo(join(root, 'backup'), restored, { offset: FIRST_WISH + 1 });
  assert.deepEqual([...inbox], [['binlog', 6n]]);
  await using instance = await openFiles(restored);
  for (const position of [5n, 6n, 7n]) {
    const origin = { name: 'binlog', position };
    const { results } = await mutate(instance, 'wish', [aWish(Number(position))], { origin });
    assert.equal(results[0]?.status, position === 7n ? 'CREATED' : 'IDLE');
  }
});

test('a reader of the old epoch is refused, stamps are above all that was given, and a restored database is restored again', async () => {
  const last = await aShopOf(6);
  const backup = join(root, 'backup');
  await backUp(dataDir, backup);
  const restored = join(root, 'restored');
  await restoreTo(backup, restored, { offset: 5 });
  {
    await using instance = await openFiles(restored);
    const from = { epoch: 1, partition: 0, offset: 4, item: null };
    await assertFailure(instance.engine.readCdc({ from }), 'unknown-position');
    await assertFailure(instance.engine.readWal({ from }), 'unknown-position');
    assert.equal((await instance.engine.readWal({ from: { ...from, epoch: 2 } })).records.length, 1);
    await mutate(instance, 'wish', [aWish(20)]);
    assert.deepEqual(instance.engine.position, { epoch: 2, partition: 0, offset: 6 });
    assert.ok(instance.log.bounds(0).lastStampMs > last);
  }
  const second = join(root, 'second');
  await backUp(restored, second);
  await restoreTo(second, join(root, 'again'), { offset: 6, epochBefore: 2 });
  assert.deepEqual(await storedDump(join(root, 'again')), await storedDump(restored));
  await using instance = await openFiles(join(root, 'again'));
  assert.equal(instance.engine.position?.epoch, 3);
});

test('G3 the first stamp of the new epoch is above those behind the position, also when the clock is behind', async () => {
  const last = await aShopOf(5);
  await backUp(dataDir, join(root, 'backup'));
  await restoreTo(join(root, 'backup'), join(root, 'restored'), { offset: 3, nowMs: 0 });
  await using instance = await openFiles(join(root, 'restored'));
  assert.equal(instance.log.bounds(0).lastStampMs, last);
});

test('an epoch that is asked for is taken, and has to be above the one before', async () => {
  await aShopOf(1);
  await backUp(dataDir, join(root, 'backup'));
  const { epoch } = await restoreTo(join(root, 'backup'), join(root, 'restored'), { epoch: 9 });
  assert.equal(epoch, 9);
  await assert.rejects(restoreTo(join(root, 'backup'), join(root, 'other'), { epoch: 1 }), /has to be above that/);
});

test('an empty database is backed up and restored', async () => {
  {
    await using _instance = await openFiles(dataDir);
  }
  await backUp(dataDir, join(root, 'backup'));
  const { offset } = await restoreTo(join(root, 'backup'), join(root, 'restored'));
  assert.equal(offset, -1);
  await using instance = await openFiles(join(root, 'restored'));
  await createShop(instance);
  assert.deepEqual(instance.engine.position, { epoch: 2, partition: 0, offset: 2 });
});

test('a time is restored with everything stamped up to it', async () => {
  await aShopOf(4);
  await backUp(dataDir, join(root, 'backup'));
  const frames = await framesOf(dataDir);
  for (const { offset, stampMs } of frames) {
    for (const late of [0, 0.5]) {
      const restored = join(root, `restored-${offset}-${late}`);
      const target = { kind: 'time', timeMs: stampMs + late } as const;
      assert.equal((await restoreTo(join(root, 'backup'), restored, { target })).offset, offset);
    }
  }
});

test('what a backup cannot give is refused, with what it can', async () => {
  await aShopOf(4);
  const tail = join(root, 'tail');
  const { log } = await backUp(dataDir, tail, true);
  const target = join(root, 'target');
  assert.equal(log.start, 6);
  const early = await assertFailure(restoreTo(tail, target, { offset: 5 }), 'position-not-in-backup');
  assert.match(early.message, /e1-p0-5 is before the store's position\. It gives e1-p0-6 to e1-p0-6 /);
  const late = await assertFailure(restoreTo(tail, target, { offset: 7 }), 'position-not-in-backup');
  assert.match(late.message, /e1-p0-7 is beyond its end/);
  const other = await assertFailure(restoreTo(tail, target, { offset: 6, epochBefore: 2 }), 'position-not-in-backup');
  assert.match(other.message, /e2-p0-6 is of another log: the backup is of epoch 1/);
  for (const timeMs of [1_000, Date.now() + 1_000_000]) {
    await assertFailure(restoreTo(tail, target, { target: { kind: 'time', timeMs } }), 'position-not-in-backup');
  }
  assert.deepEqual(await readdir(root), ['data', 'tail']);
});

test('a folder that is not empty is left as it is, for a backup and for a restore', async () => {
  await aShopOf(1);
  const busy = join(root, 'busy');
  await mkdir(busy);
  await writeFile(join(busy, 'letter.txt'), 'dear');
  const backup = await assertFailure(backUp(dataDir, busy), 'folder-not-empty');
  assert.match(backup.message, /busy is not empty: letter\.txt\. Choose an empty folder/);
  await backUp(dataDir, join(root, 'backup'));
  await assertFailure(restoreTo(join(root, 'backup'), busy), 'folder-not-empty');
  await assertFailure(backUp(busy, join(root, 'new')), 'data-directory-unknown');
  assert.deepEqual(await readdir(busy), ['letter.txt']);
});

test('a restore and a backup that fail leave an empty folder', async () => {
  await aShopOf(3);
  const backup = join(root, 'backup');
  await backUp(dataDir, backup);
  await changeManifest(backup, (text) => text.replace(/"hash": "\w{8}/, '"hash": "00000000'));
  const failure = await assertFailure(restoreTo(backup, join(root, 'target')), 'backup-damaged');
  assert.match(failure.message, /does not give the rows that its manifest tells of/);
  assert.deepEqual(await readdir(join(root, 'target')), []);
  await unlink(join(dataDir, 'log', 'log.meta'));
  await assertFailure(backUp(dataDir, join(root, 'other')), 'disk-failed');
  assert.deepEqual(await readdir(join(root, 'other')), []);
});

test('every file of a backup is checked: one that is missing, shorter or changed is named', async () => {
  await aShopOf(3);
  const backup = join(root, 'backup');
  const { files } = await backUp(dataDir, backup);
  assert.deepEqual(
    files.map(({ path }) => path),
    ['store/data.mdb', 'log/00000000000000000000.log', 'log/log.meta'],
  );
  for (const { path, sizeBytes } of files) {
    const harms: readonly [RegExp, (file: string) => Promise<void>][] = [
      [/ is missing\. Use another backup/, (file) => unlink(file)],
      [/ has \d+ bytes; the manifest says \d+/, (file) => truncate(file, sizeBytes - 1)],
      [/ is not what was backed up/, (file) => flipByte(file, sizeBytes - 5)],
    ];
    for (const [message, harm] of harms) {
      const copy = join(root, 'copy');
      await cp(backup, copy, { recursive: true });
      await harm(join(copy, path));
      for (const attempt of [() => restoreTo(copy, join(root, 'target')), () => verify(copy, 'files')]) {
        const failure = await assertFailure(attempt(), 'backup-damaged');
        assert.match(failure.message, message);
        assert.ok(failure.message.startsWith(join(copy, path)), failure.message);
      }
      await rm(copy, { recursive: true });
    }
  }
});

test('a folder without a manifest, and one of a later format, is no backup', async () => {
  await aShopOf(1);
  const backup = join(root, 'backup');
  await backUp(dataDir, backup);
  const nothing = await assertFailure(verify(join(root, 'nowhere'), 'files'), 'backup-unreadable');
  assert.match(nothing.message, /the folder holds no backup/);
  await changeManifest(backup, (text) => text.replace('"format": 1', '"format": 2'));
  const later = await assertFailure(verify(backup, 'files'), 'backup-unreadable');
  assert.match(later.message, /format is 2; expected an integer from 1 to 1/);
  await changeManifest(backup, (text) =>
    text.replace('"format": 2', '"format": 1').replace('log/log.meta', 'log/../../x'),
  );
  await assertFailure(verify(backup, 'files'), 'backup-unreadable');
  await unlink(join(backup, 'manifest.json'));
  const unfinished = await assertFailure(verify(backup, 'files'), 'backup-unreadable');
  assert.match(unfinished.message, /the backup was interrupted before it was complete; remove the folder/);
});

test('a log of another history is refused', async () => {
  await aShopOf(3);
  const backup = join(root, 'backup');
  await backUp(dataDir, backup);
  const foreign = join(root, 'foreign');
  await aShopOf(6, foreign);
  const stamps = await assertFailure(restoreTo(backup, join(root, 'target'), { log: foreign }), 'backup-mismatch');
  assert.match(stamps.message, /frame 5 of the log is of .*, but the store has applied one of /);
  const forked = join(root, 'forked');
  await restoreTo(backup, forked, { offset: 4 });
  {
    await using instance = await openFiles(forked);
    await mutate(instance, 'wish', [aWish(60)]);
  }
  const epochs = await assertFailure(restoreTo(backup, join(root, 'target'), { log: forked }), 'backup-mismatch');
  assert.match(epochs.message, /is of epoch 1, the log of .* of epoch 2/);
  const short = join(root, 'short');
  await aShopOf(1, short);
  await assertFailure(restoreTo(backup, join(root, 'target'), { log: short }), 'backup-mismatch');
});

test('a log of a later epoch leads a backup on when it was restored from its store or from behind it', async () => {
  await aShopOf(3);
  const backup = join(root, 'backup');
  await backUp(dataDir, backup);
  const later = join(root, 'later');
  await restoreTo(backup, later);
  {
    await using instance = await openFiles(later);
    await mutate(instance, 'wish', [aWish(60)]);
  }
  const target = { kind: 'position', position: { epoch: 2, partition: 0, offset: 6 } } as const;
  const { epoch } = await restoreTo(backup, join(root, 'target'), { log: later, target });
  assert.equal(epoch, 3);
  assert.deepEqual(await storedDump(join(root, 'target')), await storedDump(later));
  await restoreTo(backup, join(root, 'earlier'), { log: later, offset: 5 });
  const lost = restoreTo(backup, join(root, 'lost'), { log: later, offset: 6 });
  await assertFailure(lost, 'position-not-in-backup');
});

test('a mutation that was parked in an epoch before keeps its name, and is retried under it', async () => {
  {
    await using instance = await openFiles(dataDir);
    await createShop(instance);
    await mutate(instance, 'wish', [{ ...aWish(7), properties: {} }], { mode: 'ASYNC' });
    await untilQueueEmpty(instance);
  }
  await backUp(dataDir, join(root, 'backup'));
  const restored = join(root, 'restored');
  await restoreTo(join(root, 'backup'), restored);
  {
    await using instance = await openFiles(restored);
    const [parked] = (await instance.engine.sideQueue.read({ after: null, limit: 10, table: null })).parked;
    assert.equal(parked?.position.epoch, 1);
    await instance.engine.sideQueue.drop(parked.position, TEST_STAMP);
  }
  // A replay of all its frames parks and drops the same.
  await backUp(restored, join(root, 'second'));
  const { recount, isReplayed } = await verify(join(root, 'second'), 'all-frames');
  assert.deepEqual([recount?.tables, isReplayed], [2, true]);
});

test('WAL and CDC name an inherited frame alike, under the epoch of the log', async () => {
  await aShopOf(2);
  await backUp(dataDir, join(root, 'backup'));
  await restoreTo(join(root, 'backup'), join(root, 'restored'));
  await using instance = await openFiles(join(root, 'restored'));
  const [wal, cdc] = [
    await instance.engine.readWal({ from: 'first' }),
    await instance.engine.readCdc({ from: 'first' }),
  ];
  for (const { records } of [wal, cdc]) {
    const { position, record } = records.at(-1) ?? {};
    assert.deepEqual([position?.epoch, position?.offset], [2, 4]);
    assert.ok(record !== undefined && 'place' in record);
    assert.deepEqual([record.place.epoch, record.place.offset], [2, 4]);
  }
});

test('a restored log takes the store of the epoch before that it was restored from, and no other', async () => {
  await aShopOf(3);
  await backUp(dataDir, join(root, 'backup'));
  const restored = join(root, 'restored');
  await restoreTo(join(root, 'backup'), restored, { offset: 5 });
  const stranger = join(root, 'stranger');
  await aShopOf(3, stranger);
  for (const [from, isOfLog] of [
    [dataDir, true],
    [stranger, false],
  ] as const) {
    await rm(join(restored, 'store'), { recursive: true });
    await cp(join(from, 'store'), join(restored, 'store'), { recursive: true });
    const opened = openFiles(restored).then((instance) => instance[Symbol.asyncDispose]());
    if (isOfLog) await opened;
    else await assertFailure(opened, 'log-store-mismatch');
  }
});

test('the log of a stopped data directory leads a backup on to its last frame', async () => {
  await aShopOf(2);
  const backup = join(root, 'backup');
  await backUp(dataDir, backup);
  {
    await using instance = await openFiles(dataDir);
    for (let source = 50; source < 53; source += 1) await mutate(instance, 'wish', [aWish(source)]);
  }
  const { offset } = await restoreTo(backup, join(root, 'restored'), { log: dataDir });
  assert.equal(offset, 7);
  assert.deepEqual(await storedDump(join(root, 'restored')), await storedDump(dataDir));
});

test('a verification restores, recounts and replays', async () => {
  await aShopOf(3);
  const backup = join(root, 'backup');
  await backUp(dataDir, backup);
  const before = await readdir(root);
  const { range, recount, ...rest } = await verify(backup, 'all-frames');
  assert.deepEqual(rest, { files: 3, frames: 6, isReplayed: true });
  assert.deepEqual([recount?.tables, recount?.states, recount?.activeEdges], [2, 3, 3]);
  assert.match(range, /^e1-p0-0 to e1-p0-5 /);
  assert.deepEqual(await readdir(root), before);
  assert.deepEqual(await readdir(join(backup, 'store')), ['data.mdb']);
});

test('L3 a verification sees a row that was damaged before the backup was taken', async () => {
  await aShopOf(3);
  await loseCountRow(dataDir);
  const backup = join(root, 'backup');
  await backUp(dataDir, backup);
  await verify(backup, 'files');
  const recount = await assertFailure(verify(backup, 'restore'), 'backup-damaged');
  assert.match(recount.message, /a recount of shop\.wish differs in 1 rows, first \w+: expected \w+, found null/);
  const replay = await assertFailure(verify(backup, 'all-frames'), 'backup-damaged');
  assert.match(replay.message, /its log gives other rows than its store holds/);
});

/** Removes a row below everything that would notice. */
async function loseCountRow(directory: string): Promise<void> {
  let lost: Uint8Array | undefined;
  {
    await using store = await LmdbStore.open({ directory: join(directory, 'store') });
    const { rows } = store.scan({ space: 1, limit: 100 });
    lost = rows.find(({ key }) => recordTypeOf(key, 0) === 'count')?.key;
  }
  assert.ok(lost !== undefined);
  const key = rowKey(1, lost);
  const options = { directory: join(directory, 'store'), readOnly: false, mapBytes: 2 ** 24, readersMax: 10 };
  const tree = openLmdbTree({ ...options, durability: defaultDurability });
  await tree.batch(() => void tree.remove(key));
  await tree.close();
}

async function aShopOf(wishes: number, directory = dataDir): Promise<number> {
  await using instance = await openFiles(directory);
  await createShop(instance);
  for (let source = 1; source <= wishes; source += 1) await mutate(instance, 'wish', [aWish(source)]);
  return instance.log.bounds(0).lastStampMs;
}

function aWish(source: number): MutationItem {
  return { type: 'INSERT', version: 10n, source, target: 'a', properties: { at: 1 } };
}

/** Sources of the asynchronous wishes in frames [first, last]. */
async function queuedIn(directory: string, first: number, last: number): Promise<unknown[]> {
  const frames = (await framesOf(directory)).filter(({ offset }) => offset >= first && offset <= last);
  const records = frames.flatMap(({ entries }) => entries);
  return records.flatMap((bytes) => sourcesOf(bytes, (mode, origin) => mode === 'ASYNC' && origin === undefined));
}

/** Sources of the wishes that the queue has appended again, each time that it did. */
async function appendedAgain(directory: string): Promise<unknown[]> {
  const records = (await framesOf(directory)).flatMap(({ entries }) => entries);
  return records.flatMap((bytes) => sourcesOf(bytes, (_, origin) => origin === 'queue'));
}

function sourcesOf(bytes: Uint8Array, isWanted: (mode: string, origin: string | undefined) => boolean): unknown[] {
  const record = decodeLogRecord(bytes);
  if (record.kind !== 'mutate' || !isWanted(record.mode.effective, record.origin?.name)) return [];
  return record.entries.map(({ key }) => (key.kind === 'edge' ? Number(key.source.value) : key));
}

function verify(directory: string, depth: VerifyRequest['depth']): ReturnType<typeof verifyBackup> {
  return verifyBackup({ directory, scratchIn: root, depth, nowMs: Date.now(), progress: SILENT });
}

async function changeManifest(backup: string, edit: (text: string) => string): Promise<void> {
  const path = join(backup, 'manifest.json');
  await using file = await open(path, 'r+');
  const text = edit(await file.readFile('utf8'));
  await file.truncate();
  await file.write(text, 0);
}

async function flipByte(path: string, at: number): Promise<void> {
  await using file = await open(path, 'r+');
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, at);
  await file.write(Buffer.of((buffer[0] ?? 0) ^ 1), 0, 1, at);
}
