/**
 * Goal: a directory that this version cannot serve is refused with what to do, and left as it was.
 * Method: directories that are of a later version, incomplete or not ours at all; hashes of their files before and after.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { crc32 } from 'node:zlib';
import { FileLog } from '@actionbase/adapter-file-log/file-log';
import { encodeFormat, formatKey } from '@actionbase/adapter-lmdb/lmdb-record';
import { defaultDurability, LmdbStore } from '@actionbase/adapter-lmdb/lmdb-store';
import { openLmdbTree } from '@actionbase/adapter-lmdb/lmdb-tree';
import { NodeDisk } from '@actionbase/adapter-node/node-disk';
import { SystemClock } from '@actionbase/adapter-node/system-clock';
import { Failure } from '@actionbase/core/failure';
import { dumpStore } from '@actionbase/engine/testing/instance-state';
import { startTestServer } from '@actionbase/server/testing/test-server';
import { filesBelow, unpackDirectory } from './directory-archive.ts';
import { readArchive, readManifests } from './manifest.ts';

/** What says who has a directory open, not what is in it. */
const LOCKS = ['lock', 'lock.owner', 'lock.mdb'];

let root: string;

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'actionbase-refused-'));
});

after(() => rm(root, { recursive: true, force: true }));

async function freshData(name: string): Promise<string> {
  const manifest = readManifests().findLast(({ ending }) => ending === 'stopped');
  assert.ok(manifest !== undefined);
  const directory = join(root, name);
  await unpackDirectory(readArchive(manifest), directory);
  return directory;
}

function hashesOf(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return filesBelow(directory)
    .filter((path) => !LOCKS.includes(basename(path)))
    .map((path) => `${relative(directory, path)} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`);
}

/** Whether a line of `hashesOf` is of a file that knows nothing of the term of its owner. */
function isWithoutTerm(line: string): boolean {
  return !/^log\/\d{10}\.term |^store\/data\.mdb /.test(line);
}

async function dumpOf(directory: string): Promise<string[]> {
  await using store = await LmdbStore.open({ directory: join(directory, 'store'), readOnly: true });
  return await dumpStore(store);
}

function logMeta(lines: string): string {
  return `${lines}checksum ${crc32(lines).toString(16).padStart(8, '0')}\n`;
}

async function appendRecord(directory: string, record: Uint8Array): Promise<void> {
  await using log = await FileLog.open({
    directory: join(directory, 'log'),
    disk: new NodeDisk(),
    clock: new SystemClock(),
  });
  await log.append(0, [record]);
}

interface Refusal {
  readonly name: string;
  readonly prepare: (directory: string) => Promise<void>;
  readonly code: string;
  readonly message: RegExp;
  /** For a folder that is none of ours: no file of ours may appear in it either. */
  readonly startsEmpty?: true;
  /** For what is found only when log and store are taken over: their term is another one then, and nothing else. */
  readonly isTaken?: true;
}

