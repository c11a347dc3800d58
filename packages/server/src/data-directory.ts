import { Failure } from '@actionbase/core/failure';
import type { Disk } from '@actionbase/ports/disk';
import { serverFailures } from './failures.ts';

/** What a data directory says about itself, in its file `FORMAT`. Raised when an older program could not read it. */
export const DATA_FORMAT = 1;

/** Its name says that a folder is a data directory. */
export const FORMAT_FILE = 'FORMAT';

/** What a data directory's `FORMAT` is called until a restore into it is complete. */
export const RESTORE_FILE = 'RESTORING';
const FORMAT_DRAFT = 'FORMAT.new';
const LOCK_FILE = 'lock';
/** Longest `FORMAT` file that is read. */
const FORMAT_BYTES_MAX = 256;
const FORMAT_PATTERN = /^actionbase data directory, format \d{1,9}$/;

/**
 * Takes a data directory for this process, making it when it is missing, and checks that it is one that this program can
 * read. It holds:
 *
 *     FORMAT   "actionbase data directory, format 1"
 *     lock     held as long as a server owns the directory
 *     log/     the log
 *     store/   the rows
 *
 * Failures: `locked` names the owner; `data-directory-unknown`.
 */
export async function claimDataDirectory(disk: Disk, directory: string): Promise<AsyncDisposable> {
  // Before the lock, too: a folder that is refused is left as it is.
  await refuseUnknown(disk, directory);
  await disk.makeDirectory(directory);
  const lock = await disk.lock(`${directory}/${LOCK_FILE}`);
  try {
    const names = await refuseUnknown(disk, directory);
    if (!names.includes(FORMAT_FILE)) await writeFormat(disk, directory);
    return lock;
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
}

/** The names in a folder that may be claimed: a data directory, or one that may become one. */
async function refuseUnknown(disk: Disk, directory: string): Promise<readonly string[]> {
  const names = await disk.list(directory);
  if (names.includes(FORMAT_FILE)) await checkFormat(disk, directory);
  else refuseForeign(directory, names.filter(isForeign));
  return names;
}

/** Files that a data directory may hold before its first use: ours, and what a fresh file system has. */
function isForeign(name: string): boolean {
  return !name.startsWith(LOCK_FILE) && name !== FORMAT_DRAFT && name !== 'lost+found';
}

/** Refuses a folder that is no data directory which this program can read. */
export async function checkDataDirectory(disk: Disk, directory: string): Promise<void> {
  if ((await disk.list(directory)).includes(FORMAT_FILE)) return checkFormat(disk, directory);
  const message = `${directory} is no data directory: it has no file ${FORMAT_FILE}`;
  throw new Failure(serverFailures['data-directory-unknown'], message, { directory });
}

async function checkFormat(disk: Disk, directory: string): Promise<void> {
  const file = await disk.open(`${directory}/${FORMAT_FILE}`, { create: false });
  const bytes = await file.read(0, FORMAT_BYTES_MAX).finally(() => file.close());
  const text = new TextDecoder().decode(bytes).trim();
  if (text === formatText().trim()) return;
  const says = `${directory}: its file ${FORMAT_FILE} says "${text}"`;
  const message = FORMAT_PATTERN.test(text)
    ? `${says}; this program reads format ${DATA_FORMAT}. Start the program that wrote it, or choose another dataDir`
    : `${says}, which no version writes: the file is damaged. Restore the directory from a backup, or choose another dataDir`;
  throw new Failure(serverFailures['data-directory-unknown'], message, { directory, format: text });
}

function refuseForeign(directory: string, foreign: readonly string[]): void {
  if (foreign.includes(RESTORE_FILE)) {
    const message = `${directory} holds a restore that did not finish (its file ${RESTORE_FILE}). Remove the folder, and restore again`;
    throw new Failure(serverFailures['data-directory-unknown'], message, { directory });
  }
  if (foreign.length > 0) {
    const message =
      `${directory} is no data directory (it has no file ${FORMAT_FILE}) and is not empty: ${foreign.slice(0, 5).join(', ')}. ` +
      'Choose an empty directory as dataDir';
    throw new Failure(serverFailures['data-directory-unknown'], message, { directory });
  }
}

/** Written under another name first, so that a crash never leaves half a format. */
async function writeFormat(disk: Disk, directory: string): Promise<void> {
  const draft = await disk.open(`${directory}/${FORMAT_DRAFT}`, { create: true });
  try {
    await draft.truncate(0);
    await draft.write(0, new TextEncoder().encode(formatText()));
    await draft.sync();
  } finally {
    await draft.close();
  }
  await disk.rename(`${directory}/${FORMAT_DRAFT}`, `${directory}/${FORMAT_FILE}`);
  await disk.syncDirectory(directory);
}

/** The text of `FORMAT`. */
export function formatText(): string {
  return `actionbase data directory, format ${DATA_FORMAT}\n`;
}
