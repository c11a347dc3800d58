/** When a process passes a point: making a new data directory, starting on one, serving, or copying one. */
export type KillPhase = 'birth' | 'start' | 'serve' | 'backup' | 'restore';

/** A named moment at which a process can be ended. */
export interface KillPoint {
  readonly name: string;
  readonly phase: KillPhase;
  /** What is done and what is not, in one sentence. */
  readonly says: string;
}

/** Kinds of log records whose way is followed, and what puts one into the log. */
const RECORDS = {
  mutation: 'a v3 mutation',
  v2: 'a v2 mutation',
  queued: 'an asynchronous mutation',
  pass: 'a mutation that the queue appends again',
  catalog: 'a change of metadata',
  rework: 'a step of a rework',
  retry: 'the retry of a parked mutation',
  drop: 'the dropping of a parked mutation',
} as const;

export type RecordName = keyof typeof RECORDS;

/** The steps that every record goes through. */
const STEPS = {
  admitted: 'was decided on, and the log was not asked yet',
  durable: 'is durable in the log, and nothing of it is in the store',
  committing: 'is being committed to the store by another thread at this moment',
  committed: 'is in the store, and nobody was answered',
} as const;

export type RecordStep = keyof typeof STEPS;

const records: readonly KillPoint[] = Object.entries(RECORDS).flatMap(([record, what]) =>
  Object.entries(STEPS).map(([step, how]) => ({
    name: `${record}.${step}`,
    phase: 'serve' as const,
    says: `${what} ${how}`,
  })),
);

const POINT_ROWS: readonly (readonly [name: string, phase: KillPhase, says: string])[] = [
  ['directory.claimed', 'birth', 'the lock of the data directory is held, and no file of it is there'],
  ['format.written', 'birth', 'the text of FORMAT is in its draft, not synced'],
  ['format.renamed', 'birth', 'FORMAT has its name, and the folder is not synced'],
  ['format.named', 'birth', 'FORMAT is durable, and there is no store'],
  ['store.made', 'birth', 'the store is there, and the log is not'],
  ['meta.created', 'birth', 'the first segment is complete, the draft of log.meta is there, and empty'],
  ['meta.written', 'birth', 'the text of log.meta is in its draft, not synced'],
  ['meta.renamed', 'birth', 'log.meta has its name, and the folder is not synced'],
  ['meta.named', 'birth', 'the log is complete, and nobody has opened it'],
  ['segment.created', 'serve', 'the draft of the next segment is there, and empty'],
  ['segment.header-written', 'serve', 'the header of the next segment is written, not synced'],
  ['segment.header-synced', 'serve', 'the next segment is complete, and has the name of a draft'],
  ['segment.renamed', 'serve', 'the next segment has its name, and the folder is not synced'],
  ['segment.named', 'serve', 'the next segment is durable, and has no frame'],
  ['segment.full-cut', 'serve', 'the zeros behind the full segment are cut off'],
  ['zeros.half', 'serve', 'a part of the zeros ahead of the frames is written'],
  ['zeros.written', 'serve', 'the zeros ahead of the frames are written, not synced'],
  ['zeros.synced', 'serve', 'the zeros ahead of the frames are durable, and the frame is not written'],
  ['frame.half', 'serve', 'the first half of a frame is written'],
  ['frame.written', 'serve', 'a frame is written, not synced'],
  ['frame.synced', 'serve', 'a frame is durable, and the log has told nobody'],
  ['answer.ready', 'serve', 'the answer to a change is made, and nothing of it is sent'],
  ['answer.sent', 'serve', 'the answer to a change is handed to the system'],
  ['trim.flushed', 'serve', 'the store is flushed, and neither feed nor log are trimmed'],
  ['trim.feed-cleared', 'serve', 'a part of the feed is cleared, and the log is not trimmed'],
  ['trim.segment-removed', 'serve', 'the oldest segment is removed, and the folder is not synced'],
  ['trim.synced', 'serve', 'the oldest segment is gone for good, and the next one is still there'],
  ['table.rows-cleared', 'serve', 'a part of the rows of a deleted table is cleared'],
  ['start.draft-removed', 'start', 'a start has removed the draft of a segment that a kill left'],
  ['claim.created', 'start', 'a start has a term of its own, and the file of the one before is there as well'],
  ['claim.earlier-removed', 'start', 'a start has removed the file of the term before, and the folder is not synced'],
  ['claim.taken', 'start', 'a start is the owner of the log, and has read nothing of it'],
  ['start.tail-rewritten', 'start', 'a start has written the last frame once more, not synced'],
  ['start.log-open', 'start', 'a start has opened store and log, and replayed nothing'],
  ['replay.committing', 'start', 'a start commits a frame that a kill kept from the store, at this moment'],
  ['replay.committed', 'start', 'a start has replayed a frame'],
  ['backup.store', 'backup', 'a backup begins to copy the store'],
  ['backup.log', 'backup', 'a backup has copied the store, and begins with the log'],
  ['backup.digest', 'backup', 'a backup has copied the log, and digests the rows'],
  ['backup.hash', 'backup', 'a backup has all files, and no manifest'],
  ['restore.check', 'restore', 'a restore has an empty folder, and checks the backup'],
  ['restore.log', 'restore', 'a restore begins to write the log of the new epoch'],
  ['restore.store', 'restore', 'a restore has written the log, and copies the store'],
  ['restore.replay', 'restore', 'a restore has copied the store, and applies the log'],
  ['restore.digest', 'restore', 'a restore has everything but its FORMAT'],
];

/** Every moment at which the crash runs kill, in the order of a life. */
export const KILL_POINTS: readonly KillPoint[] = [
  ...POINT_ROWS.map(([name, phase, says]) => ({ name, phase, says })),
  ...records,
];
