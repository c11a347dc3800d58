/** Goal: the example runs as its README says. Method: the program itself, on a server of its own and on one that runs. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { ActionbaseClient } from '@actionbase/client';
import { ExampleServer } from '../driver/example-server.ts';
import { feedByCalls, feedInOneQuery } from './feed.ts';
import { runTour } from './run-tour.ts';

async function run(...flags: readonly string[]) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...flags], { stdio: 'pipe' });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code, out, err };
}

test('the tour ends well, and its feed has the posts of those whom you follow, newest first', async () => {
  const { code, out, err } = await run();
  assert.equal(code, 0, err);
  assert.match(
    out,
    /11 calls and by one query alike:\n.* post 4 of @em3s, 0 likes\n(?:.*\n){2}.* post 1 of @j4rami, 1 likes\n/,
  );
  assert.match(out, /0 followers, 1 following, post 5\.\n$/);
});

test('on a server that runs: the first tour ends well, another one on its database is refused with a sentence', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'actionbase-social-'));
  try {
    await using server = await ExampleServer.start(folder);
    assert.equal((await run('--url', server.url, '--database', 'mine')).code, 0);
    const again = await run('--url', server.url, '--database', 'mine');
    assert.equal(again.code, 1);
    assert.match(again.err, /mine/);
    assert.doesNotMatch(again.err, /\n {4}at /);
    await assertCalls(server.url);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  }
});

test('a flag that nobody knows ends with a sentence', async () => {
  const { code, err } = await run('--nonsense');
  assert.equal(code, 1);
  assert.doesNotMatch(err, /\n {4}at /);
});

/** A feed by calls takes 1 + followees + 2 × posts of them: after the tour, one followee with three posts. */
async function assertCalls(url: string): Promise<void> {
  let calls = 0;
  const counting: typeof fetch = (input, init) => {
    calls += 1;
    return fetch(input, init);
  };
  const client = new ActionbaseClient({ url, fetch: counting });
  const nowMs = (
    (last) => () =>
      ++last
  )(2_000_000_000_000);
  await runTour({ client, database: 'counted', tell: () => undefined, nowMs });
  const [posts, likes, follows] = ['user_posts', 'user_likes', 'user_follows'].map((name) =>
    client.table('counted', name),
  );
  assert.ok(posts !== undefined && likes !== undefined && follows !== undefined);
  const tables = { database: 'counted', posts, likes, follows };
  calls = 0;
  const byCalls = await feedByCalls(tables, 'zipdoki');
  assert.deepEqual([byCalls.length, calls], [3, 1 + 1 + 2 * 3]);
  calls = 0;
  assert.deepEqual(await feedInOneQuery(client, tables, 'zipdoki'), byCalls);
  assert.equal(calls, 1);
}
