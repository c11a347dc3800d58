import type { ActionbaseClient } from '@actionbase/client';

export interface Marker {
  readonly client: ActionbaseClient;
  readonly database: string;
  /** A table of texts whose edges mean nothing to anybody. */
  readonly table: string;
  /** Who places it, for example the migration's name. */
  readonly name: string;
  /** Above that of every marker of this name. */
  readonly version: bigint;
}

/**
 * Writes a marker into the new side's log and answers its position in the change feed. All writes that were admitted before the
 * call are at or before it: the server takes mutations in order, so behind the closing of a fence and a marker nothing comes
 * that was let in before the fence closed.
 */
export async function placeMarker({ client, database, table, name, version }: Marker): Promise<string> {
  const from = await endOfFeed(client);
  await client.table(database, table).insert({ version, source: name, target: 'marker' }, { sync: true });
  const reader = client.log.cdc({ from, table: `${database}.${table}`, follow: true });
  for await (const { position, record } of reader) {
    const { edge } = record;
    if (typeof edge !== 'object' || edge === null || !('src' in edge) || edge.src !== name) continue;
    if (BigInt(String(edge.ts)) === version) return position;
  }
  throw new TypeError('a stream that is followed does not end');
}

/** The end of the new side's change feed at this moment; `first` when nothing was ever written. */
export async function endOfFeed(client: ActionbaseClient): Promise<string> {
  const reader = client.log.cdc({ from: 'end' });
  for await (const _ of reader) break;
  return reader.position ?? 'first';
}