const REFUSALS: readonly Refusal[] = [
  {
    name: 'a directory of a later format',
    prepare: (directory) => writeFile(join(directory, 'FORMAT'), 'actionbase data directory, format 7\n'),
    code: 'data-directory-unknown',
    message:
      /says "actionbase data directory, format 7"; this program reads format \d+\. Start the program that wrote it/,
  },
  {
    name: 'a directory whose FORMAT was cut short',
    prepare: (directory) => truncate(join(directory, 'FORMAT'), 12),
    code: 'data-directory-unknown',
    message: /says "actionbase d", which no version writes: .* Restore the directory from a backup/,
  },
  {
    name: 'a directory whose FORMAT is empty',
    prepare: (directory) => truncate(join(directory, 'FORMAT'), 0),
    code: 'data-directory-unknown',
    message: /says "", which no version writes: .* Restore the directory from a backup/,
  },
  {
    name: 'a log of a later format',
    prepare: (directory) =>
      writeFile(
        join(directory, 'log/log.meta'),
        logMeta('actionbase file log, format 9\nepoch 1, partition 0\nsomething new\n'),
      ),
    code: 'log-format',
    message: /log\.meta has format 9; this version reads format \d+\. Use the version that wrote it/,
  },
  {
    name: 'a log of which log.meta is damaged',
    prepare: (directory) => truncate(join(directory, 'log/log.meta'), 40),
    code: 'log-damaged',
    message: /log\.meta, byte 0: its text is not what a file log writes\. Restore log and store/,
  },
  {
    name: 'a store of a later format',
    prepare: async (directory) => {
      const options = { directory: join(directory, 'store'), readOnly: false, mapBytes: 2 ** 26, readersMax: 8 };
      const tree = openLmdbTree({ ...options, durability: defaultDurability });
      await tree.batch(() => void tree.put(formatKey, encodeFormat(9)));
      await tree.close();
    },
    code: 'store-unknown-format',
    message: /has format 9, this program knows \d+\. Start the program that wrote it/,
  },
  {
    name: 'a log with a record of an unknown kind',
    prepare: (directory) => appendRecord(directory, Uint8Array.of(1, 0x29, 0x80 + 99, 0x2c, 0x80, 0, 0, 0, 0, 0, 0, 1)),
    code: 'log-record-unknown',
    message: /record 0 of frame e1-p0-\d+ of the log cannot be read: .* start that version, or restore a backup/,
    isTaken: true,
  },
  {
    name: 'a log with a record of a later format',
    prepare: (directory) => appendRecord(directory, Uint8Array.of(2, 1)),
    code: 'log-record-unknown',
    message: /log record format 2 is not known at byte 0\. .* start that version, or restore a backup/,
    isTaken: true,
  },
  {
    name: 'a store without its log',
    prepare: (directory) => rename(join(directory, 'log'), join(root, 'log-elsewhere')),
    code: 'log-damaged',
    message: /the log is missing, and the store has applied its frames below \d+\. Bring the log back, or restore both/,
  },
  {
    name: 'a log without its first frames, and without its store',
    prepare: async (directory) => {
      await rm(join(directory, 'store'), { recursive: true });
      await rm(join(directory, 'log'), { recursive: true });
      const disk = new NodeDisk();
      const options = { directory: join(directory, 'log'), disk, clock: new SystemClock(), segmentBytes: 8192 };
      await using log = await FileLog.open(options);
      for (let at = 0; at < 5; at++) await log.append(0, [new Uint8Array(3000)]);
      await log.trim(0, 4);
    },
    code: 'log-store-mismatch',
    message: /the store is missing, and the log begins at frame \d+\. Bring the store back, or restore both/,
  },
  {
    name: 'a file that is no store',
    prepare: (directory) => writeFile(join(directory, 'store/data.mdb'), 'not a store'),
    code: 'store-failed',
    message: /data\.mdb is not an LMDB file/,
  },
  {
    name: 'a foreign directory',
    prepare: async (directory) => {
      await mkdir(directory, { recursive: true });
      await writeFile(join(directory, 'letter.txt'), 'dear');
    },
    code: 'data-directory-unknown',
    message: /is no data directory .* letter\.txt\. Choose an empty directory as dataDir/,
    startsEmpty: true,
  },
  {
    name: 'a restore that did not finish',
    prepare: async (directory) => {
      await mkdir(directory, { recursive: true });
      await writeFile(join(directory, 'RESTORING'), 'actionbase data directory, format 1\n');
    },
    code: 'data-directory-unknown',
    message: /a restore that did not finish .* Remove the folder, and restore again/,
    startsEmpty: true,
  },
];

describe('a directory that cannot be served is refused with what to do, and left as it was', () => {
  for (const { name, prepare, code, message, startsEmpty, isTaken } of REFUSALS) {
    it(name, async () => {
      const folder = name.replaceAll(' ', '-');
      const directory = startsEmpty === undefined ? await freshData(folder) : join(root, folder);
      await prepare(directory);
      const lookAt = async (): Promise<string[]> =>
        isTaken ? [...hashesOf(directory).filter(isWithoutTerm), ...(await dumpOf(directory))] : hashesOf(directory);
      const found = await lookAt();
      for (let attempt = 0; attempt < 2; attempt++) {
        await assert.rejects(startTestServer({ dataDir: directory }, { store: 'embedded' }), (error) => {
          assert.ok(error instanceof Failure, String(error));
          assert.equal(error.code, code, error.message);
          assert.match(error.message, message);
          return true;
        });
      }
      assert.deepEqual(await lookAt(), found);
      if (startsEmpty) assert.deepEqual(filesBelow(directory).length, found.length, 'no lock either');
    });
  }
});

describe('a directory that lacks what can be made is served', () => {
  it('an empty one', async () => {
    const directory = join(root, 'empty');
    await mkdir(directory);
    await using server = await startTestServer({ dataDir: directory }, { store: 'embedded' });
    assert.equal(server.instance.engine.position, null);
  });

  it('one with its whole log and without its store, which is made again', async () => {
    const directory = await freshData('no-store');
    await rm(join(directory, 'store'), { recursive: true });
    await using server = await startTestServer({ dataDir: directory }, { store: 'embedded' });
    assert.ok(server.instance.engine.catalog.tables.has('shop.wish'));
  });
});
