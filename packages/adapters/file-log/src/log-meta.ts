import { crc32 } from 'node:zlib';

/**
 * Version of the directory's layout as a whole: that of a log that was never restored, of one that was, and of one whose
 * segments have terms.
 */
export const LOG_FORMATS = { plain: 1, restored: 2, terms: 3 } as const;

/** What `log.meta` says about the whole directory. */
export interface LogMeta {
  readonly epoch: number;
  readonly partition: number;
  /** Epochs before this one whose frames the log begins with, oldest first: it was restored from a log that had them. */
  readonly inherited: readonly InheritedEpoch[];
  /** Whether owners have begun segments with terms of their own: versions that do not know of them must not open the log. */
  readonly hasTerms: boolean;
}

/** An earlier epoch, and the offset behind the last frame of it that a restore took over. */
export interface InheritedEpoch {
  readonly epoch: number;
  readonly end: number;
}

export type ParsedMeta =
  | { readonly kind: 'whole'; readonly meta: LogMeta }
  | { readonly kind: 'format'; readonly format: number }
  | { readonly kind: 'bad' };

/** Earlier epochs that one log may tell of: one per restore of a restored database. */
export const INHERITED_EPOCHS_MAX = 1_000;

/**
 * Prints `log.meta`, a text that a person can read:
 *
 *     actionbase file log, format 1
 *     epoch 3, partition 0
 *     checksum 697dd0de
 *
 * A log that was restored has format 2, and a line per earlier epoch whose frames it holds:
 *
 *     actionbase file log, format 2
 *     epoch 3, partition 0
 *     epoch 1 below frame 100
 *     epoch 2 below frame 1843
 *     checksum a74a4531
 *
 * One that was opened by this version has format 3, with such lines or without.
 *
 * The checksum is the CRC-32 of the lines before it. The first line stays as it is in every later format.
 */
export function printLogMeta({ epoch, partition, inherited, hasTerms }: LogMeta): Uint8Array {
  const without = inherited.length === 0 ? LOG_FORMATS.plain : LOG_FORMATS.restored;
  const format = hasTerms ? LOG_FORMATS.terms : without;
  const lines = inherited.map((earlier) => `epoch ${earlier.epoch} below frame ${earlier.end}\n`).join('');
  const text = `actionbase file log, format ${format}\nepoch ${epoch}, partition ${partition}\n${lines}`;
  return new TextEncoder().encode(`${text}checksum ${checksumOf(text)}\n`);
}

/** Parses what `printLogMeta` printed, and says so when a later format wrote it. */
export function parseLogMeta(bytes: Uint8Array): ParsedMeta {
  const text = new TextDecoder().decode(bytes);
  const found = /^actionbase file log, format (\d{1,9})\n/.exec(text);
  if (found === null) return { kind: 'bad' };
  const format = Number(found[1]);
  if (format > LOG_FORMATS.terms) return { kind: 'format', format };
  const match =
    /^([^\n]+\nepoch (\d{1,9}), partition (\d{1,9})\n((?:epoch \d{1,9} below frame \d{1,15}\n)*))checksum ([0-9a-f]{8})\n$/.exec(
      text,
    );
  if (match?.[1] === undefined || checksumOf(match[1]) !== match[5]) return { kind: 'bad' };
  const inherited = [...(match[4] ?? '').matchAll(/epoch (\d+) below frame (\d+)/g)].map(([, epoch, end]) => ({
    epoch: Number(epoch),
    end: Number(end),
  }));
  const hasTerms = format === LOG_FORMATS.terms;
  if (!hasTerms && (inherited.length === 0) !== (format === LOG_FORMATS.plain)) return { kind: 'bad' };
  return { kind: 'whole', meta: { epoch: Number(match[2]), partition: Number(match[3]), inherited, hasTerms } };
}

/** The epoch in which a frame was appended. */
export function epochOfFrame({ epoch, inherited }: Pick<LogMeta, 'epoch' | 'inherited'>, offset: number): number {
  return inherited.find(({ end }) => offset < end)?.epoch ?? epoch;
}

/** What a copy of a log's frames [start, end) has to tell of their epochs, if it becomes a log of a later one. */
export function inheritFrames(
  from: Pick<LogMeta, 'epoch' | 'inherited'>,
  { start, end }: { readonly start: number; readonly end: number },
): InheritedEpoch[] {
  const inherited: InheritedEpoch[] = [];
  let covered = start;
  for (const earlier of [...from.inherited, { epoch: from.epoch, end }]) {
    const reached = Math.min(earlier.end, end);
    if (reached <= covered) continue;
    inherited.push({ epoch: earlier.epoch, end: reached });
    covered = reached;
  }
  return inherited;
}

function checksumOf(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}
