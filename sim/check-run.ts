import { FileLog } from '@actionbase/adapter-file-log/file-log';
import { decodeFeedRecord } from '@actionbase/core/record/decode-feed-record';
import { decodeLogRecord } from '@actionbase/core/record/decode-log-record';
import { QUEUE_ORIGIN } from '@actionbase/engine/admit/admit';
import { Engine } from '@actionbase/engine/engine';
import { dumpStore, foldProblems, recountAll } from '@actionbase/engine/testing/instance-state';
import type { Frame, Log } from '@actionbase/ports/log';
import { ManualClock } from '@actionbase/ports/memory/manual-clock';
import { MemoryStore } from '@actionbase/ports/memory/memory-store';
import { checkReads } from './check-reads.ts';
import { checkScans } from './check-scans.ts';
import { checkSideQueue, type RetriedEntries } from './check-side-queue.ts';
import { checkStreams } from './check-streams.ts';
import { historyOfRow } from './history.ts';
import type { Delivery, MutationRecord } from './ledger.ts';
import type { LoggedMutation, PlacedOutcome, Remains } from './remains.ts';
import type { World } from './world.ts';

/** Holds the promises against what a finished run left; adds to the ledger's violations and answers the number of frames. */
export async function checkRun(world: World, isDamaged: boolean): Promise<number> {
  const { ledger, store } = world;
  for (const { process } of [...world.zombies, world]) process.die();
  const disk = world.disk.kill();
  disk.intercept = undefined;
  await using log = await FileLog.open({ directory: 'log', disk, clock: new ManualClock({ sleeps: 'advance' }) });
  const { start, end } = log.bounds(0);
  const frames = await readFrames(log);
  const feedStart = store.readFeed(0, 0, 1)[0]?.offset ?? 0;
  const remains = { ledger, start, feedStart, mutations: mutationsOf(frames), outcomes: outcomesOf(store) };
  const retried = start === 0 && feedStart === 0 ? await checkSideQueue(world, frames) : new Set<string>();
  checkMutations({ ...remains, retried });
  for (const { key, expected, found } of await recountAll(store)) {
    const sentence = `L3: row ${key} should be ${expected ?? 'missing'} and is ${found ?? 'missing'}`;
    ledger.violate(sentence, historyOfRow(key, remains.outcomes));
  }
  if (start === 0 && feedStart === 0) {
    for (const problem of await foldProblems(store)) ledger.violate(`L4, L5: ${problem}`);
    checkReads(remains, world);
    checkScans(remains, world);
    // A step of a rework passes rows as they are, so one that was lost meanwhile moves its end: a replay has no such damage.
    if (!isDamaged) await checkReplay(world, log);
  }
  return end;
}

/** Law L7: the log, read into an empty instance, gives every byte again. */
async function checkReplay({ ledger, store, isVaried }: World, log: Log): Promise<void> {
  const again = new MemoryStore();
  await using engine = await Engine.open({ log, store: again, clock: new ManualClock() });
  if (isVaried) await checkStreams(ledger, engine);
  const [stored, replayed] = [await dumpStore(store), await dumpStore(again)];
  const place = stored.findIndex((line, at) => line !== replayed[at]);
  if (place < 0 && stored.length === replayed.length) return;
  const at = place < 0 ? stored.length : place;
  ledger.violate(`L7: stored is "${shown(stored[at])}", the replay gives "${shown(replayed[at])}"`);
}

/** `retried`: entries that are left out, because a retry brought them to effect. */
interface RetriedRemains extends Remains {
  readonly retried: RetriedEntries;
}

function checkMutations(remains: RetriedRemains): void {
  for (const record of remains.ledger.mutations.values()) {
    const logged = remains.mutations.get(record.sent.requestId) ?? [];
    const asked = logged.filter(({ record: { origin } }) => origin === null);
    for (const delivery of record.deliveries) checkAcknowledged(remains, record, delivery);
    checkNumbers(remains, record, asked);
    checkQueued(remains, record.sent, logged);
    for (const { offset, record: found } of asked) {
      const { items, rules } = record.sent;
      const keys = new Set(items.map(({ source, target, id }) => String(id ?? `${source}:${target}`)));
      const expected = rules === 'v2' ? items.length : keys.size;
      if (found.entries.length === expected) continue;
      const text = `frame ${offset} has ${found.entries.length} of the ${expected} edges of ${record.sent.requestId}`;
      remains.ledger.violate(`a request is whole or absent: ${text}`);
    }
  }
}

