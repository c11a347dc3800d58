import assert from 'node:assert/strict';
import test from 'node:test';
import { acceptsJson } from './accept.ts';

test('JSON is acceptable unless the header leaves it out or gives it no weight', () => {
  for (const accept of [
    undefined,
    '',
    '*/*',
    'application/json',
    'text/html, application/json;q=0.9',
    'Application/*',
    'text/html,*/*;q=0.8',
  ]) {
    assert.equal(acceptsJson(accept), true, String(accept));
  }
  for (const accept of ['application/xml', 'text/*', 'application/json;q=0', '*/*; q=0.0']) {
    assert.equal(acceptsJson(accept), false, accept);
  }
});
