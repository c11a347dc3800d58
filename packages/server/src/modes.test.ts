/** Goal: the table of mutation modes over HTTP. Method: one server per system mode, one table per table mode. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { exchangeBody } from './testing/exchange.ts';
import { get, post } from './testing/send.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';

type TableMode = 'SYNC' | 'ASYNC' | 'DROP';
type SystemMode = 'none' | 'SYNC' | 'ASYNC' | 'DROP' | 'IGNORE';
type Outcome = 'CREATED' | 'QUEUED' | 'mode-conflict';

const TABLE_MODES: readonly TableMode[] = ['SYNC', 'ASYNC', 'DROP'];
const SYSTEM_MODES: readonly SystemMode[] = ['none', 'SYNC', 'ASYNC', 'DROP', 'IGNORE'];

/** What a call without force becomes under a system mode; undefined where the system says nothing. */
const BY_SYSTEM: Readonly<Record<SystemMode, Outcome | undefined>> = {
  none: undefined,
  SYNC: 'CREATED',
  ASYNC: 'QUEUED',
  DROP: 'QUEUED',
  IGNORE: 'QUEUED',
};

/** What a call becomes by the table's mode alone: `edges` leaves it to the table, the others ask for SYNC. */
const EDGES: Readonly<Record<TableMode, Outcome>> = { SYNC: 'CREATED', ASYNC: 'QUEUED', DROP: 'QUEUED' };
const SYNC_CALL: Readonly<Record<TableMode, Outcome>> = { SYNC: 'CREATED', ASYNC: 'CREATED', DROP: 'mode-conflict' };

async function startWithTables(systemMutationMode: SystemMode): Promise<TestServer> {
  const server = await startTestServer({ systemMutationMode });
  await post(server, '/graph/v3/databases', exchangeBody(1));
  for (const mode of TABLE_MODES) {
    const edge = { ...JSON.parse(exchangeBody(2)), table: `edge_${mode}`, mode };
    assert.equal((await post(server, '/graph/v3/databases/shop/tables', JSON.stringify(edge))).status, 200);
    const schema = { ...edge.schema, type: 'multiEdge', id: { type: 'long', comment: '' } };
    const multi = { ...edge, table: `multi_${mode}`, schema };
    assert.equal((await post(server, '/graph/v3/databases/shop/tables', JSON.stringify(multi))).status, 200);
  }
  return server;
}

async function mutate(server: TestServer, table: string, call: string, key: number): Promise<string> {
  const edge = { version: 1, id: key, source: key, target: 'a', properties: { at: 1 } };
  const body = JSON.stringify({ mutations: [{ type: 'INSERT', edge }] });
  const { text } = await post(server, `/graph/v3/databases/shop/tables/${table}/${call}`, body);
  const json = JSON.parse(text);
  return json.code ?? json.results[0].status;
}

for (const system of SYSTEM_MODES) {
  test(`with the system mode ${system} every call runs in the mode that the table of modes says`, async () => {
    await using server = await startWithTables(system);
    for (const [place, mode] of TABLE_MODES.entries()) {
      const expected: readonly (readonly [string, string, Outcome])[] = [
        [`edge_${mode}`, 'edges', BY_SYSTEM[system] ?? EDGES[mode]],
        [`edge_${mode}`, 'edges/sync', BY_SYSTEM[system] ?? SYNC_CALL[mode]],
        [`edge_${mode}`, 'edges/sync?force=false', BY_SYSTEM[system] ?? SYNC_CALL[mode]],
        [`edge_${mode}`, 'edges/sync?force=true', 'CREATED'],
        // A call that takes no force does not look at it.
        [`edge_${mode}`, 'edges?force=true', BY_SYSTEM[system] ?? EDGES[mode]],
        [`edge_${mode}`, 'edges?lock=false', BY_SYSTEM[system] ?? EDGES[mode]],
        [`multi_${mode}`, 'multi-edges', BY_SYSTEM[system] ?? SYNC_CALL[mode]],
        [`multi_${mode}`, 'multi-edges/sync', BY_SYSTEM[system] ?? SYNC_CALL[mode]],
        [`multi_${mode}`, 'multi-edges/sync?force=true', 'CREATED'],
      ];
      for (const [row, [table, call, outcome]] of expected.entries()) {
        const key = 100 * place + row;
        assert.equal(await mutate(server, table, call, key), outcome, `${system}: POST ${table}/${call}`);
      }
    }
  });
}

test('what is queued by ASYNC takes effect, what is queued by DROP never does', async () => {
  await using server = await startWithTables('none');
  assert.equal(await mutate(server, 'edge_ASYNC', 'edges', 1), 'QUEUED');
  assert.equal(await mutate(server, 'edge_DROP', 'edges', 1), 'QUEUED');
  while (!server.instance.engine.isQueueEmpty) await new Promise((resolve) => setImmediate(resolve));
  const path = (table: string) => `/graph/v3/databases/shop/tables/${table}/edges/count?start=1&direction=OUT`;
  assert.match((await get(server, path('edge_ASYNC'))).text, /"count":1,/);
  assert.match((await get(server, path('edge_DROP'))).text, /"count":0,/);
});
