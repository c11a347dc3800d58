import type { DigestSum } from '@actionbase/ports/legacy';

/** Digests of all buckets as one text: `ROWS:SUM` each, in hexadecimal, separated by blanks. */
export function printSums(sums: readonly DigestSum[]): string {
  return sums.map(printSum).join(' ');
}

export function printSum({ rows, sum }: DigestSum): string {
  return `${rows.toString(16)}:${sum.toString(16)}`;
}

/** Parses what `printSums` prints; undefined when it is something else. */
export function parseSums(text: string): DigestSum[] | undefined {
  const sums = text === '' ? [] : text.split(' ').map(parseSum);
  return sums.every((sum) => sum !== undefined) ? sums : undefined;
}

function parseSum(text: string): DigestSum | undefined {
  const match = /^([0-9a-f]+):([0-9a-f]{1,16})$/.exec(text);
  return match === null ? undefined : { rows: Number.parseInt(match[1] ?? '', 16), sum: BigInt(`0x${match[2]}`) };
}
