import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryDisk } from '@actionbase/ports/memory/memory-disk';
import { SeededRandom } from '@actionbase/ports/memory/seeded-random';
import { FileCheckpoint } from './checkpoint.ts';

test('a checkpoint gives what was saved last, also after a power cut', async () => {
  const disk = new MemoryDisk();
  const checkpoint = new FileCheckpoint(disk, 'wish', 'copy.json');
  assert.equal(await checkpoint.load(), undefined);
  await checkpoint.save('a long text that the next one does not fill');
  await Promise.all([checkpoint.save('é🎁 two'), checkpoint.save('three')]);
  const after = disk.crash(new SeededRandom(7));
  assert.equal(await new FileCheckpoint(after, 'wish', 'copy.json').load(), 'three');
});
