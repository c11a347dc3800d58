import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DependencyProperties, edgesOfPackage } from './dependency-edges.ts';
import type { RelationKind } from './packages-text.ts';

function propertiesOf(fields: Readonly<Partial<Record<RelationKind, string>>>): Record<string, DependencyProperties> {
  const relations = new Map(Object.entries(fields) as [RelationKind, string][]);
  const edges = edgesOfPackage({ name: 'p', version: '1', relations }, 7);
  return Object.fromEntries(edges.map(({ target, properties }) => [target, properties]));
}

test('an edge leads from the package to what it names, with the place of the paragraph as its version', () => {
  const relations = new Map<RelationKind, string>([['Depends', 'a:any | b (>= 2)']]);
  const none = { constraint: null, qualifier: null, restriction: null };
  const common = { kind: 'Depends', position: 0, kinds: 'Depends', times: 1, packageVersion: '1' };
  assert.deepEqual(edgesOfPackage({ name: 'p', version: '1', relations }, 7), [
    { version: 7, source: 'p', target: 'a', properties: { ...none, ...common, alternative: 0, qualifier: 'any' } },
    { version: 7, source: 'p', target: 'b', properties: { ...none, ...common, alternative: 1, constraint: '>= 2' } },
  ]);
});

test('a name in several fields is one edge of the most binding kind, whatever the order of the fields', () => {
  const { a } = propertiesOf({ Replaces: 'a (<< 3)', Suggests: 'b, a', Conflicts: 'a', Recommends: 'c, d, a (>= 1)' });
  assert.deepEqual(a, {
    kind: 'Recommends',
    position: 2,
    alternative: 0,
    constraint: '>= 1',
    qualifier: null,
    restriction: null,
    kinds: 'Recommends, Suggests, Conflicts, Replaces',
    times: 4,
    packageVersion: '1',
  });
});

test('a name twice in its most binding field has the first place and the distinct constraints', () => {
  const { a } = propertiesOf({ Depends: 'b, a (>= 1), c, a (<< 2) | a (>= 1)', Suggests: 'a (= 9)' });
  assert.equal(a?.position, 1);
  assert.equal(a?.constraint, '>= 1, << 2');
  assert.equal(a?.times, 4);
});

test('a package without relations has no edges, and one may name itself', () => {
  assert.deepEqual(propertiesOf({}), {});
  assert.deepEqual(Object.keys(propertiesOf({ Conflicts: 'p' })), ['p']);
});
