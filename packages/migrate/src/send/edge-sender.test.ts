import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@actionbase/ports/memory/manual-clock';
import { away, MemoryTable } from '../testing/memory-table.ts';
import type { EdgeEvent } from './edge-event.ts';
import { EdgeSender } from './edge-sender.ts';

const { signal } = new AbortController();
const clock = () => new ManualClock({ sleeps: 'advance' });

test('events are sent until they are in effect, whatever the store says in between', async () => {
  const table = new MemoryTable();
  table.failures.push(away(), away(), away());
  const reasons: string[] = [];
  await new EdgeSender({ table, clock: clock(), onWaiting: (reason) => reasons.push(reason) }).send(
    events(1_200),
    signal,
  );
  assert.equal(table.dump().size, 1_200);
  assert.equal(reasons.length, 3);
});

for (const kind of ['request', 'result'] as const) {
  test(`an edge that is refused by its ${kind} ends the sending, with its key and the reason`, async () => {
    const table = new MemoryTable();
    table.refused.set('t-77', kind);
    const message =
      kind === 'request' ? /refuses 1 -> "t-77": cast-failed: no long/ : /refuses "1" -> "t-77": too-many: full/;
    const sending = new EdgeSender({ table, clock: clock() }).send(events(100), signal);
    await assert.rejects(sending, { code: 'row-unfit', message });
  });
}

test('sending that is given up while the store is away ends at once', async () => {
  const table = new MemoryTable();
  table.failures.push(away());
  const abort = new AbortController();
  const sender = new EdgeSender({ table, clock: new ManualClock(), onWaiting: () => abort.abort() });
  await assert.rejects(sender.send(events(1), abort.signal), { name: 'AbortError' });
});

function events(count: number): EdgeEvent[] {
  return Array.from({ length: count }, (_, i) => ({ source: 1n, target: `t-${i}`, version: 2n, properties: {} }));
}
