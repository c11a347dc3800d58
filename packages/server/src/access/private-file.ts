import { open, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure } from '@actionbase/core/failure';
import { serverFailures } from '../failures.ts';

const OTHERS_BITS = 0o007;
const GROUP_BITS = 0o070;
const GROUP_WRITE_BITS = 0o030;

/** What the system says of a file. */
export interface FileModes {
  readonly mode: number;
  readonly uid: number;
}

/**
 * Whether somebody besides its owner may read or change a file. The group may read a file of root's where this process is
 * not root: that is how packages and orchestrators hand secrets to a service.
 */
export function isExposed({ mode, uid }: FileModes, processUid: number | undefined): boolean {
  const isHandedOver = uid === 0 && processUid !== 0;
  return (mode & (OTHERS_BITS | (isHandedOver ? GROUP_WRITE_BITS : GROUP_BITS))) !== 0;
}

/** Refuses a file that is exposed, unless its file system has no modes. Failure: `file-exposed`. */
export async function requirePrivate(path: string): Promise<void> {
  const processUid = process.getuid?.();
  // Without user ids there are no modes either.
  if (processUid === undefined) return;
  const modes = await stat(path);
  if (!isExposed(modes, processUid) || !(await keepsModes(dirname(path)))) return;
  const mode = (modes.mode & 0o777).toString(8).padStart(4, '0');
  const message = `${path} has the mode ${mode}: others than its owner may read or change it; run: chmod 600 ${path}`;
  throw new Failure(serverFailures['file-exposed'], message, { path, mode });
}

/** Whether the file system of a folder knows modes: a file that is made private there stays so. */
async function keepsModes(folder: string): Promise<boolean> {
  const probe = join(folder, `.actionbase-${process.pid}.probe`);
  try {
    const handle = await open(probe, 'wx', 0o600);
    try {
      return ((await handle.stat()).mode & 0o077) === 0;
    } finally {
      await handle.close();
      await rm(probe);
    }
  } catch {
    // A folder that takes no file says nothing: most file systems know modes.
    return true;
  }
}
