import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type EdgeState, INITIAL_STATE } from '../model/edge.ts';
import type { Table } from '../model/table.ts';
import { PROPERTY_TYPES } from '../model/value.ts';
import { aTable } from '../testing/a-table.ts';
import { valuesOfType } from '../testing/stored-values.ts';
import { KeyWriter } from './key-writer.ts';
import { MalformedBytes } from './malformed-bytes.ts';
import {
  CREATED_AT_CODE,
  DELETED_AT_CODE,
  decodeCount,
  decodeGroupCell,
  decodeIndexValue,
  decodeStateValue,
  encodeCount,
  encodeGroupCell,
  encodeIndexValue,
  encodeStateValue,
  indexValueOfState,
} from './row-value.ts';
import { hashText } from './xxhash32.ts';

const anyLong = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
/** Objects as our code makes them. */
const PLAIN = { noNullPrototype: true };

const anyTable = fc
  .array(fc.constantFrom(...PROPERTY_TYPES), { maxLength: 5 })
  .map((types) => aTable({ fields: Object.fromEntries(types.map((type, i) => [`f${i}`, type])) }));

const tableAndState = anyTable.chain((table) => fc.tuple(fc.constant(table), stateOf(table)));
const tableAndValues = anyTable.chain((table) =>
  fc.tuple(
    fc.constant(table),
    fc.tuple(...table.fields.map((field) => fc.option(valueOrNull(field), { nil: undefined }))),
  ),
);

describe('index values that are made of a state as it is stored', () => {
  it('are those that are made of the state itself', () => {
    fc.assert(
      fc.property(tableAndState, ([table, state]) => {
        const values = state.properties.map((cell) => cell?.value);
        const bytes = indexValueOfState(encodeStateValue(table, state));
        assert.deepEqual(bytes, encodeIndexValue(table, state.version, values));
      }),
      { numRuns: 200 },
    );
  });

  it('say what the state says under any other fields', () => {
    fc.assert(
      fc.property(tableAndState, anyTable, ([table, state], other) => {
        const stored = encodeStateValue(table, state);
        const { version, properties } = decodeStateValue(other, stored);
        const values = properties.map((cell) => cell?.value);
        assert.deepEqual(decodeIndexValue(other, indexValueOfState(stored)), { version, values });
      }),
      { numRuns: 200 },
    );
  });
});

describe('state values', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(tableAndState, ([table, state]) => {
        assert.deepEqual(decodeStateValue(table, encodeStateValue(table, state)), state);
      }),
      { numRuns: 200 },
    );
  });

  it('of the initial state come back with a place per field', () => {
    const decoded = decodeStateValue(aTable(), encodeStateValue(aTable(), INITIAL_STATE));
    assert.deepEqual(decoded, { ...INITIAL_STATE, properties: [undefined] });
  });

  it('lose the properties that the table does not know any more, and convert those of another type', () => {
    const before = aTable({ fields: { gone: 'string', kept: 'int', widened: 'int', text: 'string' } });
    const now = aTable({ fields: { added: 'long', text: 'long', widened: 'long', kept: 'int' } });
    const cell = (value: string | number) => ({ version: 3n, value });
    const state = { ...INITIAL_STATE, properties: [cell('x'), cell(1), cell(2), cell('12')] };
    assert.deepEqual(decodeStateValue(now, encodeStateValue(before, state)).properties, [
      undefined,
      { version: 3n, value: 12n },
      { version: 3n, value: 2n },
      { version: 3n, value: 1 },
    ]);
  });

  it('with the old code 2 are inactive, and other codes are malformed', () => {
    const bytes = encodeStateValue(aTable(), INITIAL_STATE);
    assert.equal(decodeStateValue(aTable(), withByte(bytes, 1, 0x82)).active, false);
    assert.throws(() => decodeStateValue(aTable(), withByte(bytes, 1, 0x83)), /3 is no activity code/);
    assert.throws(() => decodeStateValue(aTable(), withByte(bytes, 1, 0x7f)), MalformedBytes);
  });

  it('may hold a time that is null', () => {
    const writer = new KeyWriter();
    writer.writeInt8(1);
    writer.writeInt64(1n);
    writer.writeInt32(DELETED_AT_CODE);
    writer.writeNull();
    writer.writeInt64(5n);
    assert.equal(decodeStateValue(aTable(), writer.take()).deletedAt, null);
  });

  it('name their times by the hashes of the reference', () => {
    assert.equal(hashText('__InsertTs__'), CREATED_AT_CODE);
    assert.equal(hashText('__DeleteTs__'), DELETED_AT_CODE);
  });
});

describe('index values', () => {
  it('come back as they were, missing and null values told apart', () => {
    fc.assert(
      fc.property(tableAndValues, anyLong, ([table, values], version) => {
        const bytes = encodeIndexValue(table, version, values);
        assert.deepEqual(decodeIndexValue(table, bytes), { version, values });
      }),
      { numRuns: 200 },
    );
  });
});

describe('stored values', () => {
  it('are read from any bytes, or MalformedBytes is thrown', () => {
    const changed = fc
      .tuple(tableAndState, fc.nat(), fc.integer({ min: 0, max: 255 }))
      .map(([[table, state], at, byte]): [Table, Uint8Array] => {
        const bytes = encodeStateValue(table, state);
        return [table, withByte(bytes, at % bytes.length, byte)];
      });
    fc.assert(
      fc.property(fc.oneof(changed, fc.tuple(anyTable, fc.uint8Array({ maxLength: 40 }))), ([table, bytes]) => {
        for (const decode of [decodeStateValue, decodeIndexValue]) {
          try {
            decode(table, bytes);
          } catch (error) {
            assert.ok(error instanceof MalformedBytes, String(error));
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('counts and group cells', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(anyLong, fc.maxSafeInteger(), (sum, lastMs) => {
        assert.equal(decodeCount(encodeCount(sum)), sum);
        assert.deepEqual(decodeGroupCell(encodeGroupCell({ sum, lastMs })), { sum, lastMs });
        assert.deepEqual(decodeGroupCell(encodeCount(sum)), { sum, lastMs: 0 });
      }),
      { numRuns: 100 },
    );
  });

  it('of another length are malformed', () => {
    assert.throws(() => decodeCount(new Uint8Array(7)), MalformedBytes);
    assert.throws(() => decodeGroupCell(new Uint8Array(9)), MalformedBytes);
    assert.throws(() => decodeGroupCell(new Uint8Array(16).fill(0x7f)), MalformedBytes);
  });

  it('are laid out as documented', () => {
    const hex = Buffer.from(encodeGroupCell({ sum: 3n, lastMs: 1737377177245 })).toString('hex');
    assert.equal(hex, '00000000000000030000019483bfde9d');
  });
});

function stateOf(table: Table): fc.Arbitrary<EdgeState> {
  const cells = table.fields.map((field) =>
    fc.option(fc.record({ version: anyLong, value: valueOrNull(field) }, PLAIN), { nil: undefined }),
  );
  return fc.record(
    {
      active: fc.boolean(),
      version: anyLong,
      createdAt: fc.option(anyLong),
      deletedAt: fc.option(anyLong),
      properties: fc.tuple(...cells),
    },
    PLAIN,
  );
}

function valueOrNull(field: Table['fields'][number]) {
  return fc.option(valuesOfType[field.type]);
}

function withByte(bytes: Uint8Array, at: number, byte: number): Uint8Array {
  return bytes.with(at, byte);
}
