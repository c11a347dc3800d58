import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { printStreamOrder, streamOrderOf } from './stream-order.ts';
import { parseStreamPosition, printStreamPosition, type StreamPosition } from './stream-position.ts';

const place: fc.Arbitrary<StreamPosition> = fc.record({
  epoch: fc.integer({ min: 0, max: 511 }),
  partition: fc.constant(0),
  offset: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 2 ** 40 - 1 })),
  item: fc.option(fc.integer({ min: 0, max: 16_382 })),
});

/** As the streams order them: by epoch, frame, item, and the whole frame last. */
function compare(a: StreamPosition, b: StreamPosition): number {
  const item = ({ item }: StreamPosition): number => item ?? Number.POSITIVE_INFINITY;
  return a.epoch - b.epoch || a.offset - b.offset || (item(a) === item(b) ? 0 : item(a) < item(b) ? -1 : 1);
}

test('orders compare as the places do, fit into 64 bits, and lead back to them', () => {
  fc.assert(
    fc.property(place, place, (a, b) => {
      const [first, second] = [streamOrderOf(a), streamOrderOf(b)];
      assert.equal(first < second, compare(a, b) < 0);
      assert.equal(BigInt.asIntN(64, first), first);
      assert.equal(printStreamOrder(first), printStreamPosition(a));
    }),
  );
});

test('the order of a place stays what it was', () => {
  const orderOf = (text: string): bigint | undefined => {
    const position = parseStreamPosition(text);
    return position === undefined ? undefined : streamOrderOf(position);
  };
  assert.equal(orderOf('e0-p0-0-0'), 0n);
  assert.equal(orderOf('e0-p0-1842-3'), 30_179_331n);
  assert.equal(orderOf('e0-p0-1842'), 30_195_711n);
  assert.equal(orderOf('e1-p0-0-0'), 18_014_398_509_481_984n);
});
