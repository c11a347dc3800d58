import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { coreFailures } from '../failures.ts';
import { printDefaultError, printProjectError, reasonPhrase } from './error-json.ts';

describe('printProjectError', () => {
  it('prints the reference members in their order, then the code and the retry rule', () => {
    assert.equal(
      printProjectError({
        timestampMs: 1_775_001_600_000,
        status: 400,
        error: reasonPhrase(400),
        message: 'For input string: "abc"',
        code: 'cast-failed',
        retry: 'never',
      }),
      '{"timestamp":1775001600000,"status":400,"error":"Bad Request","message":"For input string: \\"abc\\"","code":"cast-failed","retry":"never"}',
    );
  });
});

describe('printDefaultError', () => {
  it('prints an ISO time with an offset of zero', () => {
    assert.equal(
      printDefaultError({
        timestampMs: Date.UTC(2026, 3, 1),
        path: '/graph/x',
        status: 500,
        error: reasonPhrase(500),
        requestId: 'abc-1',
        code: 'store-failed',
        retry: 'later',
      }),
      '{"timestamp":"2026-04-01T00:00:00.000+00:00","path":"/graph/x","status":500,"error":"Internal Server Error",' +
        '"requestId":"abc-1","code":"store-failed","retry":"later"}',
    );
  });
});

describe('reasonPhrase', () => {
  it('knows the status of every failure of the core', () => {
    for (const kind of Object.values(coreFailures))
      assert.doesNotMatch(reasonPhrase(kind.status), /^Status/, kind.code);
  });

  it('has words for a status that it does not know', () => assert.equal(reasonPhrase(499), 'Status 499'));
});
