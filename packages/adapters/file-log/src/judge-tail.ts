/** What a scan of the last segment found, and what else is known about how far the log reached. */
export interface Tail {
  /** Offset of the first frame that is not whole. */
  readonly endOffset: number;
  /** Byte place at which it should stand. */
  readonly place: number;
  /** Why it is not whole. */
  readonly why: string;
  /** Place behind the last byte that is not zero; `place` when nothing but zeros follows. */
  readonly bytesEnd: number;
  /** A whole frame that stands behind `place`, if there is one. */
  readonly later: { readonly offset: number; readonly place: number } | undefined;
  /** Frames below this offset are known to have been durable; undefined when nothing but the segment tells. */
  readonly durableAtLeast: number | undefined;
}

export type TailJudgement =
  | { readonly kind: 'clean' }
  | { readonly kind: 'cut'; readonly bytes: number }
  | { readonly kind: 'damaged'; readonly why: string };

/**
 * Tells the normal end of a log from a torn one and from damage (law G7).
 *
 * One frame at a time is written and synced, so at most one frame is not durable: the last. A power cut may leave any part
 * of it, and cutting that off harms nobody. When a whole frame stands behind, or when somebody knows that more was
 * durable, then it was not the last one, and what is bad is damage.
 */
export function judgeTail(tail: Tail): TailJudgement {
  const { endOffset, later, durableAtLeast } = tail;
  if (later !== undefined) {
    const why = `frame ${endOffset} cannot be read (${tail.why}), but frame ${later.offset} behind it at byte ${later.place} is whole`;
    return { kind: 'damaged', why };
  }
  const torn = tail.bytesEnd > tail.place;
  if (durableAtLeast !== undefined && durableAtLeast > endOffset) {
    const why = torn
      ? `frame ${endOffset} cannot be read (${tail.why}), but frames below ${durableAtLeast} were durable`
      : `the log ends before frame ${endOffset}, but the store is ahead of its log: frames below ${durableAtLeast} were durable`;
    return { kind: 'damaged', why };
  }
  return torn ? { kind: 'cut', bytes: tail.bytesEnd - tail.place } : { kind: 'clean' };
}
