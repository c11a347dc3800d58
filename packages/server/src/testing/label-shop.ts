import type { CatalogChange } from '@actionbase/core/model/catalog';
import type { EdgeSchema, MultiEdgeSchema, TableLayout } from '@actionbase/core/model/schema';
import type { ServerConfig } from '../config/config-table.ts';
import { startTestServer, type TestServer, type TestServerOptions } from './test-server.ts';

/** Path of a label's edges in the v2 API. */
export function edgesOf(label: string): string {
  return `/graph/v2/service/likes/label/${label}/edge`;
}

/** Every type of property, under its name. */
const TYPES = ['byte', 'short', 'int', 'long', 'boolean', 'float', 'double', 'string', 'object'] as const;

const LIKES: EdgeSchema = {
  kind: 'edge',
  source: { type: 'string', comment: '' },
  target: { type: 'string', comment: '' },
  direction: 'BOTH',
  properties: [
    { name: 'created_at', type: 'long', comment: '', nullable: false },
    { name: 'note', type: 'string', comment: '', nullable: true },
  ],
  indexes: [
    { index: 'recent', fields: [{ field: 'created_at', order: 'DESC' }], comment: '' },
    {
      index: 'by_note',
      fields: [
        { field: 'note', order: 'ASC' },
        { field: 'version', order: 'ASC' },
      ],
      comment: '',
    },
  ],
  groups: [],
  caches: [],
};

const TYPED: EdgeSchema = {
  ...LIKES,
  source: { type: 'long', comment: '' },
  properties: TYPES.map((type) => ({ name: `a_${type}`, type, comment: '', nullable: true })),
  indexes: [],
};

const PAYS: MultiEdgeSchema = {
  ...LIKES,
  kind: 'multiEdge',
  id: { type: 'long', comment: '' },
  source: { type: 'string', comment: '' },
  target: { type: 'long', comment: '' },
  indexes: [{ index: 'recent', fields: [{ field: 'created_at', order: 'DESC' }], comment: '' }],
};

interface Label {
  readonly table: string;
  readonly schema?: EdgeSchema | MultiEdgeSchema;
  readonly layout?: TableLayout;
  readonly mode?: 'SYNC' | 'ASYNC' | 'DROP';
  readonly readOnly?: boolean;
}

const LABELS: readonly Label[] = [
  { table: 'likes' },
  { table: 'typed', schema: TYPED },
  { table: 'hash', layout: 'HASH', schema: { ...LIKES, direction: 'OUT', indexes: [] } },
  { table: 'nil', layout: 'NIL' },
  { table: 'closed', readOnly: true },
  { table: 'pays', schema: PAYS },
  { table: 'later', mode: 'ASYNC' },
  { table: 'never', mode: 'DROP' },
];

const CHANGES: readonly CatalogChange[] = [
  { kind: 'create-database', database: 'likes', comment: '' },
  ...LABELS.map(({ schema = LIKES, mode = 'SYNC', ...label }): CatalogChange => {
    const place = { database: 'likes', storage: 'datastore://likes/likes', comment: '' };
    return { kind: 'create-table', ...place, schema, mode, ...label };
  }),
  { kind: 'create-alias', database: 'likes', alias: 'fav', table: 'likes', comment: '' },
];

/**
 * A server with labels of all kinds in the service `likes`: likes (and its alias fav), typed, hash, nil, closed (read-only), pays
 * (multi edges), later (ASYNC), never (DROP).
 */
export async function startLabels(
  config: Partial<ServerConfig> = {},
  options: TestServerOptions = {},
): Promise<TestServer> {
  const server = await startTestServer(config, options);
  const stamp = { timeMs: 0, requestId: '', actor: '' };
  for (const change of CHANGES) await server.instance.engine.changeCatalog(change, stamp);
  return server;
}
