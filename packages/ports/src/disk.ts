/**
 * Files, as far as a log needs them. Laws (suite: `contracts/disk.ts`):
 *
 *   D1  What `sync` resolved for survives a power cut: all bytes written to the file before the call, and its length.
 *   D2  A name that `open` created, `rename` or `remove` changed is durable after `syncDirectory` of its folder.
 *   D3  Bytes written and not synced may, after a cut, be there, be missing or be there in part; others are untouched.
 *   D4  A lock is held by one holder at a time and is free when its holder's process is gone.
 *   D5  Reads give what was written last, synced or not; what was never written below the file's end is zeros.
 *   D6  Of several that create one name as new, one succeeds; the others are refused, and change nothing.
 *
 * Paths are absolute or relative to the disk's root, with "/" between parts.
 * Failures: `disk-full` (nothing that was durable is harmed), `disk-failed`, `locked`.
 */
export interface Disk {
  /**
   * Opens for reading and writing. `create` makes the file when missing, else a missing one is a `disk-failed` with the cause
   * ENOENT; with 'new', one that is there is a `disk-failed` with the cause EEXIST.
   */
  open(path: string, options: OpenOptions): Promise<DiskFile>;
  /** Names in a folder, sorted; an absent folder is an empty list. */
  list(directory: string): Promise<readonly string[]>;
  /** Makes a folder and those above it where they are missing; durable when it resolves. */
  makeDirectory(directory: string): Promise<void>;
  /** Renames within one folder, in one step; a file that has the new name already is replaced. */
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  syncDirectory(directory: string): Promise<void>;
  /** Takes the exclusive lock named by `path`; Failure `locked` names the holder's process id. */
  lock(path: string): Promise<AsyncDisposable>;
}

export interface OpenOptions {
  readonly create: boolean | 'new';
}

/** An open file. Offsets and lengths in bytes. */
export interface DiskFile {
  sizeBytes(): Promise<number>;
  /** Reads up to `length` bytes at `offset`; shorter only at the end of the file. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** Writes all of `bytes` at `offset`, or fails; a failed write may have happened in part. */
  write(offset: number, bytes: Uint8Array): Promise<void>;
  /** Cuts or extends (with zeros) to `sizeBytes`. */
  truncate(sizeBytes: number): Promise<void>;
  /** Makes what was written durable (fdatasync). After a failure nothing written since the last success may be trusted. */
  sync(): Promise<void>;
  close(): Promise<void>;
}
