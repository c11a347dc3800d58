/**
 * Goal: the reference's command line and its guided tour work against this server. Method: every request that they send, in
 * the order of a user's first minutes, with the headers and bodies of their client; the answers hold what they read.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { LIKES_CALLS, SOCIAL_CALLS } from './testing/command-line-calls.ts';
import { send } from './testing/send.ts';
import { startTestServer } from './testing/test-server.ts';

for (const [name, calls] of [
  ['the preset likes and every command once', LIKES_CALLS],
  ['the preset build-your-social-app and the guided tour', SOCIAL_CALLS],
] as const) {
  test(`the reference’s command line is served: ${name}`, async () => {
    await using server = await startTestServer();
    for (const call of calls) {
      const { status, text } = await send(server, call);
      assert.equal(status, call.status ?? 200, `${call.command}: ${text}`);
      assert.match(text, call.part, call.command);
    }
    assert.deepEqual(server.notices, []);
  });
}
