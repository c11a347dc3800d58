import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseJson } from '../codec/json-text.ts';
import { Failure } from '../failure.ts';
import { aTable } from '../testing/a-table.ts';
import { castLoad, parseLoad } from './load-json.ts';

const table = aTable({
  sourceType: 'long',
  targetType: 'string',
  fields: { at: 'long', color: 'string', share: 'double' },
});
const sized = aTable({ sourceType: 'long', targetType: 'string', fields: { at: 'long', size: 'byte' } });
const orders = aTable({ idType: 'long', fields: { price: 'long' } });

function load(text: string, of = table) {
  return castLoad(of, parseLoad(parseJson(text), of.kind, 3));
}

function refusal(text: string, of = table): string {
  try {
    load(text, of);
  } catch (error) {
    assert.ok(error instanceof Failure);
    return `${error.code}: ${error.message}`;
  }
  return 'taken';
}

describe('the rows of a load', () => {
  it('become INSERTs with all properties, those that are not named unset', () => {
    const [edge] = load('{"properties": ["color", "at"], "rows": [[9007199254740993, 7, "lamp", "red", 1e3]]}');
    assert.deepEqual(edge, {
      key: { kind: 'edge', source: 7n, target: 'lamp' },
      events: [{ type: 'INSERT', version: 9_007_199_254_740_993n, properties: [1_000n, 'red', null] }],
    });
  });

  it('are cast as those of a mutation', () => {
    const [edge] = load('{"properties": ["at", "share"], "rows": [["12", "7", 5, "-8", "1.5"]]}');
    assert.deepEqual(edge?.key, { kind: 'edge', source: 7n, target: '5' });
    assert.deepEqual(edge?.events[0]?.properties, [-8n, null, 1.5]);
  });

  it('of multi edges have an id, and their ends are the hidden properties', () => {
    const [edge] = load('{"properties": ["price"], "rows": [[1, 100, "a", null, 5]]}', orders);
    assert.deepEqual(edge?.key, { kind: 'multiEdge', id: 100n });
    assert.deepEqual(edge?.events[0]?.properties, ['a', null, 5n]);
  });

  it('are refused by row and field', () => {
    const of = (row: string): string => refusal(`{"properties": ["at"], "rows": [[1, 7, "a", 5], ${row}]}`);
    assert.equal(of('[1, "x", "a", 5]'), 'cast-failed: rows[1].source: "x" cannot be cast to long');
    assert.equal(of('[1, 7, "a", true]'), 'cast-failed: rows[1].at: true cannot be cast to long');
    assert.equal(of('[1, 7, null, 5]'), 'malformed-json: rows[1].target is missing or null');
    assert.equal(of('[{}, 7, "a", 5]'), 'malformed-json: rows[1].version is an object; expected a 64-bit integer');
    const expected = 'expected an array of 4: version, source, target and the properties';
    assert.equal(of('[1, 7, "a"]'), `malformed-json: rows[1] is an array of 3; ${expected}`);
    assert.equal(of('7'), `malformed-json: rows[1] is 7; ${expected}`);
  });

  it('are refused for a number beyond its integer type, which a mutation would wrap', () => {
    const long = 'cannot be cast to long: it is not within 64 bits';
    const rows: readonly (readonly [row: string, message: string])[] = [
      ['[1, 18446744073709551617, "a", 5, 5]', `rows[0].source: 18446744073709551617 ${long}`],
      ['[1, 9223372036854775808, "a", 5, 5]', `rows[0].source: 9223372036854775808 ${long}`],
      ['[1, 7, "a", -9223372036854775809, 5]', `rows[0].at: -9223372036854775809 ${long}`],
      ['[1, 7, "a", 1e300, 5]', `rows[0].at: 1e300 ${long}`],
      ['[1, 7, "a", 1e400, 5]', `rows[0].at: 1e400 ${long}`],
      ['[1, 7, "a", 5, 128]', 'rows[0].size: 128 cannot be cast to byte: it is not within 8 bits'],
    ];
    for (const [row, message] of rows) {
      assert.equal(refusal(`{"properties": ["at", "size"], "rows": [${row}]}`, sized), `cast-failed: ${message}`);
    }
    const [edge] = load(
      '{"properties": ["at", "size"], "rows": [[1, -9223372036854775808, 18446744073709551617, 9223372036854775807, -128.9]]}',
      sized,
    );
    assert.deepEqual(edge?.key, { kind: 'edge', source: -(2n ** 63n), target: '18446744073709551617' });
    assert.deepEqual(edge?.events[0]?.properties, [2n ** 63n - 1n, -128]);
    assert.match(refusal('{"properties": [], "rows": [[1, 9223372036854775808, "a", "b"]]}', orders), /rows\[0\]\.id/);
  });

  it('are refused for properties that the table does not have, or that come twice', () => {
    const message = 'properties[1] is "colour"; the table has no such property';
    assert.equal(refusal('{"properties": ["at", "colour"], "rows": []}'), `malformed-json: ${message}`);
    assert.equal(
      refusal('{"properties": ["at", "at"], "rows": []}'),
      'malformed-json: properties[1] is "at" a second time',
    );
    assert.match(refusal('{"properties": ["_source"], "rows": []}', orders), /no such property/);
  });

  it('are refused when they are too many, or no rows', () => {
    assert.match(
      refusal('{"properties": [], "rows": [[], [], [], []]}'),
      /^too-many-items: rows has 4 items; at most 3/,
    );
    assert.equal(refusal('{"properties": []}'), 'malformed-json: rows is missing; expected an array');
  });
});