/** Law L1: what was acknowledged is where the answer said, and did what the answer said. */
function checkAcknowledged(
  { ledger, start, feedStart, mutations, outcomes }: Remains,
  { sent }: MutationRecord,
  delivery: Delivery,
): void {
  if (delivery.kind !== 'acknowledged' || delivery.position.offset < start) return;
  const { offset } = delivery.position;
  const logged = mutations.get(sent.requestId) ?? [];
  if (!logged.some((one) => one.offset === offset)) {
    ledger.violate(`L1: ${sent.requestId} was acknowledged at frame ${offset}, which does not hold it`);
    return;
  }
  if (offset < feedStart) return;
  const statuses = outcomes
    .filter((one) => one.offset === offset && one.outcome.stamp.requestId === sent.requestId)
    .map(({ outcome }) => outcome.status)
    .join();
  // Two copies of one request may lie in one frame: then the answer is one of the two.
  if (`,${statuses},`.includes(`,${delivery.statuses.join()},`)) return;
  const text = `${sent.requestId} at frame ${offset} was answered ${delivery.statuses.join()}, the feed says ${statuses}`;
  ledger.violate(`L7: ${text}`);
}

function checkNumbers(
  { ledger, start }: Remains,
  { sent, deliveries, open }: MutationRecord,
  asked: readonly LoggedMutation[],
): void {
  const acknowledged = deliveries.filter((delivery) => delivery.kind === 'acknowledged');
  const unknown = deliveries.filter(({ kind }) => kind === 'unknown').length + open;
  const least = acknowledged.filter(({ position }) => position.offset >= start).length;
  const most = acknowledged.length + unknown;
  if (asked.length >= least && asked.length <= most) return;
  const range = `${least} to ${most}`;
  ledger.violate(`L1, L8: ${sent.requestId} is in the log ${asked.length} times, its answers allow ${range}`);
}

/** Law L2: an asynchronous mutation takes effect once, however often it was appended again. */
function checkQueued(
  { ledger, start, outcomes, retried }: RetriedRemains,
  sent: MutationRecord['sent'],
  logged: readonly LoggedMutation[],
): void {
  if (start > 0 || sent.mode !== 'ASYNC') return;
  const queued = logged.filter(({ record: { origin } }) => origin === null);
  const again = logged.filter(({ record: { origin } }) => origin?.name === QUEUE_ORIGIN);
  const places = new Set(again.map(({ record: { origin } }) => origin?.position));
  const took = outcomes.filter(
    ({ offset, outcome }) =>
      outcome.stamp.requestId === sent.requestId &&
      outcome.status !== 'QUEUED' &&
      !retried.has(`${offset}/${outcome.entry}`),
  );
  const expected = queued.reduce((sum, { record }) => sum + record.entries.length, 0);
  if (places.size === queued.length && took.length === expected) return;
  const text = `${sent.requestId} was queued ${queued.length} times and appended again for ${places.size} of them`;
  ledger.violate(`L2: ${text}; ${took.length} of ${expected} edges took effect`);
}

async function readFrames(log: Log): Promise<Frame[]> {
  const frames: Frame[] = [];
  const { start, end } = log.bounds(0);
  while (start + frames.length < end) {
    frames.push(...(await log.read(0, start + frames.length, { frames: 100, bytes: 1_000_000 })));
  }
  return frames;
}

function mutationsOf(frames: readonly Frame[]): Map<string, LoggedMutation[]> {
  const mutations = new Map<string, LoggedMutation[]>();
  for (const { offset, entries } of frames) {
    for (const bytes of entries) {
      const record = decodeLogRecord(bytes);
      if (record.kind !== 'mutate') continue;
      const { requestId } = record.stamp;
      const list = mutations.get(requestId) ?? [];
      list.push({ offset, record });
      mutations.set(requestId, list);
    }
  }
  return mutations;
}

function outcomesOf(store: MemoryStore): PlacedOutcome[] {
  const placed: PlacedOutcome[] = [];
  for (const { record } of store.readFeed(0, 0, 1_000_000)) {
    const { offset, outcomes } = decodeFeedRecord(record);
    for (const outcome of outcomes) if (outcome.kind === 'edge') placed.push({ offset, outcome });
  }
  return placed;
}

function shown(line: string | undefined): string {
  return line === undefined ? 'nothing' : line.slice(0, 160);
}
