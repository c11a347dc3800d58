/** Goal: what is sent to close and to open a name. Method: a server of aliases in memory behind `fetch`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ActionbaseClient } from '@actionbase/client';
import { AliasFences } from './alias-fences.ts';

function made(...names: readonly string[]) {
  const calls: string[] = [];
  const aliases = new Map(names.map((alias) => [alias, { ...ALIAS, alias }]));
  const client = new ActionbaseClient({
    url: 'http://db.test',
    fetch: async (input, { method = 'GET', body } = {}) => {
      const { pathname } = new URL(String(input));
      if (pathname.endsWith('/cdc')) {
        calls.push('end');
        return new Response('{"position":"e1-p0-9"}\n');
      }
      const change: Record<string, unknown> = typeof body === 'string' ? JSON.parse(body) : {};
      const name = method === 'POST' ? String(change.alias) : (pathname.split('/').at(-1) ?? '');
      calls.push(`${method} ${name}${'active' in change ? ` ${change.active}` : ''}`);
      if (method === 'POST') aliases.set(name, { ...ALIAS, alias: name });
      const alias = aliases.get(name);
      if (alias === undefined) return new Response('', { status: 404 });
      const after = { ...alias, ...change };
      aliases.set(name, after);
      return new Response(JSON.stringify(after));
    },
  });
  return { calls, aliases, fences: new AliasFences(client, { database: 'shop', table: 'wish' }) };
}

const ALIAS = {
  ...{ tenant: 'ab', database: 'shop', alias: '', table: 'wish', active: true, comment: '', revision: 1 },
  ...{ createdAt: 1, createdBy: 'ann', updatedAt: 1, updatedBy: 'ann' },
};

test('WISH-17 a name is closed by one change, and a second one behind all that was let in; only then the feed is asked', async () => {
  const { calls, aliases, fences } = made('wish--r3');
  assert.equal(await fences.close(3), 'e1-p0-9');
  assert.deepEqual(calls, ['PUT wish--r3 false', 'PUT wish--r3', 'end']);
  assert.equal(aliases.get('wish--r3')?.active, false);
});

test('a name that was never made is made and closed', async () => {
  const { calls, aliases, fences } = made();
  await fences.close(3);
  assert.deepEqual(calls, ['PUT wish--r3 false', 'POST wish--r3', 'PUT wish--r3 false', 'PUT wish--r3', 'end']);
  assert.equal(aliases.get('wish--r3')?.active, false);
});

test('WISH-21 a name is opened also where it seems open: a close that nobody waits for may still be on its way', async () => {
  const { calls, fences } = made('wish--r3');
  await fences.open(3);
  assert.deepEqual(calls, ['PUT wish--r3 true']);
  await fences.open(4);
  assert.deepEqual(calls.slice(1), ['PUT wish--r4 true', 'POST wish--r4']);
});
