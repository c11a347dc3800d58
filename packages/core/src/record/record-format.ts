import { MalformedBytes } from '../codec/malformed-bytes.ts';
import type { EntryStatus } from '../model/edge.ts';

/** The first byte of every log and feed record. Another one means: written by a newer version. */
export const RECORD_FORMAT = 1;

/** Statuses in the order of their codes. */
export const STATUSES: readonly EntryStatus[] = ['CREATED', 'UPDATED', 'DELETED', 'IDLE', 'QUEUED', 'ERROR', 'PURGED'];

/** The word at a place of a table of codes; places count from 1, so that a zero byte is never a word. */
export function wordOfCode<T extends string>(words: readonly T[], code: number, offset: number): T {
  const word = words[code - 1];
  if (word === undefined) throw new MalformedBytes(`${code} is none of ${words.join(', ')}`, offset);
  return word;
}

export function codeOfWord<T extends string>(words: readonly T[], word: T): number {
  return words.indexOf(word) + 1;
}
