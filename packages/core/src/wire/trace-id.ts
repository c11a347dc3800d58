/** Where an event stands in the log: what its trace id is made of. */
export interface EventPlace {
  readonly epoch: number;
  readonly partition: number;
  readonly offset: number;
  /** Stamp of the frame: the same for all its events, and of no other frame of the partition. */
  readonly stampMs: number;
  /** Place of the event's entry in the frame. */
  readonly entry: number;
  /** Place of the event in its entry; below 0 for what stands before the entry: see `placeOfChange`. */
  readonly event: number;
}

/** More than a frame has changes, and than an entry has events. */
const CHANGES_MAX = 2 ** 19;

/**
 * The place of a metadata change. It is no event of an entry and does not count as one: it stands before the entry that
 * follows it, after all events of the one before. `entriesBefore` and `changesBefore` count within its frame.
 */
export function placeOfChange(
  frame: Omit<EventPlace, 'entry' | 'event'>,
  { entriesBefore, changesBefore }: { readonly entriesBefore: number; readonly changesBefore: number },
): EventPlace {
  return { ...frame, entry: entriesBefore, event: changesBefore - CHANGES_MAX };
}

/** The alphabet of ULID texts: 5 bits a letter, in their order. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const TIME_LETTERS = 10;
const PLACE_LETTERS = 16;

/**
 * The trace id of an event: a ULID that is a function of its place, so WAL, CDC and every replay agree on it. Ids of one
 * partition sort in log order. As the stamp names the frame already, epoch, partition and offset need only their low bits.
 * Layout: 48 bits time, then 8 bits epoch, 16 bits partition, 16 bits offset, 20 bits entry, 20 bits event. An event below
 * 0 borrows from what stands before it, so that the letters sort as places do.
 *
 *     1737377177245, e1-p0-1842, entry 3, event 0 -> 01JJ1VZQMX 040001SJ00030000 (without the blank)
 */
export function printTraceId(place: EventPlace): string {
  const frame = (bits(place.epoch, 8) << 32n) | (bits(place.partition, 16) << 16n) | bits(place.offset, 16);
  const whole = (frame << 40n) + (bits(place.entry, 20) << 20n) + BigInt(place.event);
  return letters(bits(place.stampMs, 48), TIME_LETTERS) + letters(BigInt.asUintN(80, whole), PLACE_LETTERS);
}

function bits(value: number, count: number): bigint {
  return BigInt.asUintN(count, BigInt(value));
}

function letters(value: bigint, count: number): string {
  let text = '';
  for (let place = count - 1; place >= 0; place -= 1) {
    text += LETTERS.charAt(Number((value >> BigInt(5 * place)) & 31n));
  }
  return text;
}
