import { createHash } from 'node:crypto';
import type { ActionbaseClient, TableDeclaration } from '@actionbase/client';

/** The wish list as a table of Actionbase: everything that the application asks is computed when a wish is written. */
const WISH: TableDeclaration = {
  table: 'wish',
  schema: {
    source: 'long',
    target: 'long',
    properties: [
      { name: 'created_at', type: 'long' },
      { name: 'note', type: 'string', nullable: true },
    ],
    direction: 'BOTH',
    indexes: [
      {
        index: 'newest',
        fields: [
          { field: 'created_at', order: 'DESC' },
          { field: 'target', order: 'DESC' },
        ],
      },
    ],
  },
};

/** Creates the database and the table, unless they are there. */
export async function createNewTable(client: ActionbaseClient, table = 'wish'): Promise<void> {
  if ((await client.databases.get('gift')) === undefined) await client.databases.create({ database: 'gift' });
  if ((await client.tables.get('gift', table)) === undefined) await client.tables.create('gift', { ...WISH, table });
}

/** One short text for everything that users' wishes say in a table: equal for equal wishes. */
export async function digestOfTable(client: ActionbaseClient, table = 'wish'): Promise<string> {
  const { edges, sums } = await client.digest('gift', table, { fields: ['source', 'target', 'created_at', 'note'] });
  const hash = createHash('sha256').update(sums.map(({ rows, sum }) => `${rows}:${sum}`).join());
  return `${edges}-${hash.digest('hex').slice(0, 16)}`;
}
