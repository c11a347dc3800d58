import assert from 'node:assert/strict';
import test from 'node:test';
import { ActionbaseClient } from '@actionbase/client';
import type { TableSchema } from '@actionbase/core/model/schema';
import { BatchSender, type SendableRow } from './batch-sender.ts';
import type { RowOutcome } from './load-ledger.ts';

const SCHEMA: TableSchema = {
  kind: 'edge',
  source: { type: 'long', comment: '' },
  target: { type: 'string', comment: '' },
  properties: [],
  direction: 'OUT',
  indexes: [],
  groups: [],
  caches: [],
};

type Server = (sources: readonly number[]) => Response | Error;

/** A sender to a server that is a function of the sources it gets; its waits move the clock. */
function open(server: Server, patienceMs = 1_000) {
  const requests: (readonly number[])[] = [];
  const outcomes = new Map<number, RowOutcome>();
  let nowMs = 0;
  const client = new ActionbaseClient({
    url: 'http://db.test',
    retries: 0,
    fetch: async (_, init) => {
      const { mutations } = JSON.parse(String(init?.body));
      const sources: number[] = mutations.map((mutation: { edge: { source: number } }) => mutation.edge.source);
      requests.push(sources);
      const answer = server(sources);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
  const sender = new BatchSender({
    table: client.table('d', 't'),
    schema: SCHEMA,
    patienceMs,
    interrupted: new AbortController().signal,
    nowMs: () => nowMs,
    sleep: async (ms) => {
      nowMs += ms;
    },
    onWaiting: () => {},
  });
  const rows = (count: number): SendableRow[] =>
    Array.from({ length: count }, (_, source) => ({
      type: 'INSERT',
      edge: { version: 1, source, target: 't' },
      key: `${source}\0t`,
      settle: (outcome) => outcomes.set(source, outcome),
    }));
  return { sender, rows, requests, outcomes };
}

function created(sources: readonly number[]): Response {
  const results = sources.map((source) => ({ source, target: 't', status: 'CREATED', count: 1 })).reverse();
  return new Response(JSON.stringify({ results }));
}

test('of a batch that is refused only the bad rows are rejected', async () => {
  const bad = new Set([3, 60]);
  const { sender, rows, outcomes, requests } = open((sources) =>
    sources.some((source) => bad.has(source))
      ? new Response('{"code":"cast-failed","message":"no"}', { status: 400 })
      : created(sources),
  );
  await sender.send(rows(100));
  const rejected = [...outcomes].filter(([, outcome]) => outcome.kind === 'rejected').map(([source]) => source);
  assert.deepEqual(new Set(rejected), bad);
  assert.equal(outcomes.size, 100);
  assert.ok(requests.length < 40, `${requests.length} requests`);
});

test('a refusal that is about the table stops the load', async () => {
  const { sender, rows, requests } = open(() => new Response('{"code":"unknown-table"}', { status: 400 }));
  await assert.rejects(sender.send(rows(10)), { code: 'unknown-table' });
  assert.equal(requests.length, 1);
});

test('a server that is away is waited for until patience ends', async () => {
  let calls = 0;
  const back = open((sources) => {
    calls += 1;
    return calls <= 3 ? Object.assign(new TypeError('fetch failed'), { code: 'ECONNREFUSED' }) : created(sources);
  });
  await back.sender.send(back.rows(2));
  assert.equal(back.outcomes.size, 2);
  const gone = open(() => new Response('', { status: 503 }));
  await assert.rejects(gone.sender.send(gone.rows(2)), { status: 503 });
  assert.ok(gone.requests.length > 2);
  assert.equal(gone.outcomes.size, 0);
});

test('an edge that the server refused is an error with its reason', async () => {
  const { sender, rows, outcomes } = open(
    () =>
      new Response(
        '{"results":[{"source":0,"target":"t","status":"ERROR","count":0,"code":"missing-property","message":"m"}]}',
      ),
  );
  await sender.send(rows(1));
  assert.deepEqual(outcomes.get(0), { kind: 'error', code: 'missing-property', message: 'm' });
});

test('an answer that lacks a row is never taken as success', async () => {
  const { sender, rows, outcomes } = open(() => new Response('{"results":[]}'));
  await assert.rejects(sender.send(rows(1)), { code: 'malformed-answer' });
  assert.equal(outcomes.size, 0);
});
