import { post } from '@actionbase/server/testing/send';
import { startTestServer, type TestServer } from '@actionbase/server/testing/test-server';
import { mutatePath } from '../mutate-path.ts';
import type { OpenTarget, Target } from '../target.ts';

const V3 = '/graph/v3/databases';
const EDGES = `${V3}/pages/tables/mine/edges`;
const BOUND = 50;
/** Edges of the table beside it have these values alone. */
const FOREIGN = 900_000;

const LONG = { type: 'long', comment: '' };

/**
 * Pages of one table beside another one of the same shape. Each edge of source 7 has at = 0 to 49, colour red for even ones;
 * all others are not to be seen. Layout of an input: the query of a scan, behind a path.
 */
export const PAGES: Target = {
  name: 'pages',
  promise: 'a page holds rows of its table, its start and its ranges alone, whatever cursor, ranges and filters say',
  code: /\/packages\/(?:core\/src\/(?:query|codec|wire)|engine\/src\/query|server\/src)\//,
  batch: 8,
  seeds: async () => {
    await using server = await startPages();
    const first = await readPage(server, `${EDGES}/scan/newest?start=7&direction=OUT&limit=5`);
    const coloured = await readPage(server, `${EDGES}/scan/by_color?start=7&direction=OUT&limit=3&ranges=color:eq:red`);
    const cached = await readPage(server, `${EDGES}/seek/top?start=7&direction=OUT&limit=4`);
    return [
      `${EDGES}/scan/newest?start=7&direction=OUT&limit=5&offset=${first.offset}`,
      `${EDGES}/scan/newest?start=7&direction=OUT&ranges=at:bt:10,20&filters=color:in:red,blue`,
      `${EDGES}/scan/by_color?start=7&direction=OUT&limit=3&ranges=color:eq:red;at:gte:5&offset=${coloured.offset}`,
      `${EDGES}/seek/top?start=7&direction=OUT&limit=4&offset=${cached.offset}`,
      `${EDGES}/get?source=7&target=1,2,3&filters=at:lt:3`,
    ].map((path) => Buffer.from(path));
  },
  words: ['at:', 'color:', ':eq:', ':bt:', ':in:', ':gt:', ';', ',', '\\', '7', '8', '-1', 'A', '_', '-'],
  mutate: (input, given) => Buffer.from(mutatePath(Buffer.from(input).toString(), given)),
  open: async () => new OpenPages(await startPages()),
};

class OpenPages implements OpenTarget {
  readonly #server: TestServer;

  constructor(server: TestServer) {
    this.#server = server;
  }

  async play(input: Uint8Array): Promise<string | undefined> {
    const path = Buffer.from(input).toString();
    if (!path.startsWith(EDGES)) return undefined;
    const { status, edges } = await readPage(this.#server, path);
    if (status === 500) return 'answered 500';
    if (status !== 200) return undefined;
    const starts = new URLSearchParams(path.split('?')[1]).getAll('start');
    for (const { source, target, at } of edges) {
      if (at >= FOREIGN || target >= FOREIGN) return `an edge of the table beside it: ${source} -> ${target}`;
      if (path.includes('/scan/') && path.includes('OUT') && starts.length === 1 && starts[0] === '7' && source !== 7) {
        return `an edge of another start: ${source} -> ${target}`;
      }
      const bounds = /[?&]ranges=at:bt:(\d+),(\d+)(?:&|$)/.exec(path);
      if (bounds !== null && (at < Number(bounds[1]) || at > Number(bounds[2])))
        return `an edge out of range: at ${at}`;
    }
    return undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
  }
}

interface Page {
  readonly status: number;
  readonly offset: string;
  readonly edges: readonly { readonly source: number; readonly target: number; readonly at: number }[];
}

async function readPage(server: TestServer, path: string): Promise<Page> {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, { signal: AbortSignal.timeout(10_000) });
  const text = await response.text();
  if (response.status !== 200) return { status: response.status, offset: '', edges: [] };
  const {
    offset,
    edges = [],
  }: { offset?: string; edges?: { source: number; target: number; properties: { at: number } }[] } = JSON.parse(text);
  return {
    status: 200,
    offset: offset ?? '',
    edges: edges.map(({ source, target, properties }) => ({ source, target, at: properties.at })),
  };
}

async function startPages(): Promise<TestServer> {
  const server = await startTestServer();
  await sent(server, V3, { database: 'pages', comment: '' });
  for (const [table, base] of [
    ['mine', 0],
    ['theirs', FOREIGN],
  ] as const) {
    await sent(server, `${V3}/pages/tables`, tableBody(table));
    const mutations = Array.from({ length: BOUND }, (_, at) =>
      [7, 8].map((source) => ({
        type: 'INSERT',
        edge: {
          version: 1,
          source,
          target: base + at,
          properties: { at: base + at, color: at % 2 === 0 ? 'red' : 'blue' },
        },
      })),
    ).flat();
    await sent(server, `${V3}/pages/tables/${table}/edges`, { mutations });
  }
  return server;
}

function tableBody(table: string): object {
  return {
    table,
    schema: {
      type: 'EDGE',
      source: LONG,
      target: LONG,
      direction: 'BOTH',
      properties: [
        { name: 'at', type: 'long', comment: '', nullable: false },
        { name: 'color', type: 'string', comment: '', nullable: true },
      ],
      indexes: [
        { index: 'newest', fields: [{ field: 'at', order: 'DESC' }] },
        {
          index: 'by_color',
          fields: [
            { field: 'color', order: 'ASC' },
            { field: 'at', order: 'DESC' },
          ],
        },
      ],
      caches: [{ cache: 'top', fields: [{ field: 'at', order: 'DESC' }], limit: 20 }],
    },
    storage: `datastore://pages/${table}`,
    comment: '',
  };
}

async function sent(server: TestServer, path: string, body: object): Promise<void> {
  const { status, text } = await post(server, path, JSON.stringify(body));
  if (status !== 200) throw new Error(`${path}: ${text}`);
}
