import { invariant } from '@actionbase/core/failure';
import type { Disk } from '@actionbase/ports/disk';
import { damaged, unknownFormat } from './failures.ts';
import { INHERITED_EPOCHS_MAX, LOG_FORMATS, type LogMeta, parseLogMeta, printLogMeta } from './log-meta.ts';
import type { OwnerClaim } from './owner-claim.ts';
import { createSegmentFile, emptySegment } from './segment.ts';
import { FIRST_FRAME_PLACE, parseSegmentName } from './segment-header.ts';

/** Bytes of `log.meta` that are looked at: no line of it is longer than 64. */
const META_BYTES_MAX = 64 * (INHERITED_EPOCHS_MAX + 3);

/**
 * Reads `log.meta`, or makes a new log where there is none. The first segment comes first and `log.meta` last: where it
 * stands, the log was complete once. Whoever opens a directory writes the same text into it, so that it does not matter who
 * comes last.
 */
export async function openDirectory(
  disk: Disk,
  directory: string,
  { epoch, partition, claim }: { readonly epoch: number; readonly partition: number; readonly claim: OwnerClaim },
): Promise<LogMeta> {
  const names = await disk.list(directory);
  if (names.includes('log.meta')) {
    const found = await readMeta(disk, `${directory}/log.meta`);
    if (!found.hasTerms) await writeMeta(disk, directory, { ...found, hasTerms: true });
    return { ...found, hasTerms: true };
  }
  await removeUnfinished(disk, directory, { names, claim });
  const header = { epoch, partition, term: claim.term, base: 0, stampBeforeMs: 0, previous: undefined };
  const file = await createSegmentFile(disk, directory, emptySegment(directory, header));
  await file.close();
  const meta = { epoch, partition, inherited: [], hasTerms: true };
  await writeMeta(disk, directory, meta);
  return meta;
}

/** What `log.meta` says of a log that is there. */
export async function readMeta(disk: Disk, path: string): Promise<LogMeta> {
  const file = await disk.open(path, { create: false });
  try {
    const parsed = parseLogMeta(await file.read(0, META_BYTES_MAX));
    if (parsed.kind === 'format') throw unknownFormat(path, parsed.format, LOG_FORMATS.terms);
    if (parsed.kind === 'bad')
      throw damaged(path, 0, 'its text is not what a file log writes. Restore log and store from one backup');
    return parsed.meta;
  } finally {
    await file.close();
  }
}

/** Writes `log.meta` durably: the last thing that a new log gets. */
export async function writeMeta(disk: Disk, directory: string, meta: LogMeta): Promise<void> {
  invariant(meta.inherited.length <= INHERITED_EPOCHS_MAX, `a log tells of at most ${INHERITED_EPOCHS_MAX} epochs`);
  const unfinished = `${directory}/log.meta.new`;
  const file = await disk.open(unfinished, { create: true });
  try {
    await file.truncate(0);
    await file.write(0, printLogMeta(meta));
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(unfinished, `${directory}/log.meta`);
  await disk.syncDirectory(directory);
}

/** Removes what is left of a log whose making was cut short: one segment without frames. Anything else is no new log. */
async function removeUnfinished(
  disk: Disk,
  directory: string,
  { names, claim }: { readonly names: readonly string[]; readonly claim: OwnerClaim },
): Promise<void> {
  for (const name of names) {
    const found = parseSegmentName(name);
    if (found === undefined) continue;
    const path = `${directory}/${name}`;
    const file = await disk.open(path, { create: false });
    const sizeBytes = await file.sizeBytes();
    await file.close();
    if (found.base !== 0 || sizeBytes > FIRST_FRAME_PLACE) {
      throw damaged(`${directory}/log.meta`, 0, `the file is missing, but there is the segment ${name}; restore both`);
    }
    await claim.confirm();
    await disk.remove(path);
  }
}

/** Refuses a folder without a log, of which frames were seen before; nothing is made in it. */
export async function refuseMissingLog(
  disk: Disk,
  directory: string,
  seen: { readonly offset: number } | undefined,
): Promise<void> {
  if (seen === undefined || (await disk.list(directory)).includes('log.meta')) return;
  const why = `the log is missing, and the store has applied its frames below ${seen.offset}`;
  throw damaged(`${directory}/log.meta`, 0, `${why}. Bring the log back, or restore both from one backup`);
}

/** Refuses a log of an epoch before the one that somebody has already seen. */
export function refuseEpochBehind(
  directory: string,
  epoch: number,
  seen: { readonly epoch: number } | undefined,
): void {
  if (seen === undefined || seen.epoch <= epoch) return;
  const where = `the store is in epoch ${seen.epoch}, the log in epoch ${epoch}`;
  const why = `the store is ahead of its log: ${where}. Restore both from one backup`;
  throw damaged(`${directory}/log.meta`, 0, why);
}
