import assert from 'node:assert/strict';
import test from 'node:test';
import { BrokenInvariant, Failure } from '@actionbase/core/failure';
import { type Place, parameterNames, Router } from './router.ts';

const places: readonly Place[] = [
  { method: 'GET', template: '/' },
  { method: 'GET', template: '/a' },
  { method: 'POST', template: '/a' },
  { method: 'PUT', template: '/a/{name}' },
  { method: 'GET', template: '/a/{name}/b/{other}' },
  { method: 'POST', template: '/a/{name}/b/get' },
];
const router = new Router(places);

function found(method: string, path: string): readonly string[] | string {
  const match = router.find(method, path);
  return match.kind === 'found' ? [match.route.template, ...match.parameters] : match.kind;
}

test('a path leads to the route of its template, with what stands in the places of names', () => {
  assert.deepEqual(found('GET', '/'), ['/']);
  assert.deepEqual(found('POST', '/a'), ['/a']);
  assert.deepEqual(found('PUT', '/a/x'), ['/a/{name}', 'x']);
  assert.deepEqual(found('GET', '/a/x/b/y'), ['/a/{name}/b/{other}', 'x', 'y']);
});

test('a literal segment goes before a name', () => {
  assert.deepEqual(found('POST', '/a/x/b/get'), ['/a/{name}/b/get', 'x']);
  assert.equal(found('GET', '/a/x/b/get'), 'wrong-method');
});

test('HEAD is answered by the route of GET', () => {
  assert.deepEqual(found('HEAD', '/a'), ['/a']);
  assert.equal(found('HEAD', '/a/x'), 'wrong-method');
});

test('a path that exists without the method says which methods it has', () => {
  assert.deepEqual(router.find('DELETE', '/a'), { kind: 'wrong-method', allow: 'GET,HEAD,POST,OPTIONS' });
  assert.deepEqual(router.find('OPTIONS', '/a/x'), { kind: 'options', allow: 'PUT,OPTIONS' });
});

test('a path that is only the beginning of a route, an empty segment and a trailing slash are unknown', () => {
  for (const path of ['/a/x/b', '/a/', '/a//b/y', '//', '/a/x/b/y/', '', '*', 'xa', '/A']) {
    assert.equal(router.find('GET', path).kind, 'unknown-path', path);
  }
});

test('segments are decoded one by one, so an encoded slash stays within its segment', () => {
  assert.deepEqual(found('PUT', '/a/x%2Fy%20z'), ['/a/{name}', 'x/y z']);
  assert.deepEqual(found('GET', '/%61'), ['/a']);
  assert.deepEqual(found('PUT', '/a/__proto__'), ['/a/{name}', '__proto__']);
});

test('a segment that is not percent-encoded UTF-8 is refused', () => {
  assert.throws(
    () => router.find('PUT', '/a/%e4'),
    (error) => error instanceof Failure && error.code === 'invalid-parameter',
  );
});

test('two routes with one method and one template are refused', () => {
  assert.throws(() => new Router([...places, { method: 'PUT', template: '/a/{same}' }]), BrokenInvariant);
});

test('the names of a template come in their order', () => {
  assert.deepEqual(parameterNames('/a/{name}/b/{other}'), ['name', 'other']);
});
