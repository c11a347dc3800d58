import assert from 'node:assert/strict';
import test from 'node:test';
import { isLoopback } from './loopback.ts';

test('loopback addresses in all their spellings, and localhost, are of this computer', () => {
  for (const host of ['127.0.0.1', '127.9.8.7', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1', 'localhost']) {
    assert.equal(isLoopback(host), true, host);
  }
});

test('every other address and name is beyond it', () => {
  for (const host of [
    '0.0.0.0',
    '::',
    '10.0.0.1',
    '128.0.0.1',
    '::ffff:10.0.0.1',
    'localhost.example',
    'db',
    '127.0.0.1.example',
    '',
  ]) {
    assert.equal(isLoopback(host), false, host);
  }
});
