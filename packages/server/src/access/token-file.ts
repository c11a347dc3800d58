import { chown, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { lockFile } from '@actionbase/adapter-node/process-lock';
import { Failure } from '@actionbase/core/failure';
import { serverFailures } from '../failures.ts';
import type { AccessToken } from './access-token.ts';
import { requirePrivate } from './private-file.ts';
import { parseTokenFile, printTokenFile } from './token-file-json.ts';

/** Bytes of a file of tokens. */
export const TOKEN_FILE_BYTES_MAX = 4_194_304;

/** Reads the tokens of a file. Failures: `file-not-usable`, `file-exposed`. */
export async function readTokenFile(path: string): Promise<readonly AccessToken[]> {
  try {
    await requirePrivate(path);
    const { size } = await stat(path);
    if (size > TOKEN_FILE_BYTES_MAX) throw notUsable(path, `it has more than ${TOKEN_FILE_BYTES_MAX} bytes`);
    return parseTokenFile(await readFile(path, 'utf8'));
  } catch (cause) {
    if (cause instanceof Failure && cause.code !== 'malformed-json') throw cause;
    // The cause is left behind: what a parser says of a broken text may show a part of it.
    throw notUsable(path, cause instanceof Error ? cause.message : String(cause));
  }
}

/**
 * Changes the tokens of a file in one step: readers see it before or after, whole. `plan` gets the tokens of the file, none
 * when there is no file yet. A new file is for its owner alone; one that is there keeps its owner, and who may read it.
 * One change at a time: another one is refused with `locked`. Failures: those of `readTokenFile` and of `plan`, `locked`.
 */
export async function changeTokenFile(
  path: string,
  plan: (tokens: readonly AccessToken[]) => readonly AccessToken[],
): Promise<void> {
  const file = await realpath(path).catch(() => path);
  await using _ = lockFile(`${file}.lock`);
  const before = await stat(file).catch(() => undefined);
  const tokens = plan(before === undefined ? [] : await readTokenFile(file));
  const temporary = `${file}.new`;
  try {
    await rm(temporary, { force: true });
    const handle = await open(temporary, 'wx', 0o600);
    try {
      if (before !== undefined) await handle.chmod(before.mode & 0o640);
      await handle.writeFile(printTokenFile(tokens));
      await handle.sync();
    } finally {
      await handle.close();
    }
    // Root may change the file of a service, which must be able to read it afterwards.
    if (before !== undefined && process.getuid?.() === 0) await chown(temporary, before.uid, before.gid);
    await rename(temporary, file);
    await syncFolder(dirname(file));
  } catch (cause) {
    await rm(temporary, { force: true });
    throw notUsable(file, cause instanceof Error ? cause.message : String(cause));
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function notUsable(path: string, reason: string): Failure {
  return new Failure(serverFailures['file-not-usable'], `the tokens of ${path} cannot be used: ${reason}`, { path });
}
