import { decodeLogRecord } from '@actionbase/core/record/decode-log-record';
import { QUEUE_ORIGIN } from '@actionbase/engine/admit/admit';
import { override } from '@actionbase/engine/testing/override';
import type { Log } from '@actionbase/ports/log';
import type { FrameWrite, Store } from '@actionbase/ports/store';
import type { Route } from '@actionbase/server/http/route';
import { watchAnswers } from '../watch-answers.ts';
import type { RecordName } from './kill-points.ts';
import type { KillSwitch } from './kill-switch.ts';

/** Longest time between the start of a commit and its kill, microseconds. */
const COMMIT_US = 1_500;

/** What frames hold, by offset, from their append to their commit. */
export type FrameRecords = Map<number, ReadonlySet<RecordName>>;

/** A log whose appends pass the first points of the records in them. */
export function killLog(log: Log, kill: KillSwitch, records: FrameRecords): Log {
  return override(log, 'append', async (partition, entries) => {
    const kinds = new Set(entries.map(recordName));
    for (const kind of kinds) kill.pass(`${kind}.admitted`);
    const appended = await log.append(partition, entries);
    records.set(appended.offset, kinds);
    for (const kind of kinds) kill.pass(`${kind}.durable`);
    return appended;
  });
}

/** A store whose commits pass the later points of their frames; what it was not told of is replayed. */
export function killStore(store: Store, kill: KillSwitch, records: FrameRecords): Store {
  const writing = override(store, 'write', async (partition, frames) => {
    const kinds = new Set(frames.flatMap((frame) => [...recordsOf(frame, records)]));
    const isDue = [...kinds].map((kind) => kill.isDue(`${kind}.committing`)).includes(true);
    const written = store.write(partition, frames);
    if (isDue) setImmediate(dieSoon, kill);
    await written;
    for (const { offset } of frames) records.delete(offset);
    for (const kind of kinds) kill.pass(`${kind}.committed`);
  });
  const flushing = override(writing, 'flush', async () => {
    await store.flush();
    kill.pass('trim.flushed');
  });
  return override(flushing, 'clear', async (what, rowsMax) => {
    const isCleared = await store.clear(what, rowsMax);
    kill.pass(what.kind === 'feed' ? 'trim.feed-cleared' : 'table.rows-cleared');
    return isCleared;
  });
}

/** Routes whose answers to changes pass the last points. */
export function killRoutes(routes: readonly Route[], kill: KillSwitch): readonly Route[] {
  return watchAnswers(routes, () => {
    kill.pass('answer.ready');
    // The answer is written by what runs before the next turn of the event loop.
    setImmediate(() => kill.pass('answer.sent'));
  });
}

function recordsOf({ offset }: FrameWrite, records: FrameRecords): Iterable<RecordName | 'replay'> {
  return records.get(offset) ?? ['replay'];
}

/** The commit goes on in another thread, while this one waits. */
function dieSoon(kill: KillSwitch): void {
  const until = performance.now() + (Math.random() * COMMIT_US) / 1_000;
  while (performance.now() < until);
  kill.die();
}

function recordName(bytes: Uint8Array): RecordName {
  const record = decodeLogRecord(bytes);
  // Neither is written by the clients of the crash runs.
  if (record.kind === 'rederive' || record.kind === 'load') return 'mutation';
  if (record.kind !== 'mutate') return record.kind;
  if (record.origin?.name === QUEUE_ORIGIN) return 'pass';
  if (record.mode.effective === 'ASYNC') return 'queued';
  return record.rules === 'v2' ? 'v2' : 'mutation';
}
