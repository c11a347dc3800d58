import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { JsonReader } from './json-reader.ts';
import { parseJson, printJson, printObjectProperty } from './json-text.ts';
import { JsonDecimal, type JsonValue } from './json-value.ts';

const literal = fc
  .tuple(
    fc.integer(),
    fc.option(fc.stringMatching(/^\.[0-9]{1,20}$/)),
    fc.option(fc.stringMatching(/^[eE][+-]?[0-9]{1,3}$/)),
  )
  .filter(([, fraction, exponent]) => fraction !== null || exponent !== null)
  .map(([whole, fraction, exponent]) => new JsonDecimal(`${whole}${fraction ?? ''}${exponent ?? ''}`));

const integer = fc
  .bigInt({ min: -(10n ** 30n), max: 10n ** 30n })
  .map((value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value));

const name = fc.oneof(fc.constantFrom('a', '__proto__', 'toString', ''), fc.string({ unit: 'binary', maxLength: 8 }));

/** Any tree, with numbers of all three kinds. */
const { tree } = fc.letrec<{ tree: JsonValue }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(null, true, false),
    integer,
    fc.maxSafeInteger().map((value) => (value === 0 ? 0 : value)),
    literal,
    fc.string({ unit: 'binary', maxLength: 10 }),
    fc.array(tie('tree'), { maxLength: 5 }),
    fc.dictionary(name, tie('tree'), { maxKeys: 5, noNullPrototype: true }),
  ),
}));

describe('JSON text', () => {
  it('comes back as the same tree, no number lost', () => {
    fc.assert(
      fc.property(tree, (value) => {
        const text = printJson(value);
        assert.deepEqual(parseJson(text), value);
        assert.equal(printJson(parseJson(text)), text);
      }),
      { numRuns: 300 },
    );
  });

  it('is read alike by the fast and the careful way', () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.nat(),
        fc.constantFrom('', '"', '{', ']', ',', '0', '-', '.', '\\', ' ', '\u0001'),
        (json, at, put) => {
          const place = at % (json.length + 1);
          for (const text of [json, json.slice(0, place) + put + json.slice(place + 1)]) {
            assert.deepEqual(
              outcome(() => parseJson(text)),
              outcome(() => new JsonReader(text).read()),
            );
            assert.equal(outcome(() => parseJson(text)) === 'refused', outcome(() => JSON.parse(text)) === 'refused');
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('of an object property prints to itself once it is printed', () => {
    fc.assert(
      fc.property(tree, (value) => {
        const stored = printObjectProperty(value);
        assert.equal(printObjectProperty(parseJson(stored)), stored);
      }),
      { numRuns: 200 },
    );
  });
});

function outcome(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return 'refused';
  }
}
