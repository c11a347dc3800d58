import assert from 'node:assert/strict';
import test from 'node:test';
import { BACK_OFF_MS_MAX, backOffMs, parseRetryAfter, planRetry, retryRuleOf } from './retry-plan.ts';

const FAILED = {
  status: 503,
  retry: 'later',
  attempt: 1,
  retries: 3,
  repeatable: true,
  leftMs: 10_000,
  random: 0,
} as const;

test('the rule is that of the code where it is known, else that of the status', () => {
  assert.equal(retryRuleOf(409, 'schema-changed'), 'later');
  assert.equal(retryRuleOf(400, 'cast-failed'), 'never');
  assert.equal(retryRuleOf(503, 'unknown-outcome'), 'unknown-outcome');
  assert.equal(retryRuleOf(503, 'overloaded'), 'later');
  assert.equal(retryRuleOf(500, 'internal-error'), 'unknown-outcome');
  assert.equal(retryRuleOf(504, 'http-504'), 'unknown-outcome');
  assert.equal(retryRuleOf(501, 'http-501'), 'never');
  assert.equal(retryRuleOf(404, 'not-found'), 'never');
});

test('what may be sent later is sent again after a wait that doubles', () => {
  assert.equal(planRetry(FAILED), 100);
  assert.equal(planRetry({ ...FAILED, attempt: 3 }), 400);
  assert.equal(planRetry({ ...FAILED, attempt: 4 }), undefined);
  assert.equal(backOffMs(50, 0), BACK_OFF_MS_MAX);
  assert.equal(backOffMs(1, 1), 50);
});

test('the wait is as long as the server asks, and none that ends after the deadline begins', () => {
  assert.equal(planRetry({ ...FAILED, retryAfterMs: 2_000 }), 2_000);
  assert.equal(planRetry({ ...FAILED, retryAfterMs: 10_000 }), undefined);
  assert.equal(planRetry({ ...FAILED, leftMs: 100 }), undefined);
});

test('an unknown outcome is tried again only where a second sending does no harm', () => {
  assert.equal(planRetry({ ...FAILED, retry: 'unknown-outcome' }), 100);
  assert.equal(planRetry({ ...FAILED, retry: 'unknown-outcome', repeatable: false }), undefined);
});

test('a 4xx is never sent again, whatever its rule', () => {
  assert.equal(planRetry({ ...FAILED, status: 409 }), undefined);
  assert.equal(planRetry({ ...FAILED, status: 429 }), undefined);
});

test('Retry-After is read as seconds or as a date', () => {
  assert.equal(parseRetryAfter('3', 0), 3_000);
  assert.equal(parseRetryAfter('Thu, 01 Jan 1970 00:00:10 GMT', 4_000), 6_000);
  assert.equal(parseRetryAfter('Thu, 01 Jan 1970 00:00:10 GMT', 40_000), 0);
  assert.equal(parseRetryAfter('soon', 0), undefined);
  assert.equal(parseRetryAfter(null, 0), undefined);
});
