import type { ActionbaseClient } from '@actionbase/client';

/** The end of the new side's change feed at this moment; `first` when nothing was ever written. */
export async function endOfFeed(client: ActionbaseClient): Promise<string> {
  const reader = client.log.cdc({ from: 'end' });
  for await (const _ of reader) break;
  return reader.position ?? 'first';
}
