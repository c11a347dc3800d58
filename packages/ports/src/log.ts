/**
 * The log: the truth. Frames of entry blobs in order, durable before they are acknowledged.
 *
 * Laws (suite: `contracts/log.ts`; one broken implementation per law in `contracts/broken/`):
 *
 *   G1  A frame whose append resolved is there after any crash, at the offset that was answered.
 *   G2  Offsets of one partition count frames from the epoch's first without a hole; entries keep their order.
 *   G3  Stamps strictly increase with the offset: max(time of the frame, stamp before + 1).
 *   G4  `read` never shows what is not durable, and shows each durable frame whole or the log fails to open.
 *   G5  Concurrent appends may share a frame; the entries of one append lie together, in one frame.
 *   G6  After an append whose fate is unknown, nothing is appended until `recover` resolved.
 *   G7  At open, a bad frame at or below a known durable end is refused with its place; above it, it is cut off.
 *   G8  After `trim(before)`, frames at `before` and above are still there; none below a position that is read is faked.
 *   G9  Each opening has a higher term than those before it. An append resolves only if no later opening had begun when its
 *       frame was durable; a log that finds one writes nothing any more and says `fenced`, for good.
 *   G10 What a later opening has not found, and appended behind, never becomes part of the log, whatever an earlier one
 *       still writes.
 *
 * Failures: `log-rejected` (certainly nothing was written: full disk, too large), `log-unknown-outcome` (the append may
 * have happened), `log-closed` (appending needs `recover`), `log-damaged` (names file and byte offset), `log-trimmed`, `fenced`.
 */
export interface Log extends AsyncDisposable {
  /** Number of partitions; embedded logs have one. */
  readonly partitions: number;
  /** The term of this opening; from 1. */
  term(partition: number): number;
  /** Resolves while no later opening is known to have begun; else the failure `fenced`. */
  confirm(partition: number): Promise<void>;
  /** Appends the entries as part of one frame; resolves when the frame is durable. At least one entry. */
  append(partition: number, entries: readonly Uint8Array[]): Promise<Appended>;
  /** Durable frames from offset `from` on, at most `limits`, in order; empty at the end. `from` below the start: `log-trimmed`. */
  read(partition: number, from: number, limits: ReadLimits): Promise<readonly Frame[]>;
  /** Where the durable log begins and ends. */
  bounds(partition: number): LogBounds;
  /** Lets the log forget frames below `before`; it may keep more. Never called above what the store holds durably. */
  trim(partition: number, before: number): Promise<void>;
  /** After a failed append: finds out what is durable and lets appends go on after it. A no-op on a healthy log. */
  recover(partition: number): Promise<LogBounds>;
}

export interface ReadLimits {
  readonly frames: number;
  readonly bytes: number;
}

/** What an append became. */
export interface Appended {
  readonly epoch: number;
  readonly offset: number;
  readonly stampMs: number;
  /** Place of the append's first entry within the frame, from 0. */
  readonly firstEntry: number;
  /** Number of entries in the whole frame. */
  readonly entryCount: number;
}

export interface Frame {
  /** In which it was appended: an earlier one for the first frames of a log that was restored. */
  readonly epoch: number;
  readonly offset: number;
  readonly stampMs: number;
  readonly entries: readonly Uint8Array[];
}

export interface LogBounds {
  readonly epoch: number;
  /** About how many bytes the frames take that can still be read; 0 when the log can't say. */
  readonly bytes: number;
  /** Offset of the first frame that can still be read. */
  readonly start: number;
  /** Offset that the next frame will have. */
  readonly end: number;
  /** Stamp of the last frame ever appended; 0 when there is none. */
  readonly lastStampMs: number;
}
