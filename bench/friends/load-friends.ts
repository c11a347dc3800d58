import { HttpConnection, postRequest } from '../driver/http-connection.ts';
import type { ServerProcess } from '../driver/server-process.ts';
import type { FriendsData } from './friends-data.ts';

export const DATABASE = '/graph/v3/databases/bench';

const BATCH = 1_000;
const CACHE_LIMIT = 100;

/** Makes the two tables and loads all edges; each must be created. */
export async function loadFriends(server: ServerProcess, data: FriendsData): Promise<void> {
  const connection = await HttpConnection.open(server.host, server.port);
  try {
    await send(connection, '/graph/v3/databases', { database: 'bench', comment: '' });
    for (const [table, target] of [
      ['follows', 'long'],
      ['wish', 'string'],
    ] as const) {
      await send(connection, `${DATABASE}/tables`, tableOf(table, target));
    }
    const follows = [...data.friendsOf].flatMap(([reader, friends]) =>
      friends.map((friend, place) => edgeOf(reader, friend, place + 1)),
    );
    const wishes = data.wishes.map(({ person, product, createdAt }) => edgeOf(person, product, createdAt));
    await insert(connection, 'follows', follows);
    await insert(connection, 'wish', wishes);
  } finally {
    connection.close();
  }
}

async function insert(connection: HttpConnection, table: string, edges: readonly object[]): Promise<void> {
  for (let first = 0; first < edges.length; first += BATCH) {
    const mutations = edges.slice(first, first + BATCH).map((edge) => ({ type: 'INSERT', edge }));
    const body = await send(connection, `${DATABASE}/tables/${table}/edges`, { mutations });
    const created = body.split('"status":"CREATED"').length - 1;
    if (created !== mutations.length) throw new Error(`${created} of ${mutations.length} edges were created`);
  }
}

async function send(connection: HttpConnection, path: string, body: object): Promise<string> {
  const answer = await connection.ask(postRequest(path, JSON.stringify(body)));
  if (answer.status !== 200) throw new Error(`POST ${path}: ${answer.status} ${answer.body}`);
  return answer.body;
}

function edgeOf(source: number, target: number | string, createdAt: number): object {
  return { version: createdAt, source, target, properties: { created_at: createdAt } };
}

function tableOf(table: string, target: 'long' | 'string'): object {
  const newest = [{ field: 'created_at', order: 'DESC' }];
  return {
    table,
    schema: {
      type: 'EDGE',
      source: { type: 'long', comment: '' },
      target: { type: target, comment: '' },
      direction: 'OUT',
      properties: [{ name: 'created_at', type: 'long', comment: 'milliseconds', nullable: false }],
      indexes: [{ index: 'newest', fields: newest, comment: '' }],
      caches: [{ cache: 'latest', fields: newest, limit: CACHE_LIMIT, comment: '' }],
    },
    mode: 'SYNC',
    storage: `datastore://bench/${table}`,
    comment: '',
  };
}
