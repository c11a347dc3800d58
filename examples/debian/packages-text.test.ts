import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PackageParagraph, parseRelations, type Relation, readParagraphs } from './packages-text.ts';

async function read(text: string): Promise<PackageParagraph[]> {
  async function* lines(): AsyncGenerator<string> {
    yield* text.split('\n');
  }
  return Array.fromAsync(readParagraphs(lines()));
}

function aRelation(relation: Partial<Relation>): Relation {
  const none = { position: 0, alternative: 0, constraint: null, qualifier: null, restriction: null };
  return { name: 'a', ...none, ...relation };
}

test('paragraphs are parted by blank lines, also of spaces and tabs, and the last one needs none', async () => {
  const names = (await read('Package: a\n\n\n\nPackage: b\n \t\nPackage: c')).map(({ name }) => name);
  assert.deepEqual(names, ['a', 'b', 'c']);
});

test('a paragraph has its name, its version and its relation fields, and no other field', async () => {
  const text = 'Package: a\nVersion: 1:2.0~rc1\nSection: net\nDepends: b\nProvides: c\nBuilt-Using: d';
  assert.deepEqual(await read(text), [{ name: 'a', version: '1:2.0~rc1', relations: new Map([['Depends', 'b']]) }]);
});

test('a paragraph without a package is left out, and a package may have no version', async () => {
  assert.deepEqual(await read('Depends: x\n\nPackage: a'), [{ name: 'a', version: null, relations: new Map() }]);
});

test('continuation lines belong to the field above them, whatever they look like', async () => {
  const [paragraph] = await read(
    'Package: a\nDepends: b,\n c\n\td\nDescription: x\n Depends: not-a-field\n .\nSuggests: e',
  );
  assert.deepEqual(
    paragraph?.relations,
    new Map([
      ['Depends', 'b, c d'],
      ['Suggests', 'e'],
    ]),
  );
});

test('field names compare without case', async () => {
  const [paragraph] = await read('PACKAGE: a\npre-depends: b');
  assert.deepEqual(paragraph, { name: 'a', version: null, relations: new Map([['Pre-Depends', 'b']]) });
});

test('a field that comes twice has both values', async () => {
  const [paragraph] = await read('Package: a\nDepends: b\nDepends: c');
  assert.equal(paragraph?.relations.get('Depends'), 'b, c');
});

test('carriage returns before line feeds are no part of a value', async () => {
  assert.deepEqual(await read('Package: a\r\nDepends: b\r\n\r\nPackage: c\r\n'), [
    { name: 'a', version: null, relations: new Map([['Depends', 'b']]) },
    { name: 'c', version: null, relations: new Map() },
  ]);
});

const relationCases: readonly (readonly [string, readonly Partial<Relation>[]])[] = [
  ['', []],
  ['a', [{}]],
  ['a, b', [{}, { name: 'b', position: 1 }]],
  ['a | b, c', [{}, { name: 'b', alternative: 1 }, { name: 'c', position: 1 }]],
  ['a,, b,', [{}, { name: 'b', position: 2 }]],
  ['| a', [{ alternative: 1 }]],
  ['a (>= 1.2)', [{ constraint: '>= 1.2' }]],
  ['a(>=1.2)', [{ constraint: '>= 1.2' }]],
  ['a  (  <<   1:2.0~rc1-3  )', [{ constraint: '<< 1:2.0~rc1-3' }]],
  ['a (= 1)', [{ constraint: '= 1' }]],
  ['a (< 1)', [{ constraint: '< 1' }]],
  ['a (1)', [{ constraint: '1' }]],
  ['a:any', [{ qualifier: 'any' }]],
  ['a:amd64 (>> 1:1)', [{ qualifier: 'amd64', constraint: '>> 1:1' }]],
  ['a [amd64]', [{ restriction: '[amd64]' }]],
  ['a [!amd64  !i386]', [{ restriction: '[!amd64 !i386]' }]],
  ['a <!nocheck>', [{ restriction: '<!nocheck>' }]],
  ['a <!nocheck>  <stage1>', [{ restriction: '<!nocheck> <stage1>' }]],
  [
    'a:native (<< 2) [amd64] <!nodoc> | b',
    [
      { qualifier: 'native', constraint: '<< 2', restriction: '[amd64] <!nodoc>' },
      { name: 'b', alternative: 1 },
    ],
  ],
  ['libstdc++6', [{ name: 'libstdc++6' }]],
  ['lib.a-1.5+b', [{ name: 'lib.a-1.5+b' }]],
];

for (const [field, relations] of relationCases) {
  test(`the relation field "${field}" is read`, () => {
    assert.deepEqual(parseRelations(field), relations.map(aRelation));
  });
}
