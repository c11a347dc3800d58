/** Aggregations over HTTP: the exact JSON, with its contexts. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { exchangeBody } from './testing/exchange.ts';
import { get, post } from './testing/send.ts';
import { startTestServer, TEST_STORES } from './testing/test-server.ts';

const TABLES = '/graph/v3/databases/shop/tables';

for (const store of TEST_STORES) {
  test(`sums, accumulators and cached records have the documented shape (${store})`, async () => {
    await using server = await startTestServer({}, { store });
    await post(server, '/graph/v3/databases', exchangeBody(1));
    const body = JSON.parse(exchangeBody(2));
    const bucket = { type: 'date', name: 'day', unit: 'MILLISECOND', timezone: 'UTC', format: 'yyyy-MM-dd' };
    const spent = {
      group: 'spent',
      type: 'SUM',
      valueField: 'qty',
      fields: [{ name: 'color' }, { name: 'at', bucket }],
    };
    await post(server, TABLES, JSON.stringify({ ...body, schema: { ...body.schema, groups: [spent] } }));
    const edge = (target: string, at: number, qty: number) => ({
      type: 'INSERT',
      edge: { version: 1, source: 7, target, properties: { at, color: 'red', qty } },
    });
    const mutations = [edge('a', 0, 2), edge('b', 1, 3), edge('c', 86_400_000, 4)];
    const written = await post(server, `${TABLES}/wish/edges`, JSON.stringify({ mutations }));
    assert.match(written.text, /CREATED.*CREATED.*CREATED/);
    const agg = async (query: string) => (await get(server, `${TABLES}/wish/edges/agg/spent?${query}`)).text;
    assert.equal(
      await agg('start=8,7,7&direction=OUT&ranges=color:eq:red;day:bt:1970-01-01,1970-01-02'),
      '{"groups":[{"start":7,"direction":"OUT","value":9,"context":{}}],"count":1,"context":{}}',
    );
    assert.equal(
      await agg('start=7&direction=OUT&ranges=color:eq:red&features=accumulators,trends,cachedRecords&ttl=1000'),
      '{"groups":[{"start":7,"direction":"OUT","value":9,"context":{"accumulators":[' +
        '{"groupValues":["red","1970-01-02"],"value":4},{"groupValues":["red","1970-01-01"],"value":5}]}}],' +
        '"count":1,"context":{"cachedRecords":0}}',
    );
    assert.equal(
      await agg('start=&direction=IN&ranges=color:eq:red'),
      '{"groups":[],"count":0,"context":{}}',
      'no start asks for nothing',
    );
  });
}
