import { invariant } from '../failure.ts';
import { printStreamPosition, type StreamPosition } from './stream-position.ts';

/** Bits of an order that hold the item; a frame holds fewer items, since a request has at most 10,000. */
const ITEM_BITS = 14n;
/** Bits of an order that hold the offset of the frame: a trillion frames. */
const OFFSET_BITS = 40n;
/** Bits of an order that hold the epoch, so that all fit into a signed 64-bit integer. */
const EPOCH_BITS = 9n;

/** Stands for the whole frame: behind all of its items. */
const WHOLE_FRAME = (1n << ITEM_BITS) - 1n;

/**
 * A place in a stream as one number, so that other systems can compare and keep it: the later place has the higher one. It
 * fits into a signed 64-bit integer. Only places of one stream, in partition 0, have an order.
 * Layout, from the high end: 9 bits epoch, 40 bits offset, 14 bits item (all ones for the whole frame).
 *     e0-p0-0-0     ->     0
 *     e0-p0-1842-3  ->     30179331
 *     e1-p0-0-0     ->     18014398509481984
 */
export function streamOrderOf({ epoch, partition, offset, item }: StreamPosition): bigint {
  invariant(partition === 0, 'only places of partition 0 have an order');
  const [high, middle, low] = [BigInt(epoch), BigInt(offset), item === null ? WHOLE_FRAME : BigInt(item)];
  invariant(high >> EPOCH_BITS === 0n, `epoch ${epoch} is below 512`);
  invariant(middle >> OFFSET_BITS === 0n, `offset ${offset} is below 2^40`);
  invariant(item === null || low < WHOLE_FRAME, `item ${item ?? 0} of a frame is below 16383`);
  return (high << (OFFSET_BITS + ITEM_BITS)) | (middle << ITEM_BITS) | low;
}

/** The place that has this order. */
export function streamPositionOf(order: bigint): StreamPosition {
  invariant(order >= 0n && order >> (EPOCH_BITS + OFFSET_BITS + ITEM_BITS) === 0n, `${order} is the order of a place`);
  const item = order & WHOLE_FRAME;
  const offset = (order >> ITEM_BITS) & ((1n << OFFSET_BITS) - 1n);
  return {
    epoch: Number(order >> (OFFSET_BITS + ITEM_BITS)),
    partition: 0,
    offset: Number(offset),
    item: item === WHOLE_FRAME ? null : Number(item),
  };
}

/** The text of the place that has this order. */
export function printStreamOrder(order: bigint): string {
  return printStreamPosition(streamPositionOf(order));
}
