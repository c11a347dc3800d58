import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type CommandLineCall, LIKES_CALLS, SOCIAL_CALLS } from '@actionbase/server/testing/command-line-calls';
import { send } from '@actionbase/server/testing/send';
import {
  type Check,
  type CompatibilityArea,
  type CompatibilityCase,
  not,
  same,
  shownBy,
} from '../compatibility-case.ts';
import { all, answers, get } from '../expectations.ts';

const SERVICE = '/graph/v2/service';
const TABLE = '/graph/v3/databases/likes/tables/likes/edges';

/** Each command of the reference's command line, the requests that it sends, and how it begins in the list of calls. */
const COMMANDS: readonly (readonly [string, string, readonly string[]])[] = [
  ['its start', 'actionbase --host', ['GET /graph/v3']],
  [
    'create database, and what a preset does',
    'load preset likes',
    [`POST ${SERVICE}/likes`, `POST ${SERVICE}/likes/label/likes`, `POST ${TABLE}`],
  ],
  ['create storage', 'create storage', ['POST /graph/v2/storage/st']],
  ['create table, of multi edges too', 'create table', [`POST ${SERVICE}/likes/label/orders`]],
  ['create alias', 'create alias', [`POST ${SERVICE}/likes/alias/fav`]],
  ['use database', 'use database likes', [`GET ${SERVICE}/likes`]],
  ['use database of one that is not there', 'use database none', [`GET ${SERVICE}/none`]],
  ['use alias', 'use alias', [`GET ${SERVICE}/likes/alias/fav`]],
  ['show databases', 'show databases', [`GET ${SERVICE}`]],
  ['show storages', 'show storages', ['GET /graph/v2/storage']],
  ['show tables', 'show tables', [`GET ${SERVICE}/likes/label`]],
  ['show aliases', 'show aliases', [`GET ${SERVICE}/likes/alias`]],
  ['use table, desc and show indices or groups', 'show indices', [`GET ${SERVICE}/likes/label/likes`]],
  ['mutate', 'mutate', [`POST ${TABLE}`]],
  ['get', 'get', [`GET ${TABLE}/get`]],
  ['scan', 'scan likes --index', [`GET ${TABLE}/scan/created_at_desc`]],
  [
    'scan with ranges, which it sends under a name of its own',
    'scan likes --ranges',
    [`GET ${TABLE}/scan/created_at_desc`],
  ],
  ['count, of an alias', 'count fav', ['GET /graph/v3/databases/likes/tables/fav/edges/counts']],
  ['count of BOTH, which is 400', 'count likes --direction BOTH', [`GET ${TABLE}/counts`]],
];

/** What the reference's command line and its guided tour need of a server. */
export const COMMAND_LINE: CompatibilityArea = {
  title: "9 the reference's command line",
  cases: [
    ...COMMANDS.map(commandCase),
    same(
      'its requests: no Accept, an empty Authorization, fields that it fills with null',
      shownBy('packages/server/src/command-line.test.ts', 'the reference’s command line is served: {name}'),
    ),
    same(
      'the guided tour: the preset build-your-social-app, the table of the user, what the web app asks',
      async (site) => {
        await using server = await site.start();
        await play(server, SOCIAL_CALLS);
      },
    ),
    same('the container waits for /actuator/health', answers(get('/actuator/health'), 200, '{"status":"UP"}')),
    not(
      'its proxy on port 9300 with POST /api/command',
      'it is a part of that program, which runs as it is; our own command has none',
      answers(get('/api/command'), 404, { code: 'unknown-path' }),
    ),
    not(
      'its texts, prompts, presets and time stamps',
      'our own command, actionbase, has its own: docs/cli.md',
      async () => assert.ok(existsSync(join(import.meta.dirname, '../../../docs/cli.md'))),
    ),
    not(
      'the standalone image',
      'npm start is the server, with durable data',
      all(answers(get('/graph/v3'), 200, '{"engine":"Actionbase"}')),
    ),
  ],
};

function commandCase([name, begin, requests]: (typeof COMMANDS)[number]): CompatibilityCase {
  const check: Check = async (site) => {
    await using server = await site.start();
    const played = await play(server, LIKES_CALLS);
    const sent = played.filter(({ command }) => command.startsWith(begin)).map(labelOf);
    for (const request of requests) assert.ok(sent.includes(request), `${begin} sends ${sent.join(', ')}`);
  };
  return same(`${name}: ${requests.join(', ')}`, check);
}

/** Sends the calls in their order, and looks at each answer for what the command line reads of it. */
async function play(
  server: { readonly port: number },
  calls: readonly CommandLineCall[],
): Promise<readonly CommandLineCall[]> {
  for (const call of calls) {
    const { status, text } = await send(server, call);
    assert.equal(status, call.status ?? 200, `${call.command}: ${text}`);
    assert.match(text, call.part, call.command);
  }
  return calls;
}

function labelOf({ method = 'GET', path }: CommandLineCall): string {
  return `${method} ${path.split('?')[0]}`;
}
