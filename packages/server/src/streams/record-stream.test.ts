/** What a stream asks its source for. Method: pages made by hand. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SystemClock } from '@actionbase/adapter-node/system-clock';
import type { StreamPage, StreamStart } from '@actionbase/engine/stream/stream-page';
import { RecordStream } from './record-stream.ts';

test('a reader that begins at the end of an empty log misses nothing of what is written then', async () => {
  const asked: StreamStart[] = [];
  const reached = { epoch: 1, partition: 0, offset: 0, item: null };
  const pages: StreamPage<string>[] = [
    { records: [], reached: null, atEnd: true },
    { records: [{ position: { ...reached, item: 0 }, record: 'a' }], reached, atEnd: true },
  ];
  const source = {
    read: async (from: StreamStart) => {
      asked.push(from);
      return pages[asked.length - 1] ?? { records: [], reached, atEnd: true };
    },
    print: (record: string) => `"record":"${record}"`,
    waitFor: async () => undefined,
    clock: new SystemClock(),
  };
  const options = { from: 'end', limit: 1, follow: true, onClose: () => undefined } as const;
  const stream = await RecordStream.open(source, options);
  const { signal } = new AbortController();
  assert.equal(await stream.next(signal), '{"position":null}\n');
  assert.equal(await stream.next(signal), '{"position":"e1-p0-0-0","record":"a"}\n');
  assert.deepEqual(asked, ['end', 'first']);
});
