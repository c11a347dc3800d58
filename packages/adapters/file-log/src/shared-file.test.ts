import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryDisk } from '@actionbase/ports/memory/memory-disk';
import { SharedFile } from './shared-file.ts';

test('a file that its owner lets go of is closed by its last user', async () => {
  const closed: string[] = [];
  const disk = new MemoryDisk({
    intercept: ({ kind, path }) => {
      if (kind === 'close') closed.push(path);
      return undefined;
    },
  });
  const file = new SharedFile(await disk.open('file', { create: true }));
  const { promise: reading, resolve: finish } = Promise.withResolvers<void>();
  const user = file.use(async (open) => {
    await reading;
    return open.sizeBytes();
  });
  await file.release();
  assert.deepEqual(closed, []);
  finish();
  assert.equal(await user, 0);
  assert.deepEqual(closed, ['file']);
  await assert.rejects(
    file.use((open) => open.sizeBytes()),
    /while it is open/,
  );
});
