import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { defaultDurability, LmdbStore } from './lmdb-store.ts';
import { checkWork, numbers, workFrame } from './testing/power-cut/workload.ts';
import type { WriterOptions } from './testing/power-cut/writer.ts';

/** Programs that the tests start; each is described in its file. */
const programs = join(import.meta.dirname, 'testing', 'power-cut');

test('S4 what was acknowledged is there after kill -9, and nothing of a later write is in halves', async () => {
  const root = await mkdtemp(join(tmpdir(), 'lmdb-kill-'));
  const directory = join(root, 'store');
  const chance = numbers(Date.now());
  let found = -1;
  try {
    for (let round = 0; round < 10; round += 1) {
      const acknowledged = await killAfter(directory, 1 + (chance() % 60), found);
      await using store = await LmdbStore.open({ directory });
      found = await checkWork(store);
      assert.ok(found >= acknowledged, `frame ${acknowledged} was acknowledged and ${found} is the last`);
      assert.ok(found > 0);
    }
  } finally {
    await rm(root, { recursive: true });
  }
});

test('another process reads what the first has committed while that goes on writing, and may not write', async () => {
  const root = await mkdtemp(join(tmpdir(), 'lmdb-readers-'));
  const directory = join(root, 'store');
  try {
    await using store = await LmdbStore.open({ directory });
    await store.write(0, [workFrame(0)]);
    const reader = spawn(process.execPath, [join(programs, 'reader.ts'), directory], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: reader.stdout })[Symbol.asyncIterator]();
    assert.equal((await lines.next()).value, 'store-read-only');
    for (let offset = 0; offset < 60; offset += 1) {
      if (offset > 0) await store.write(0, [workFrame(offset)]);
      reader.stdin.write('\n');
      if (offset % 2 === 0) {
        assert.equal((await lines.next()).value, String(offset));
        continue;
      }
      offset += 1;
      await store.write(0, [workFrame(offset)]);
      const seen = Number((await lines.next()).value);
      assert.ok(seen === offset || seen === offset - 1, `frame ${seen} is the last one seen`);
    }
    reader.stdin.end();
    assert.deepEqual(await once(reader, 'exit'), [0, null]);
  } finally {
    await rm(root, { recursive: true });
  }
});

/** Starts a writer, kills it when so many writes are acknowledged, and gives the last one that was. */
async function killAfter(directory: string, writes: number, lastBefore: number): Promise<number> {
  const options: WriterOptions = { durability: defaultDurability, frames: 1_000_000, killAt: null };
  const args = [join(programs, 'writer.ts'), directory, '-', JSON.stringify(options)];
  const writer = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let acknowledged = lastBefore;
  for await (const line of createInterface({ input: writer.stdout })) {
    const [word, offset] = line.split(' ');
    if (word === 'written') acknowledged = Number(offset);
    if (acknowledged >= lastBefore + writes) writer.kill('SIGKILL');
  }
  assert.equal(writer.signalCode ?? (await once(writer, 'exit'))[1], 'SIGKILL');
  return acknowledged;
}
