import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type EventPlace, placeOfChange, printTraceId } from './trace-id.ts';

const place: EventPlace = { epoch: 1, partition: 0, offset: 1842, stampMs: 1_737_377_177_245, entry: 3, event: 0 };

test('a trace id is the documented text', () => {
  assert.equal(printTraceId(place), '01JJ1VZQMX040001SJ00030000');
});

test('the first ten letters are the stamp, as in every ULID', () => {
  assert.equal(printTraceId({ ...place, stampMs: 0 }).slice(0, 10), '0000000000');
  assert.equal(printTraceId({ ...place, stampMs: 2 ** 48 - 1 }).slice(0, 10), '7ZZZZZZZZZ');
});

test('trace ids have the form of a ULID, differ with the place, and sort as places do', () => {
  const anyPlace = fc.record({
    epoch: fc.constantFrom(1, 2),
    partition: fc.constant(0),
    offset: fc.integer({ min: 0, max: 70_000 }),
    stampMs: fc.integer({ min: 1, max: 3 }),
    entry: fc.integer({ min: 0, max: 2 ** 20 - 1 }),
    event: fc.integer({ min: 0, max: 2 ** 20 - 1 }),
  });
  fc.assert(
    fc.property(anyPlace, anyPlace, (a, b) => {
      const first = printTraceId(a);
      const second = printTraceId({ ...b, epoch: a.epoch, offset: a.offset });
      assert.match(first, /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
      const order = a.stampMs - b.stampMs || a.entry - b.entry || a.event - b.event;
      assert.equal(Math.sign(order), first < second ? -1 : first > second ? 1 : 0);
    }),
  );
});

test('changes sort before the entry that follows them, after the events of the one before, and in their own order', () => {
  const { entry, event, ...frame } = place;
  const at = (entriesBefore: number, changesBefore: number) => placeOfChange(frame, { entriesBefore, changesBefore });
  const inOrder = [
    { ...place, entry: 0, event: 0, stampMs: place.stampMs - 1, offset: place.offset - 1 },
    at(0, 0),
    at(0, 1),
    { ...frame, entry: 0, event: 0 },
    { ...frame, entry: 0, event: 9_999 },
    at(1, 2),
    { ...frame, entry: 1, event: 0 },
    at(4, 3),
  ].map(printTraceId);
  assert.deepEqual(inOrder.toSorted(), inOrder);
  assert.equal(new Set(inOrder).size, inOrder.length);
  for (const id of inOrder) assert.match(id, /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
});
