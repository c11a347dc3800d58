import { crc32 } from 'node:zlib';

/** Version of the directory's layout as a whole. */
export const LOG_FORMAT = 1;

/** What `log.meta` says about the whole directory. */
export interface LogMeta {
  readonly epoch: number;
  readonly partition: number;
}

export type ParsedMeta =
  | { readonly kind: 'whole'; readonly meta: LogMeta }
  | { readonly kind: 'format'; readonly format: number }
  | { readonly kind: 'bad' };

/**
 * Prints `log.meta`, a text that a person can read:
 *
 *     actionbase file log, format 1
 *     epoch 3, partition 0
 *     checksum 697dd0de
 *
 * The checksum is the CRC-32 of the lines before it. The first line stays as it is in every later format.
 */
export function printLogMeta(meta: LogMeta): Uint8Array {
  const text = `actionbase file log, format ${LOG_FORMAT}\nepoch ${meta.epoch}, partition ${meta.partition}\n`;
  return new TextEncoder().encode(`${text}checksum ${checksumOf(text)}\n`);
}

/** Parses what `printLogMeta` printed, and says so when a later format wrote it. */
export function parseLogMeta(bytes: Uint8Array): ParsedMeta {
  const text = new TextDecoder().decode(bytes);
  const format = /^actionbase file log, format (\d{1,9})\n/.exec(text);
  if (format === null) return { kind: 'bad' };
  if (Number(format[1]) !== LOG_FORMAT) return { kind: 'format', format: Number(format[1]) };
  const match = /^([^\n]+\nepoch (\d{1,9}), partition (\d{1,9})\n)checksum ([0-9a-f]{8})\n$/.exec(text);
  if (match?.[1] === undefined || checksumOf(match[1]) !== match[4]) return { kind: 'bad' };
  return { kind: 'whole', meta: { epoch: Number(match[2]), partition: Number(match[3]) } };
}

function checksumOf(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}
