import { getRequest, HttpConnection, postRequest } from '../driver/http-connection.ts';
import type { ServerProcess } from '../driver/server-process.ts';
import type { Wish } from './friends-data.ts';
import { DATABASE } from './load-friends.ts';

/** Wishes that are shown. A friend may have made all of them, so so many of each have to be looked at. */
export const SHOWN = 20;

/** A way to ask what the friends of a reader wished for, newest first. */
export interface Way extends Disposable {
  readonly name: string;
  readonly requests: number;
  /** What it reads of each friend at most: so many wishes, none from before a time. */
  readonly limit: number;
  readonly sinceMs: number;
  ask(reader: number): Promise<readonly Wish[]>;
}

export interface QueryWay {
  readonly name: string;
  readonly by: 'SCAN' | 'CACHE';
  readonly friends: number;
  readonly limit: number;
  readonly sinceMs?: number;
}

/** All in one multi-hop query. The sum of one wish's time is its time: so the wishes of all friends are sorted by it. */
export async function queryWay({ host, port }: ServerProcess, options: QueryWay): Promise<Way> {
  const { name, limit, sinceMs = 0 } = options;
  const connection = await HttpConnection.open(host, port);
  return {
    name,
    requests: 1,
    limit,
    sinceMs,
    ask: async (reader) => {
      const query = queryItems(options, reader, [
        { type: 'SUM', valueField: 'created_at', keyFields: ['source', 'target'], order: 'DESC', limit: SHOWN },
      ]);
      return readRows(await expectOk(connection, postRequest('/graph/v3/query', JSON.stringify({ query }))));
    },
    [Symbol.dispose]: () => connection.close(),
  };
}

/** How many rows the second item of a query reads: it is asked once more without what shrinks them. */
export async function countRows({ host, port }: ServerProcess, options: QueryWay, reader: number): Promise<number> {
  const connection = await HttpConnection.open(host, port);
  try {
    const query = queryItems(options, reader, []);
    return readRows(await expectOk(connection, postRequest('/graph/v3/query', JSON.stringify({ query })))).length;
  } finally {
    connection.close();
  }
}

/** One call for the friends and one for each of them, over so many connections. */
export async function callsWay(
  { host, port }: ServerProcess,
  { friends, connections }: { readonly friends: number; readonly connections: number },
): Promise<Way> {
  const opened = await Promise.all(Array.from({ length: connections }, () => HttpConnection.open(host, port)));
  const [first] = opened;
  if (first === undefined) throw new Error('a way needs a connection');
  return {
    name: connections === 1 ? 'calls, one by one' : `calls, ${connections} at a time`,
    requests: 1 + friends,
    limit: SHOWN,
    sinceMs: 0,
    ask: async (reader) => {
      const followed = readEdges(await expectOk(first, scanRequest('follows', reader, friends)));
      const waiting = followed.map(({ target }) => Number(target));
      const wishes: Wish[] = [];
      const work = async (connection: HttpConnection): Promise<void> => {
        for (let friend = waiting.pop(); friend !== undefined; friend = waiting.pop()) {
          for (const edge of readEdges(await expectOk(connection, scanRequest('wish', friend, SHOWN)))) {
            wishes.push({ person: edge.source, product: String(edge.target), createdAt: edge.properties.created_at });
          }
        }
      };
      await Promise.all(opened.map(work));
      return wishes.sort((a, b) => b.createdAt - a.createdAt).slice(0, SHOWN);
    },
    [Symbol.dispose]: () => {
      for (const connection of opened) connection.close();
    },
  };
}

function queryItems({ by, friends, limit, sinceMs }: QueryWay, reader: number, aggregators: readonly object[]) {
  const item = { database: 'bench', direction: 'OUT' };
  const read = by === 'SCAN' ? { type: 'SCAN', index: 'newest' } : { type: 'CACHE', cache: 'latest' };
  const ranges = sinceMs === undefined ? {} : { ranges: `created_at:gte:${sinceMs}` };
  return [
    {
      ...item,
      type: 'SCAN',
      name: 'friends',
      table: 'follows',
      index: 'newest',
      limit: friends,
      source: { type: 'VALUE', value: [reader] },
    },
    {
      ...item,
      ...read,
      ...ranges,
      name: 'wishes',
      include: true,
      table: 'wish',
      limit,
      source: { type: 'REF', ref: 'friends', field: 'target' },
      aggregators,
    },
  ];
}

function scanRequest(table: string, start: number, limit: number): string {
  return getRequest(`${DATABASE}/tables/${table}/edges/scan/newest?start=${start}&direction=OUT&limit=${limit}`);
}

async function expectOk(connection: HttpConnection, request: string): Promise<string> {
  const { status, body } = await connection.ask(request);
  if (status !== 200) throw new Error(`status ${status}: ${body}`);
  return body;
}

interface ReadEdge {
  readonly source: number;
  readonly target: number | string;
  readonly properties: { readonly created_at: number };
}

function readEdges(body: string): readonly ReadEdge[] {
  return JSON.parse(body).edges;
}

function readRows(body: string): readonly Wish[] {
  const [item]: { data: { source: number; target: string; created_at: number }[] }[] = JSON.parse(body).items;
  return (item?.data ?? []).map(({ source, target, created_at }) => ({
    person: source,
    product: target,
    createdAt: created_at,
  }));
}
