import type { ActionbaseClient, TableHandle } from '@actionbase/client';

/** The three tables of the app. Each edge says who did it, to what, and when; "by whom" is answered as fast as "to whom". */
export interface SocialTables {
  readonly database: string;
  /** user → post */
  readonly posts: TableHandle;
  /** user → the post that they like */
  readonly likes: TableHandle;
  /** user → the user whom they follow */
  readonly follows: TableHandle;
}

/** The index of all three, by which every list of the app comes newest first. */
export const NEWEST = 'created_at_desc';

/** Declares database and tables. What is counted and what is scanned is decided here, before the first edge. */
export async function createTables(client: ActionbaseClient, database: string): Promise<SocialTables> {
  await client.databases.create({ database, comment: 'Build your social app' });
  await createTable(client, database, { table: 'user_posts', target: 'long' });
  await createTable(client, database, { table: 'user_likes', target: 'long' });
  await createTable(client, database, { table: 'user_follows', target: 'string' });
  return {
    database,
    posts: client.table(database, 'user_posts'),
    likes: client.table(database, 'user_likes'),
    follows: client.table(database, 'user_follows'),
  };
}

async function createTable(
  client: ActionbaseClient,
  database: string,
  { table, target }: { readonly table: string; readonly target: 'long' | 'string' },
): Promise<void> {
  await client.tables.create(database, {
    table,
    storage: `datastore://guides/${table}`,
    schema: {
      source: 'string',
      target,
      properties: [{ name: 'createdAt', type: 'long' }],
      direction: 'BOTH',
      indexes: [{ index: NEWEST, fields: [{ field: 'createdAt', order: 'DESC' }] }],
    },
  });
}
