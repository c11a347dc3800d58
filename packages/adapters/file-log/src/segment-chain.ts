import type { SegmentHeader, SegmentId } from './segment-header.ts';

/** A segment of a log, and what the one behind it says of its end; the last one has no end yet. */
export interface ChainLink<T> {
  readonly segment: T;
  readonly header: SegmentHeader;
  readonly end: { readonly offset: number; readonly place: number } | undefined;
}

export type SegmentChain<T> =
  | { readonly kind: 'whole'; readonly links: readonly ChainLink<T>[]; readonly strays: readonly T[] }
  | { readonly kind: 'broken'; readonly at: T; readonly why: string };

/**
 * Tells which segments of a folder are the log: the last one is the one with the highest term and, within that, the highest
 * base; each names the one before it. So what an owner still wrote when a later one had begun a segment is left out: its own
 * later segments (strays), and what it added to those before (beyond `end`).
 *
 * One that is in nobody's way is a stray. One from before the first segment of the chain means that there is a hole.
 */
export function chainSegments<T extends { readonly header: SegmentHeader }>(found: readonly T[]): SegmentChain<T> {
  const byName = new Map(found.map((segment) => [nameOf(segment.header), segment]));
  const links: ChainLink<T>[] = [];
  let end: ChainLink<T>['end'];
  for (let segment = lastOf(found); segment !== undefined; ) {
    const { header } = segment;
    links.unshift({ segment, header, end });
    const { previous } = header;
    byName.delete(nameOf(header));
    end = previous === undefined ? undefined : { offset: header.base, place: previous.usedBytes };
    segment = previous === undefined ? undefined : byName.get(nameOf(previous));
  }
  const [first] = links;
  const last = links.at(-1);
  for (const stray of byName.values()) {
    if (first === undefined || last === undefined) break;
    const { base } = stray.header;
    if (base >= first.header.base && base <= last.header.base) continue;
    const missing = first.header.previous?.base ?? 0;
    const why = `the segment before it should begin with frame ${missing}, it is missing`;
    return { kind: 'broken', at: base < first.header.base ? first.segment : stray, why };
  }
  return { kind: 'whole', links, strays: [...byName.values()] };
}

function lastOf<T extends { readonly header: SegmentHeader }>(found: readonly T[]): T | undefined {
  let last = found[0];
  for (const segment of found) if (last === undefined || isBehind(segment.header, last.header)) last = segment;
  return last;
}

function isBehind(one: SegmentId, other: SegmentId): boolean {
  return one.term > other.term || (one.term === other.term && one.base > other.base);
}

function nameOf({ base, term }: SegmentId): string {
  return `${base}.${term}`;
}
