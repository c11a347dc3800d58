import assert from 'node:assert/strict';
import { send } from '@actionbase/server/testing/send';
import { type CompatibilityArea, fixed, same, shownBy } from '../compatibility-case.ts';
import { all, answers, get, post, put, refuses, remove } from '../expectations.ts';
import { V3, WISH } from '../shop.ts';

const REFUSALS_TEST = 'packages/server/src/refusals.test.ts';

/** Error bodies, and which cause gives which. */
export const ERRORS: CompatibilityArea = {
  title: '8.1–8.4 errors',
  cases: [
    fixed(
      'the project body: timestamp in milliseconds, status, error, message',
      'two members follow: code, which never changes, and retry; the message is ours and names field, value and what is allowed',
      shownBy(REFUSALS_TEST, 'an error body has the members of the reference in their order, then the code'),
    ),
    fixed(
      'the default body: timestamp as ISO text, path, status, error, requestId',
      'two members follow: code and retry',
      answers(
        get('/nowhere', { 'x-request-id': 'r-1' }),
        404,
        /^\{"timestamp":"[\d-]{10}T[\d:.]{12}\+00:00","path":"\/nowhere","status":404,"error":"Not Found","requestId":"r-1","code":"unknown-path","retry":"never"\}$/,
      ),
    ),
    same(
      'causes of 400, 403, 404, 405, 406 and 415 have the status of the reference',
      shownBy(
        REFUSALS_TEST,
        'L8 refused requests say why and change nothing: neither log nor rows nor feed nor catalog',
      ),
    ),
    fixed(
      'malformed JSON',
      '400 that says where it ends or breaks, instead of "Failed to read HTTP message"',
      refuses(post(`${WISH}/edges`, '{"mutations":['), 'malformed-json', /character 14/),
    ),
    fixed(
      'a member that is missing, or of the wrong type',
      '400 that names all of them with their paths',
      refuses(
        post('/graph/v3/query', '{"query":[{"type":"HOP"}],"stats":["NONE"]}'),
        'malformed-json',
        /stats\[0\].*query\[0\]\.type/,
      ),
    ),
    same('no body is 400 with "No request body"', async (site) => {
      const { status, text } = await send(site, { method: 'POST', path: `${WISH}/edges` });
      assert.equal(status, 400);
      assert.match(text, /"message":"[^"]*No request body/);
    }),
    same(
      'another content type is 415 with the default body',
      answers(
        post(V3, '{}', { 'content-type': 'text/plain' }),
        415,
        /^\{"timestamp":"[^"]+","path":"\/graph\/v3\/databases","status":415,"error":"Unsupported Media Type",/,
      ),
    ),
    same(
      'an unknown path is 404, an unmapped method 405, both with the default body',
      all(
        answers(get('/graph/v3/nope'), 404, /"status":404,"error":"Not Found","requestId":/),
        answers(remove(V3), 405, /"status":405,"error":"Method Not Allowed","requestId":/),
      ),
    ),
    same(
      'a missing parameter is 400 and named',
      refuses(
        get(`${WISH}/edges/scan/newest?direction=OUT`),
        'missing-parameter',
        /Required query parameter 'start' is not present\./,
      ),
    ),
    fixed(
      'a parameter that does not fit',
      '400 that names it, its value and what is allowed, instead of "Type mismatch."',
      refuses(
        get(`${WISH}/edges/scan/newest?start=7&direction=out`),
        'invalid-parameter',
        /direction is "out"; allowed is OUT or IN/,
      ),
    ),
    same(
      'DDL preconditions are JSON text inside the message',
      refuses(
        remove(WISH),
        'precondition-failed',
        /^\{"status":"BAD_REQUEST","message":"ddl create failed\.\.\.\\nentity not deactivate : shop\.wish"\}$/,
      ),
    ),
    same(
      'a miss of a metadata GET or PUT is 404 with an empty body',
      all(answers(get(`${V3}/none`), 404, ''), answers(put(`${V3}/none`, {}), 404, '')),
    ),
    fixed(
      'a cast that fails',
      '400 with field, value and type wherever it happens; the reference has 400 or 500 and four texts',
      all(
        refuses(get(`${WISH}/edges/get?source=x&target=a`), 'cast-failed', /source: "x" cannot be cast to long/),
        refuses(
          get(`${WISH}/edges/scan/newest?start=x&direction=OUT`),
          'cast-failed',
          /start: "x" cannot be cast to long/,
        ),
        refuses(
          get(`${WISH}/edges/seek/top?start=x&direction=OUT`),
          'cast-failed',
          /start: "x" cannot be cast to long/,
        ),
      ),
    ),
    fixed(
      'failures of log and store',
      '503 or 507 with a code and whether to try again, instead of a bare 500',
      shownBy(
        'packages/engine/src/engine.test.ts',
        'L9 a store that refuses writes: what was durable is answered unknown-outcome and applied as soon as it can be',
      ),
    ),
    fixed(
      'the time-out of a request after five minutes',
      'no request waits so long: when too many wait, the next one is refused at once',
      shownBy(
        'packages/engine/src/engine.test.ts',
        'more waiting mutations than the limit are refused as overloaded, and those taken are all applied',
      ),
    ),
    same(
      'a mistake of the server is 500 with the default body, without its details',
      shownBy(
        'packages/server/src/server.test.ts',
        'a mistake of the server is a bare 500, and its details are told under the request id',
      ),
    ),
  ],
};
