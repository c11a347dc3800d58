import { MalformedBytes } from '@actionbase/core/codec/malformed-bytes';
import { Failure, invariant } from '@actionbase/core/failure';
import { printPosition } from '@actionbase/core/model/position';
import { ROW_SALT_BYTES } from '@actionbase/core/model/table';
import { decodeLogRecord } from '@actionbase/core/record/decode-log-record';
import type { Frame, Log } from '@actionbase/ports/log';
import type { Store, StoreProgress } from '@actionbase/ports/store';
import { emptyCatalog } from '../catalog/catalog.ts';
import { readCatalog } from '../catalog/catalog-rows.ts';
import { engineFailures } from '../failures.ts';
import type { EngineLimits } from '../limits.ts';
import { PARTITION } from '../partition.ts';
import { PARKED_COUNT, readParkedCount } from '../queue/side-queue-rows.ts';
import { type ApplyRules, type ApplyState, applyFrame } from './apply-frame.ts';
import { frameOfBytes } from './writer.ts';

export interface ReplayParts {
  readonly log: Log;
  readonly store: Store;
  readonly rules: ApplyRules;
  readonly limits: EngineLimits;
  /** Told after each page of frames: the offset reached and the offset to reach. */
  readonly onProgress: (reached: number, end: number) => void;
}

/**
 * Brings a store up to the end of its log: reads the store's position, checks that both belong together, and applies the
 * frames above it. Failure `log-store-mismatch` when they do not.
 */
export async function replay(parts: ReplayParts): Promise<ApplyState> {
  const { log, store, rules, limits } = parts;
  let state = await storedState(log, store);
  const end = log.bounds(PARTITION).end;
  while (state.offset + 1 < end) {
    const page = await log.read(PARTITION, state.offset + 1, {
      frames: limits.replayFramesMax,
      bytes: limits.replayBytesMax,
    });
    invariant(page.length > 0, 'a log gives every frame below its end');
    for (const frame of page) {
      const given = { reader: store, before: state, frame: frameOfBytes(frame), rules };
      const applied = await applyFrame(given).catch((error: unknown) => {
        throw unreadableRecord(frame) ?? error;
      });
      await store.write(PARTITION, [applied.write]);
      state = applied.state;
    }
    parts.onProgress(state.offset, end);
  }
  return state;
}

/** Why a frame could not be applied, if it is because of a record in it that no code of this version wrote. */
function unreadableRecord({ epoch, offset, entries }: Frame): Failure | undefined {
  for (const [at, entry] of entries.entries()) {
    try {
      decodeLogRecord(entry);
    } catch (error) {
      if (!(error instanceof MalformedBytes)) throw error;
      const frame = printPosition({ epoch, partition: PARTITION, offset });
      const message =
        `record ${at} of frame ${frame} of the log cannot be read: ${error.message}. ` +
        'A later version may have written it: start that version, or restore a backup';
      return new Failure(engineFailures['log-record-unknown'], message, { frame, record: at }, error);
    }
  }
  return undefined;
}

/** The state that the store's own position stands for. */
async function storedState(log: Log, store: Store): Promise<ApplyState> {
  const saltBytes = store.wantsSaltedKeys ? ROW_SALT_BYTES : 0;
  const bounds = log.bounds(PARTITION);
  const progress = await store.progress(PARTITION);
  if (progress === undefined) {
    if (bounds.start > 0) throw mismatch(`the store is empty, but the log begins at frame ${bounds.start}`);
    return { catalog: emptyCatalog(saltBytes), inbox: new Map(), offset: -1, parked: 0 };
  }
  if (!(await isOfLog(log, progress))) {
    throw mismatch(`the store is of epoch ${progress.epoch}, the log of epoch ${bounds.epoch}`);
  }
  if (progress.offset >= bounds.end) {
    throw mismatch(`the store has applied frame ${progress.offset}, but the log ends before frame ${bounds.end}`);
  }
  if (progress.offset + 1 < bounds.start) {
    throw mismatch(`the store has applied up to frame ${progress.offset}, but the log begins at frame ${bounds.start}`);
  }
  const parked = readParkedCount(await store.get(PARKED_COUNT.space, PARKED_COUNT.key));
  return { catalog: await readCatalog(store, saltBytes), inbox: progress.inbox, offset: progress.offset, parked };
}

/**
 * A store of an earlier epoch belongs to a log that was restored from that epoch, as long as it stands at a frame that the
 * restore took over. The stamp names the frame: a later epoch has higher ones.
 */
async function isOfLog(log: Log, { epoch, offset, stampMs }: StoreProgress): Promise<boolean> {
  const bounds = log.bounds(PARTITION);
  if (epoch === bounds.epoch) return true;
  if (epoch > bounds.epoch || offset < bounds.start || offset >= bounds.end) return false;
  const [frame] = await log.read(PARTITION, offset, { frames: 1, bytes: 1 });
  return frame !== undefined && frame.epoch <= epoch && frame.stampMs === stampMs;
}

function mismatch(reason: string): Failure {
  const message = `log and store do not belong together: ${reason}. Restore both from one backup`;
  return new Failure(engineFailures['log-store-mismatch'], message);
}
