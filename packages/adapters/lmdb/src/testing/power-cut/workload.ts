import assert from 'node:assert/strict';
import type { FrameWrite, RowWrite, StoreReader } from '@actionbase/ports/store';

/** What the writer writes: frames that depend on their offset only, so that a checker can say what a prefix of them gives. */

const spaces = [1, 2];
const wideKey = Uint8Array.of(200, 1);
const keysPerSpace = 150;
/** The writer clears the feed below the frame so many before the newest. */
export const feedFramesKept = 30;

export function workFrame(offset: number): FrameWrite {
  const chance = numbers(offset + 1);
  const rows: RowWrite[] = [];
  const count = 1 + (chance() % 30);
  for (let at = 0; at < count; at += 1) {
    const number = chance() % keysPerSpace;
    const key = Uint8Array.of(100, number, number >>> 1);
    const value = chance() % 6 === 0 ? undefined : bytesOf(offset, at, chance);
    const space = spaces[chance() % 2] ?? 1;
    rows.push(chance() % 4 === 0 ? { space, key: wideKey, qualifier: key, value } : { space, key, value });
  }
  rows.push({ space: 1, key: Uint8Array.of(1), value: bytesOf(offset, 0, () => 40) });
  const inbox = [{ origin: `origin ${offset % 3}`, position: BigInt(offset) }];
  return { epoch: 1, offset, stampMs: 10_000 + offset, rows, feed: feedOf(offset), inbox };
}

/** Checks that the reader holds exactly the frames up to its progress, and gives the last one's offset or -1. */
export async function checkWork(reader: StoreReader): Promise<number> {
  const progress = await reader.progress(0);
  const last = progress?.offset ?? -1;
  const model = new Map<string, Uint8Array>();
  const inbox = new Map<string, bigint>();
  for (let offset = 0; offset <= last; offset += 1) {
    const frame = workFrame(offset);
    for (const row of frame.rows) {
      const name = nameOf(row.space, row.key, row.qualifier);
      if (row.value === undefined) model.delete(name);
      else model.set(name, row.value);
    }
    for (const { origin, position } of frame.inbox) inbox.set(origin, position);
  }
  if (last >= 0) assert.deepEqual(progress, { epoch: 1, offset: last, stampMs: 10_000 + last, inbox });
  const found = new Map<string, Uint8Array>();
  for (const space of spaces) {
    const { rows } = await reader.scan({ space, limit: 10_000 });
    for (const { key, value } of rows) found.set(nameOf(space, key, undefined), value);
    const { cells } = await reader.scanCells({ space, key: wideKey, limit: 10_000 });
    for (const { qualifier, value } of cells) found.set(nameOf(space, wideKey, qualifier), value);
  }
  assert.deepEqual([...found.keys()].sort(), [...model.keys()].sort());
  for (const [name, value] of model) {
    assert.deepEqual(found.get(name), value, name);
    const [space = '', key = '', qualifier = ''] = name.split('/');
    const address = {
      space: Number(space),
      key: parse(key),
      qualifier: qualifier === '' ? undefined : parse(qualifier),
    };
    assert.deepEqual(await reader.getMany([address]), [value]);
  }
  await checkFeed(reader, last);
  return last;
}

async function checkFeed(reader: StoreReader, last: number): Promise<void> {
  const feed = await reader.readFeed(0, 0, 10_000);
  const first = feed[0]?.offset ?? 0;
  assert.ok(first <= Math.max(0, last), `the feed begins at ${first} and the progress is ${last}`);
  const expected = Array.from({ length: last + 1 - first }, (_, at) => ({
    offset: first + at,
    record: feedOf(first + at),
  }));
  assert.deepEqual(feed, expected);
}

function bytesOf(offset: number, at: number, chance: () => number): Uint8Array {
  const kind = chance() % 40;
  const length = kind === 0 ? 9_000 : kind < 4 ? 2_500 : 8 + (chance() % 300);
  const value = new Uint8Array(length).fill((offset * 7 + at) & 255);
  new DataView(value.buffer).setUint32(0, offset);
  return value;
}

function feedOf(offset: number): Uint8Array {
  const record = new Uint8Array(60 + (offset % 5) * 100).fill(offset & 255);
  new DataView(record.buffer).setUint32(0, offset);
  return record;
}

function nameOf(space: number, key: Uint8Array, qualifier: Uint8Array | undefined): string {
  return `${space}/${key.join()}/${qualifier === undefined ? '' : qualifier.join()}`;
}

function parse(list: string): Uint8Array {
  return Uint8Array.from(list.split(',').map(Number));
}

/** Whole numbers from 0 to 65,535 that look random. */
export function numbers(seed: number): () => number {
  let state = Math.imul(seed, 0x9e37_79b1) ^ 0x5bd1_e995;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return ((state ^ (state >>> 15)) >>> 8) & 0xffff;
  };
}
