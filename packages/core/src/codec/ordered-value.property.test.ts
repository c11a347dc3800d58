import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { BrokenInvariant } from '../failure.ts';
import { PROPERTY_TYPES, type SortOrder, type Value } from '../model/value.ts';
import { storedText, typedValue, valuesOfType } from '../testing/stored-values.ts';
import { KeyWriter } from './key-writer.ts';
import { MalformedBytes } from './malformed-bytes.ts';
import { encodeValue, ValueReader } from './ordered-value.ts';

const order = fc.constantFrom<SortOrder>('ASC', 'DESC');

describe('ordered values', () => {
  it('come back as they were, in both orders, one after another', () => {
    const parts = fc.array(
      fc.tuple(
        fc.oneof(
          typedValue,
          typedValue.map(({ type }) => ({ type, value: null })),
        ),
        order,
      ),
    );
    fc.assert(
      fc.property(parts, (values) => {
        const writer = new KeyWriter();
        for (const [{ type, value }, sort] of values) writer.writeValue(type, value, sort);
        const reader = new ValueReader(writer.take());
        for (const [{ type, value }, sort] of values) {
          reader.next();
          assert.deepEqual([reader.type, reader.value, reader.order], [value === null ? null : type, value, sort]);
        }
        reader.expectEnd();
      }),
      { numRuns: 300 },
    );
  });

  for (const type of PROPERTY_TYPES) {
    it(`of ${type} sort by their bytes like the values, and descending the other way round`, () => {
      const value = fc.option(valuesOfType[type]);
      fc.assert(
        fc.property(value, value, (a, b) => {
          const expected = compare(a, b);
          assert.equal(Buffer.compare(encodeValue(type, a, 'ASC'), encodeValue(type, b, 'ASC')), expected);
          assert.equal(Buffer.compare(encodeValue(type, a, 'DESC'), encodeValue(type, b, 'DESC')), 0 - expected);
        }),
        { numRuns: 300 },
      );
    });
  }

  it('keep the sign of zero, below which no other negative number comes', () => {
    for (const type of ['float', 'double'] as const) {
      const reader = new ValueReader(encodeValue(type, -0, 'ASC'));
      reader.next();
      assert.ok(Object.is(reader.value, -0));
      const hex = [-1e-40, -0, 0, 1e-40].map((value) =>
        Buffer.from(encodeValue(type, Math.fround(value), 'ASC')).toString('hex'),
      );
      assert.deepEqual(hex.toSorted(), hex);
      assert.equal(new Set(hex).size, 4);
    }
  });

  it('have one NaN, above infinity', () => {
    const payload = new DataView(new ArrayBuffer(8));
    payload.setBigUint64(0, 0xfff0_0000_0000_0001n);
    for (const type of ['float', 'double'] as const) {
      const bytes = encodeValue(type, payload.getFloat64(0), 'ASC');
      assert.deepEqual(bytes, encodeValue(type, Number.NaN, 'ASC'));
      assert.equal(Buffer.compare(bytes, encodeValue(type, Infinity, 'ASC')), 1);
    }
  });

  it('keep a byte order mark in a text', () => {
    const reader = new ValueReader(encodeValue('string', '\ufeffa', 'ASC'));
    assert.equal(reader.nextText(), '\ufeffa');
  });

  it('may be longer than the scratch buffer', () => {
    const text = 'é'.repeat(1_000_000);
    const reader = new ValueReader(encodeValue('string', text, 'DESC'));
    reader.next();
    assert.equal(reader.value, text);
  });

  it('are refused by an invariant when they do not fit their type', () => {
    const wrong: [Parameters<typeof encodeValue>[0], Value][] = [
      ['byte', 128],
      ['short', 32_768],
      ['int', 2_147_483_648],
      ['int', 0.5],
      ['int', Number.NaN],
      ['long', 2n ** 63n],
      ['long', 5],
      ['float', 0.1],
      ['string', 'a\0b'],
      ['string', 'a rather long text with a \0'],
      ['string', '\ud800'],
      ['boolean', 1],
      ['object', true],
    ];
    for (const [type, value] of wrong) assert.throws(() => encodeValue(type, value, 'ASC'), BrokenInvariant);
  });
});

describe('ValueReader', () => {
  it('reads any bytes to their end or throws MalformedBytes', () => {
    const header = fc.constantFrom(0x05, 0x29, 0x2a, 0x2b, 0x2c, 0x30, 0x31, 0x32, 0x34, 0x35, 0x36);
    const bytes = fc.array(
      fc.oneof(
        fc.integer({ min: 0, max: 255 }),
        header,
        header.map((h) => ~h & 0xff),
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(bytes, (numbers) => {
        const stored = Uint8Array.from(numbers);
        const read = walk(stored, (reader) => reader.next());
        const skipped = walk(stored, (reader) => reader.skip());
        // Stepping over looks less closely at texts.
        assert.ok(skipped >= read);
      }),
      { numRuns: 300 },
    );
  });

  it('throws on every value that is cut short', () => {
    fc.assert(
      fc.property(typedValue, order, fc.nat(), ({ type, value }, sort, cut) => {
        const bytes = encodeValue(type, value, sort);
        const short = bytes.subarray(0, cut % bytes.length);
        assert.throws(() => new ValueReader(short).next(), MalformedBytes);
        assert.throws(() => new ValueReader(short).skip(), MalformedBytes);
      }),
      { numRuns: 200 },
    );
  });

  it('reads inside of a larger buffer', () => {
    fc.assert(
      fc.property(storedText, order, (text, sort) => {
        const bytes = Buffer.concat([Buffer.from('xx'), encodeValue('string', text, sort), Buffer.from('yy')]);
        const reader = new ValueReader(bytes.subarray(1), 1);
        reader.next();
        assert.equal(reader.value, text);
        assert.equal(reader.offset, bytes.length - 3);
      }),
      { numRuns: 100 },
    );
  });

  it('throws on text that is not UTF-8', () => {
    assert.throws(() => new ValueReader(Uint8Array.of(0x34, 0xc3, 0x28, 0)).next(), MalformedBytes);
    assert.throws(() => new ValueReader(Uint8Array.of(0xcb, 0x3c, 0xd7, 0xff)).next(), MalformedBytes);
  });

  it('names the place where reading stopped', () => {
    const reader = new ValueReader(Uint8Array.of(0x35, 0x07));
    reader.next();
    assert.throws(() => reader.next(), { name: 'MalformedBytes', offset: 1 });
  });
});

/** Reads values until the end or until the bytes are malformed; returns how many bytes were read. */
function walk(bytes: Uint8Array, step: (reader: ValueReader) => void): number {
  const reader = new ValueReader(bytes);
  let before = 0;
  while (!reader.atEnd) {
    before = reader.offset;
    try {
      step(reader);
    } catch (error) {
      assert.ok(error instanceof MalformedBytes, String(error));
      return before;
    }
    assert.ok(reader.offset > before && reader.offset <= bytes.length);
  }
  return reader.offset;
}

/** The order that the layout promises: nulls first, numbers by value, -0 below 0, NaN last, text by its UTF-8. */
function compare(a: Value, b: Value): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  if (typeof a === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(String(b)));
  if (Object.is(a, b)) return 0;
  if (typeof a === 'number' && typeof b === 'number') {
    if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) ? 1 : -1;
    if (a === b) return Object.is(a, -0) ? -1 : 1;
  }
  return a < b ? -1 : 1;
}
