import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logContract } from '../contracts/log.ts';
import { makeMemoryLogHome } from '../contracts/memory-log-home.ts';
import { ManualClock } from './manual-clock.ts';
import { MemoryLog } from './memory-log.ts';
import { MemoryLogStorage } from './memory-log-storage.ts';

logContract('MemoryLog that loses failed frames', () => makeMemoryLogHome(1, 'lost'));
logContract('MemoryLog of 3 partitions that keeps failed frames', () => makeMemoryLogHome(3, 'kept'));

test('appends that wait at the same time share a frame', async () => {
  await using log = await MemoryLog.open({ storage: new MemoryLogStorage(), clock: new ManualClock() });
  const appended = await Promise.all([1, 2, 3].map((byte) => log.append(0, [Uint8Array.of(byte)])));
  assert.deepEqual(
    appended.map(({ offset, firstEntry, entryCount }) => [offset, firstEntry, entryCount]),
    [
      [0, 0, 3],
      [0, 1, 3],
      [0, 2, 3],
    ],
  );
  assert.equal(log.bounds(0).bytes, 3);
});

test('a rejected append is certainly not there, and the log goes on', async () => {
  const faults = ['rejected', undefined] as const;
  let next = 0;
  const intercept = () => faults[next++];
  await using log = await MemoryLog.open({ storage: new MemoryLogStorage(), clock: new ManualClock(), intercept });
  await assert.rejects(log.append(0, [Uint8Array.of(1)]), { code: 'log-rejected' });
  const { offset } = await log.append(0, [Uint8Array.of(2)]);
  assert.equal(offset, 0);
});
