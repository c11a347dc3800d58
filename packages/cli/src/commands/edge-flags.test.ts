import assert from 'node:assert/strict';
import test from 'node:test';
import { parseArguments } from '../arguments/parse-arguments.ts';
import { EDGE_FLAGS, PROPERTY_FLAGS, propertiesOf, versionOf } from './edge-flags.ts';
import { parseCache, parseIndex, parseProperty } from './table-shorthand.ts';

function parse(...args: readonly string[]) {
  return parseArguments(args, { positionals: [], flags: [...EDGE_FLAGS, ...PROPERTY_FLAGS] });
}

test('properties are a JSON object, single texts, or single JSON values', () => {
  const args = parse('--properties', '{"at":9007199254740993,"x":1}', '--property', 'x=a=b', '--property', 'y:=null');
  assert.deepEqual(propertiesOf(args), { at: 9007199254740993n, x: 'a=b', y: null });
  assert.throws(() => propertiesOf(parse('--property', 'color')), {
    message: /--property is "color"; expected NAME=VALUE/,
  });
  assert.throws(() => propertiesOf(parse('--property', 'y:=red')), { message: /--property y is red; expected JSON/ });
  assert.throws(() => propertiesOf(parse('--properties', '[1]')), {
    message: /--properties is \[1\]; expected a JSON object/,
  });
});

test('a version is an integer of 64 bits, or the time', () => {
  assert.equal(
    versionOf(parse('--version', '9007199254740993'), () => 5),
    9007199254740993n,
  );
  assert.equal(
    versionOf(parse('--version', 'now'), () => 5),
    5n,
  );
  assert.equal(
    versionOf(parse(), () => 5),
    5n,
  );
  assert.throws(() => versionOf(parse('--version', '1.5'), () => 5), {
    message: /--version is "1.5"; expected an integer/,
  });
});

test('properties, indexes and caches are declared in short', () => {
  assert.deepEqual(parseProperty('at:long!', '--property'), { name: 'at', type: 'long', nullable: false });
  assert.deepEqual(parseProperty('color:STRING', '--property'), { name: 'color', type: 'string', nullable: true });
  const fields = [
    { field: 'at', order: 'DESC' },
    { field: 'color', order: 'ASC' },
  ];
  assert.deepEqual(parseIndex('newest=at:desc,color', '--index'), { index: 'newest', fields });
  assert.deepEqual(parseCache('top=at:desc,color:asc@50', '--cache'), { cache: 'top', fields, limit: 50 });
  assert.throws(() => parseProperty('at:lnog', '--property'), { message: /has the type "lnog".* Did you mean long\?/ });
  assert.throws(() => parseIndex('newest=at:down', '--index'), { message: /"at:down" is no field/ });
  assert.throws(() => parseIndex('newest', '--index'), { message: /--index is "newest"; expected NAME=/ });
});
